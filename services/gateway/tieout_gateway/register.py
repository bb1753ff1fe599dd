"""The gateway's own rows, as the principal of one request may see and change them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import Request
from pydantic_core import to_json

from tieout_gateway.domain.principal import Principal
from tieout_runtime.idempotency import Answer, Claim, fingerprint_of, once
from tieout_runtime.postgres import Connection, Pool, tenant_transaction

Told = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Register:
    """Organisation, people and keys of one principal; every write is idempotent by its key."""

    pool: Pool
    principal: Principal
    idempotency_key: str | None
    method: str
    path: str
    pepper: str
    at: datetime

    @asynccontextmanager
    async def reading(self, organization_id: int | None = None) -> AsyncIterator[Connection]:
        """One transaction that sees one organisation of the principal: by default the acting."""
        chosen = self.principal.organization_id if organization_id is None else organization_id
        async with tenant_transaction(self.pool, organization_id=chosen) as connection:
            yield connection

    async def write(
        self, body: Any, execute: Callable[[Connection], Awaitable[Told]], *, status: int
    ) -> Answer:
        """Execute once for each idempotency key; the answer is kept with the effect."""
        claim = Claim(
            organization_id=self.principal.organization_id,
            account_id=self.principal.account_id,
            method=self.method,
            route=self.path,
            key=self.idempotency_key,
            fingerprint=fingerprint_of(body),
        )
        async with self.reading() as connection:

            async def effect() -> Answer:
                return Answer(status=status, body=to_json(await execute(connection)))

            return await once(connection, claim, at=self.at, execute=effect)


async def register_of(request: Request) -> Register:
    """Dependency of the routes that show and change the gateway's own rows."""
    state = request.app.state
    return Register(
        pool=state.pool,
        principal=request.state.principal,
        idempotency_key=request.state.idempotency_key,
        method=request.method,
        path=request.url.path,
        pepper=state.settings.key_pepper.get_secret_value(),
        at=state.clock(),
    )
