"""Counts of rate limits in PostgreSQL: one for all processes of the gateway.

The storages that `limits` brings need a server of their own (Redis, Memcached, MongoDB) or count
in one process only; this one fills the same interface with the server that is there anyway.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from limits.aio.storage import Storage

from tieout_runtime.postgres import TRANSIENT_ERRORS, Pool, borrowed
from tieout_runtime.queries import load_queries

_SQL = load_queries("tieout_gateway", "rate_counts.sql")


class PostgresCounts(Storage):
    """Fixed windows that begin with their first hit; `pool` is the worker's."""

    STORAGE_SCHEME = None

    def __init__(self, *, pool: Pool, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._pool = pool
        self._clock = clock

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        return TRANSIENT_ERRORS

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add hits; returns how many there are in the window now."""
        at = self._clock()
        ends_at = at + timedelta(seconds=expiry)
        async with borrowed(self._pool) as connection:
            return int(await connection.fetchval(_SQL["add_hits"], key, amount, ends_at, at))

    async def get(self, key: str) -> int:
        """Tell how many hits there are in the window, 0 when it has ended."""
        row = await self._row(key)
        return 0 if row is None else row[0]

    async def get_expiry(self, key: str) -> float:
        """Tell when the window ends, in seconds of the epoch; now, when it has."""
        row = await self._row(key)
        return (self._clock() if row is None else row[1]).timestamp()

    async def check(self) -> bool:
        """Tell whether the counts can be read."""
        try:
            await self._row("")
        except TRANSIENT_ERRORS:
            return False
        return True

    async def reset(self) -> int | None:
        """Begin anew for all."""
        await self._forget(None)
        return None

    async def clear(self, key: str) -> None:
        """Begin anew for one."""
        await self._forget(key)

    async def forget_ended(self) -> None:
        """Remove what counts no more."""
        async with borrowed(self._pool) as connection:
            await connection.execute(_SQL["forget_ended"], self._clock())

    async def _row(self, key: str) -> tuple[int, datetime] | None:
        async with borrowed(self._pool) as connection:
            row = await connection.fetchrow(_SQL["show_count"], key, self._clock())
        return None if row is None else (row["hits"], row["ends_at"])

    async def _forget(self, key: str | None) -> None:
        async with borrowed(self._pool) as connection:
            await connection.execute(_SQL["forget_count"], key)
