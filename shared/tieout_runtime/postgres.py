"""Pools and transactions of a service's two roles.

`worker` sees all organisations (it bypasses row-level security, under which PostgreSQL refuses
COPY), `api` only the one that its transaction names.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from typing import Any, Literal, TypeAlias, TypeVar
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from tieout_runtime.settings import CommonSettings

Pool: TypeAlias = asyncpg.Pool
Connection: TypeAlias = asyncpg.Connection
Role = Literal["worker", "api"]
Result = TypeVar("Result")

STATEMENT_TIMEOUT_MS = 30_000
CONNECT_TIMEOUT_S = 10.0
# What another try may cure: lost connection, serialization failure, deadlock, shutdown, full.
TRANSIENT_ERRORS: tuple[type[Exception], ...] = (
    OSError,
    asyncio.TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the server's last word came between two statements
    asyncpg.PostgresConnectionError,
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.QueryCanceledError,
    asyncpg.DiskFullError,
    asyncpg.ReadOnlySQLTransactionError,
)


def url_for(url: str, *, user: str, password: str) -> str:
    """Replace user and password of a PostgreSQL URL."""
    parts = urlsplit(url)
    address = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{user}:{password}@{address}"))


def role_name(service: str, role: str) -> str:
    return f"tieout_{service}_{role}"


async def open_pool(
    settings: CommonSettings,
    *,
    service: str,
    role: Role,
    max_connections: int,
    session: Mapping[str, str] | None = None,
    on_growth: Callable[[], None] | None = None,
) -> Pool:
    """Open a pool of one role; `session` sets more of PostgreSQL's own settings.

    Connections are made when first needed. `on_growth` is called after each commit of a transaction
    that said its journal grew.
    """

    async def prepare(connection: Connection) -> None:
        connection.on_growth = on_growth

    return await asyncpg.create_pool(
        url_for(
            settings.postgres_url.get_secret_value(),
            user=role_name(service, role),
            password=settings.postgres_role_password.get_secret_value(),
        ),
        connection_class=_Pooled,
        init=prepare,
        min_size=0,
        max_size=max_connections,
        timeout=CONNECT_TIMEOUT_S,
        command_timeout=STATEMENT_TIMEOUT_MS / 1000 + 5,
        server_settings={
            "search_path": service,
            "application_name": f"tieout-{service}-{role}",
            "statement_timeout": str(STATEMENT_TIMEOUT_MS),
            "idle_in_transaction_session_timeout": "60000",
            "jit": "off",
            "timezone": "UTC",
            **(session or {}),
        },
    )


class _Transaction(asyncpg.transaction.Transaction):  # type: ignore[misc]  # no types
    async def __aexit__(self, *raised: object) -> None:
        await super().__aexit__(*raised)
        self._connection.ended(committed=raised[0] is None)


class _Pooled(asyncpg.Connection):  # type: ignore[misc]  # asyncpg has no types
    """Knows what its use leaves behind, and whom to tell of what it commits.

    It is reset when it is given back, unless it was said that nothing outlasts its use: the reset
    is a statement of its own, a fifth of those of a read, a tenth of an import's.
    """

    on_growth: Callable[[], None] | None = None
    _unchanged = False
    _grew = False

    def leaves_nothing(self) -> None:
        """Say of this use that it takes no session lock, listens to nothing, sets nothing."""
        self._unchanged = True

    def get_reset_query(self) -> str:
        """Answer what is executed before another use; an open transaction is rolled back anyway."""
        query = "" if self._unchanged else str(super().get_reset_query())
        self._unchanged = False
        return query

    def transaction(
        self, *, isolation: str | None = None, readonly: bool = False, deferrable: bool = False
    ) -> _Transaction:
        """Make a transaction, or a savepoint within one."""
        return _Transaction(self, isolation, readonly, deferrable)

    def journal_grew(self) -> bool:
        """Say so of the transaction under way; False when nobody is told of its commit."""
        self._grew = self.on_growth is not None and self.is_in_transaction()
        return self._grew

    def ended(self, *, committed: bool) -> None:
        """Take note of the end of a transaction or savepoint."""
        if self.is_in_transaction():
            return
        grew, self._grew = self._grew, False
        if grew and committed and self.on_growth is not None:
            self.on_growth()


@asynccontextmanager
async def borrowed(pool: Pool) -> AsyncIterator[Connection]:
    """Lend a connection for transactions and statements that leave nothing behind."""
    async with pool.acquire() as connection:
        connection.leaves_nothing()
        yield connection


@asynccontextmanager
async def transaction(pool: Pool) -> AsyncIterator[Connection]:
    """One READ COMMITTED transaction of the worker role."""
    async with borrowed(pool) as connection, connection.transaction():
        yield connection


@asynccontextmanager
async def tenant_transaction(pool: Pool, *, organization_id: int) -> AsyncIterator[Connection]:
    """One transaction of the api role that sees rows of this organisation only."""
    async with borrowed(pool) as connection, connection.transaction():
        await connection.execute(
            "SELECT set_config('app.organization_id', $1, true)", str(organization_id)
        )
        yield connection


@asynccontextmanager
async def tenant_snapshot(pool: Pool, *, organization_id: int) -> AsyncIterator[Connection]:
    """One read-only transaction as `tenant_transaction`, whose statements all see one moment."""
    async with (
        borrowed(pool) as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        await connection.execute(
            "SELECT set_config('app.organization_id', $1, true)", str(organization_id)
        )
        yield connection


async def meanwhile(statement: Coroutine[Any, Any, None], compute: Callable[[], Result]) -> Result:
    """Compute in this process while the server works on one statement; raises what either does."""
    running = asyncio.create_task(statement)
    try:
        await asyncio.sleep(0)  # the statement leaves now
        return compute()
    finally:
        await running
