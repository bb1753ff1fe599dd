"""Idempotency keys: kept by the service that owns the effect, in the transaction of the effect.

Same key, same request → the stored answer, byte for byte; same key, other request → 422; still in
flight → 409; an answer that is not 2xx is not kept. Source: semantics of idempotency (docs).

What has its effect here once is told once, too: each change goes to the audit (docs/audit.md).
"""

import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import msgspec

from tieout_contracts.audit_events import AuditNoted
from tieout_contracts.topics import AUDIT
from tieout_runtime import outbox
from tieout_runtime.outbox import Events, Message
from tieout_runtime.postgres import Connection
from tieout_runtime.problems import Problem
from tieout_runtime.queries import load_queries

KEPT_FOR = timedelta(days=7)
MAX_TOLD_BYTES = 64 * 1024  # more than any object shows; a longer answer is named by its hash
_SQL = load_queries("tieout_runtime", "idempotency.sql")


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One request's scope and fingerprint; `key` None means the caller sent none.

    `actor_id` is who asks, where that is another than the account in whose name the key is kept.
    """

    organization_id: int
    account_id: int
    method: str
    route: str
    key: str | None
    fingerprint: bytes
    request_id: str | None = None
    actor_id: int | None = None

    @property
    def scope(self) -> tuple[int, int, str, str, str | None]:
        return (self.organization_id, self.account_id, self.method, self.route, self.key)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a write answers; `body` is the exact JSON.

    `before` is what the object was, as JSON, for those who read of the change later.
    """

    status: int
    body: bytes
    replayed: bool = False
    before: bytes = b""


@dataclass(frozen=True, kw_only=True)
class Started:
    """The earlier request began an operation whose answer is not fixed yet."""

    operation_id: int


def fingerprint_of(body: Any, query: str = "") -> bytes:
    """SHA-256 of the canonical JSON of body and query."""
    canonical = json.dumps([body, query], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).digest()


async def find(connection: Connection, claim: Claim, *, at: datetime) -> Answer | Started | None:
    """Take the scope's lock, then look for the earlier request; None when this one is new.

    Raises Problem 409 `request_in_progress` or 422 `idempotency_key_reused`.
    """
    if claim.key is None:
        return None
    if not await connection.fetchval(_SQL["lock"], repr(claim.scope)):
        raise Problem(
            409,
            "request_in_progress",
            "a request with this idempotency key is being processed",
            headers={"Retry-After": "1"},
        )
    row = await connection.fetchrow(_SQL["find"], *claim.scope, at - KEPT_FOR)
    if row is None:
        return None
    if row["fingerprint"] != claim.fingerprint:
        raise Problem(
            422,
            "idempotency_key_reused",
            "this idempotency key was used with another request; use a new key",
        )
    if row["status"] is None:
        return Started(operation_id=row["operation_id"])
    return Answer(status=row["status"], body=row["body"], replayed=True)


async def store(
    connection: Connection,
    claim: Claim,
    *,
    at: datetime,
    answer: Answer | None = None,
    operation_id: int | None = None,
    begun: Answer | None = None,
) -> None:
    """Keep the answer, or the operation that will have it; nothing when no key was sent.

    That an operation begins is told as a change: as what was `begun`, else by its number.
    """
    if operation_id is not None:
        number = msgspec.json.encode({"operation_id": operation_id})
        await tell(connection, claim, at=at, answer=begun or Answer(status=202, body=number))
    if claim.key is None:
        return
    status, body = (answer.status, answer.body) if answer else (None, None)
    await connection.execute(
        _SQL["store"], *claim.scope, claim.fingerprint, status, body, operation_id, at
    )


async def complete(
    connection: Connection, *, organization_id: int, operation_id: int, answer: Answer
) -> None:
    """Fix the answer of the request that began this operation."""
    await connection.execute(
        _SQL["complete"], operation_id, answer.status, answer.body, organization_id
    )


async def release(connection: Connection, *, organization_id: int, operation_id: int) -> None:
    """Forget the request of a refused operation: the same key executes again."""
    await connection.execute(_SQL["release"], operation_id, organization_id)


async def once(
    connection: Connection,
    claim: Claim,
    *,
    at: datetime,
    execute: Callable[[], Awaitable[Answer]],
) -> Answer:
    """Execute unless an equal request was answered before; keep a 2xx answer, and tell of it.

    For effects that are whole within this transaction.
    """
    earlier = await find(connection, claim, at=at)
    if isinstance(earlier, Answer):
        return earlier
    answer = await execute()
    if 200 <= answer.status < 300:  # noqa: PLR2004  # 2xx
        await store(connection, claim, at=at, answer=answer)
        await tell(connection, claim, at=at, answer=answer)
    return answer


async def tell(connection: Connection, claim: Claim, *, at: datetime, answer: Answer) -> None:
    """Tell who reads of changes later; of an operation, that it was begun (docs/audit.md)."""
    service = await connection.fetchval(_SQL["service"])
    noted = AuditNoted(
        organization_id=claim.organization_id,
        id=f"{service}:{uuid4()}",
        at=at,
        service=service,
        account_id=claim.account_id if claim.actor_id is None else claim.actor_id,
        request_id=claim.request_id,
        action=f"{claim.method} {claim.route}",
        status=answer.status,
        before=_told(answer.before),
        after=_told(answer.body),
    )
    message = Message(msgspec.json.encode(noted), noted.id, "audit.noted", noted.action)
    events = Events(
        topic=AUDIT,
        key=str(claim.organization_id),
        organization_id=claim.organization_id,
        source=f"tieout/{service}",
        at=at,
        messages=[message],
    )
    await outbox.add(connection, events)


def _told(body: bytes) -> msgspec.Raw | msgspec.UnsetType:
    if not body:
        return msgspec.UNSET
    if len(body) <= MAX_TOLD_BYTES:
        return msgspec.Raw(body)
    named = {"bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}
    return msgspec.Raw(msgspec.json.encode(named))
