"""Changes of records: intent, effect, completion.

The matcher decides under the change's number: asked again, it answers the same for ever. So
whoever comes first completes, and nothing is half done after a crash at any step: the version that
the matcher has made is written here in the end, or neither has any.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog

from tieout_ingest.domain.drafts import encode_json
from tieout_ingest.domain.limits import Limits
from tieout_ingest.domain.record_change import Decided, RecordChange, Refused
from tieout_ingest.loading.next_version import (
    Order,
    draft_of,
    expected_of,
    lock_record,
    view_of,
    write_version,
)
from tieout_ingest.matcher import Matcher
from tieout_ingest.store import record_changes, records
from tieout_runtime import idempotency
from tieout_runtime.failpoints import Failpoint
from tieout_runtime.idempotency import Answer, Claim, Started
from tieout_runtime.postgres import Connection, Pool, transaction
from tieout_runtime.problems import Problem

# How long a request waits for the matcher; then it answers as things stand.
EFFECT_TIMEOUT_S = 8.0
DUE_AT_ONCE = 20
Begin = Callable[[], AbstractAsyncContextManager[Connection]]
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class _Begun:
    change: RecordChange
    attached: bool


@dataclass(frozen=True, kw_only=True)
class RecordChanges:
    """`begin` (an argument) opens a transaction of the role that asks."""

    matcher: Matcher
    limits: Limits
    failpoint: Failpoint
    clock: Callable[[], datetime]
    resume_after: timedelta
    max_attempts: int

    async def request(self, begin: Begin, claim: Claim, order: Order) -> Answer:
        """Carry out one request.

        Raises JsonRefused, Problem 404, 409 (matched, or changing already) and 422; and 503 while
        the matcher does not answer: then it is carried out all the same.
        """
        async with begin() as connection:
            begun = await self._intend(connection, claim, order)
        if isinstance(begun, Answer):
            return begun
        if not begun.attached:
            self.failpoint.hit("record_change_intent")
        try:
            decided = await self._effect(begin, begun.change)
        except (Problem, TimeoutError) as error:
            _log.warning("record_change_waits", change=begun.change.id, error=repr(error))
        else:
            self.failpoint.hit("record_change_effect")
            await self.complete(begin, begun.change, decided)
        return await self._stand(begin, begun)

    async def _intend(self, connection: Connection, claim: Claim, order: Order) -> _Begun | Answer:
        """Transaction 1: the key points at a change, and nobody else may ask for another."""
        now, organization_id = self.clock(), claim.organization_id
        earlier = await idempotency.find(connection, claim, at=now)
        if isinstance(earlier, Answer):
            return earlier
        if isinstance(earlier, Started):
            change = await record_changes.find(
                connection, organization_id=organization_id, change_id=earlier.operation_id
            )
            return _Begun(change=change, attached=True)
        current = await lock_record(connection, organization_id, order.record_id)
        made = await draft_of(
            connection, order, current, organization_id=organization_id, limits=self.limits
        )
        if made is None:
            view = await view_of(connection, organization_id, current.id)
            return Answer(status=200, body=encode_json(view))
        change = RecordChange(
            organization_id=organization_id,
            id=await record_changes.next_id(connection),
            stream_id=current.stream_id,
            record_id=current.id,
            version=current.version + 1,
            kind="deletion" if order.deletes else "correction",
            account_id=claim.account_id,
            identity=made.identity,
            fields=made.fields_json,
            raw=made.raw_json,
            next_attempt_at=now + self.resume_after,
            created_at=now,
        )
        await record_changes.add(connection, change)
        said = {"record_change_id": change.id, "version": change.version, "kind": change.kind}
        was = encode_json(await view_of(connection, organization_id, current.id))
        begun = Answer(status=202, body=encode_json(said), before=was)
        await idempotency.store(connection, claim, at=now, operation_id=change.id, begun=begun)
        return _Begun(change=change, attached=False)

    async def _effect(self, begin: Begin, change: RecordChange) -> Decided:
        async with begin() as connection:
            expected = await expected_of(connection, change)
        async with asyncio.timeout(EFFECT_TIMEOUT_S):
            return await self.matcher.decide(change, expected)

    async def complete(self, begin: Begin, change: RecordChange, decided: Decided) -> None:
        """Transaction 2: write the version that the matcher has made, unless somebody else did."""
        names = {"organization_id": change.organization_id, "operation_id": change.id}
        async with begin() as connection:
            await records.lock_stream(connection, change.stream_id)
            if not await record_changes.finish(connection, change, decided, at=self.clock()):
                return
            if isinstance(decided, Refused):
                await idempotency.release(connection, **names)
            else:
                await write_version(connection, change)
                answer = await _answer(connection, change)
                await idempotency.complete(connection, **names, answer=answer)
        self.failpoint.hit("record_change_completion")

    async def _stand(self, begin: Begin, begun: _Begun) -> Answer:
        """Answer with the change as it stands; a refused one is a Problem."""
        async with begin() as connection:
            change = await record_changes.find(
                connection,
                organization_id=begun.change.organization_id,
                change_id=begun.change.id,
            )
            if change.state == "done":
                return await _answer(connection, change, replayed=begun.attached)
        if change.state == "refused":
            raise _refusal(change)
        message = (
            "the matcher does not answer; the change is kept and will be carried out, and the same"
            " idempotency key answers with it"
        )
        raise Problem(503, "change_pending", message, headers={"Retry-After": "1"})

    async def resume(self, begin: Begin, change: RecordChange) -> None:
        """Try a pending change again; after too many tries have it cancelled, then give it up."""
        try:
            decided = await self._effect_or_cancel(begin, change)
        except (Problem, TimeoutError) as error:
            _log.warning("record_change_waits", change=change.id, error=repr(error))
            return
        self.failpoint.hit("record_change_effect")
        await self.complete(begin, change, decided)
        _log.info("record_change_resumed", change=change.id, attempts=change.attempts)

    async def _effect_or_cancel(self, begin: Begin, change: RecordChange) -> Decided:
        if change.attempts <= self.max_attempts:
            return await self._effect(begin, change)
        message = f"the matcher did not answer {self.max_attempts} tries; nothing was changed"
        async with asyncio.timeout(EFFECT_TIMEOUT_S):
            return await self.matcher.cancel(
                change, otherwise=Refused(code="not_carried_out", message=message)
            )


@dataclass(frozen=True, kw_only=True)
class ChangeResumer:
    """Drives changes that a crash or an unreachable matcher left pending."""

    pool: Pool
    changes: RecordChanges
    clock: Callable[[], datetime]

    async def run(self) -> None:
        """Make one round; the task is started again when it ends."""
        await self.resume_due()

    async def resume_due(self) -> int:
        """Try what is due once; returns how many changes that were."""
        async with transaction(self.pool) as connection:
            due = await record_changes.take_due(connection, now=self.clock(), limit=DUE_AT_ONCE)
        begin = partial(transaction, self.pool)
        for change in due:
            await self.changes.resume(begin, change)
        return len(due)


async def _answer(
    connection: Connection, change: RecordChange, *, replayed: bool = False
) -> Answer:
    if change.kind == "deletion":
        return Answer(status=204, body=b"", replayed=replayed)
    view = await view_of(connection, change.organization_id, change.record_id)
    return Answer(status=200, body=encode_json(view), replayed=replayed)


def _refusal(change: RecordChange) -> Problem:
    code, message = change.refusal_code or "refused", change.refusal_message or "refused"
    if code == "not_carried_out":
        return Problem(503, code, message, headers={"Retry-After": "1"})
    return Problem(409 if code == "already_matched" else 422, code, message)
