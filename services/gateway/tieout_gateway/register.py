"""The gateway's own rows, as the principal of one request may see and change them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fastapi import Request
from pydantic_core import to_json

from tieout_gateway.domain.principal import Principal
from tieout_runtime.idempotency import Answer, Claim, find, fingerprint_of, store, tell
from tieout_runtime.postgres import Connection, Pool, tenant_transaction

Told = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What a write did: `kept` is answered again beside `after`, and told to nobody."""

    after: Told = field(default_factory=dict)
    before: Told = field(default_factory=dict)
    kept: Told = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Register:
    """Organisation, people and keys of one principal; every write is idempotent by its key."""

    pool: Pool
    principal: Principal
    idempotency_key: str | None
    request_id: str
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
        self, body: Any, execute: Callable[[Connection], Awaitable[Effect]], *, status: int
    ) -> Answer:
        """Execute once for each idempotency key; the answer is kept, and told, with the effect."""
        claim = Claim(
            organization_id=self.principal.organization_id,
            account_id=self.principal.account_id,
            method=self.method,
            route=self.path,
            key=self.idempotency_key,
            fingerprint=fingerprint_of(body),
            request_id=self.request_id,
        )
        async with self.reading() as connection:
            earlier = await find(connection, claim, at=self.at)
            if isinstance(earlier, Answer):
                return earlier
            effect = await execute(connection)
            answer = Answer(status=status, body=to_json({**effect.after, **effect.kept}))
            await store(connection, claim, at=self.at, answer=answer)
            told = Answer(status=status, body=_json(effect.after), before=_json(effect.before))
            await tell(connection, claim, at=self.at, answer=told)
            return answer


async def register_of(request: Request) -> Register:
    """Dependency of the routes that show and change the gateway's own rows."""
    state = request.app.state
    return Register(
        pool=state.pool,
        principal=request.state.principal,
        idempotency_key=request.state.idempotency_key,
        request_id=request.state.request_id,
        method=request.method,
        path=request.url.path,
        pepper=state.settings.key_pepper.get_secret_value(),
        at=state.clock(),
    )


def _json(told: Told) -> bytes:
    return to_json(told) if told else b""
