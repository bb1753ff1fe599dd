"""Emptying and deleting streams as it is asked for: what forbids it, and waiting for its end.

The work itself is the runner's (`loading/emptying.py`): whoever asks waits for it, as far as they
want to.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic

import msgspec

from tieout_ingest.domain.record_change import Refused
from tieout_ingest.domain.stream_operation import (
    Kind,
    StreamOperation,
    refusal_of_hold,
    refusal_of_linked,
    refusal_of_size,
    refusal_of_work,
)
from tieout_ingest.matcher import Matcher
from tieout_ingest.store import records, stream_operations, streams
from tieout_ingest.store.stream_operations import NewOperation
from tieout_runtime import idempotency
from tieout_runtime.idempotency import Answer, Claim, Started
from tieout_runtime.postgres import Connection
from tieout_runtime.problems import Problem, not_found

PATIENCE_S = 8.0
POLL_S = 0.02
ACCEPTED = 202
Begin = Callable[[], AbstractAsyncContextManager[Connection]]
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, kw_only=True)
class StreamOrder:
    """What is asked of a stream; `is_async`: its end is not waited for."""

    key: str
    kind: Kind
    is_async: bool


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """`routed` are the reconciliations that ever took its records, and whether they still do."""

    stream_id: int
    routed: Mapping[int, bool]


@dataclass(frozen=True, kw_only=True)
class StreamOperations:
    """`begin` (an argument) opens a transaction of the role that asks; `wake` the runner.

    A request waits for `patience_s`, then it answers as things stand.
    """

    matcher: Matcher
    clock: Callable[[], datetime]
    wake: Callable[[], None]
    patience_s: float = PATIENCE_S

    async def request(self, begin: Begin, claim: Claim, order: StreamOrder) -> Answer:
        """Begin an operation, or attach to the one that the same key began.

        Raises Problem 404, 409 (linked, matched, too large, something under way) and 503 while the
        matcher does not answer.
        """
        async with begin() as connection:
            earlier = await idempotency.find(connection, claim, at=self.clock())
        if isinstance(earlier, Answer):
            return earlier
        if earlier is not None:
            return replace(await self._wait(begin, claim, earlier.operation_id), replayed=True)
        async with begin() as connection:
            seen = await self._look(connection, claim.organization_id, order)
        await self._check_hold(claim, order.kind, seen)
        async with begin() as connection:
            # An equal request may have come here first: this one attaches to what it began.
            earlier = await idempotency.find(connection, claim, at=self.clock())
            begun = earlier or await self._begin(connection, claim, order, seen.stream_id)
        self.wake()
        if isinstance(begun, Answer):
            return begun
        answer = await self._wait(begin, claim, begun.operation_id)
        return replace(answer, replayed=earlier is not None)

    async def _look(
        self, connection: Connection, organization_id: int, order: StreamOrder
    ) -> _Seen:
        found = await streams.find_by_key(
            connection, organization_id=organization_id, key=order.key
        )
        if found is None:
            raise not_found("data stream")
        routed = await stream_operations.ever_routed(
            connection, organization_id=organization_id, stream_id=found.id
        )
        return _Seen(stream_id=found.id, routed=routed)

    async def _check_hold(self, claim: Claim, kind: Kind, seen: _Seen) -> None:
        """Raise Problem 409 while reconciliations rely on what would go."""
        if kind == "delete":
            _refuse(refusal_of_linked([one for one, active in seen.routed.items() if active]))
        hold = await self.matcher.hold(
            organization_id=claim.organization_id,
            account_id=claim.account_id,
            stream_id=seen.stream_id,
            reconciliation_ids=list(seen.routed),
        )
        _refuse(refusal_of_hold(kind, hold))

    async def _begin(
        self, connection: Connection, claim: Claim, order: StreamOrder, stream_id: int
    ) -> Started:
        """Store the operation: from here on the stream counts as empty for what comes."""
        at, organization_id = self.clock(), claim.organization_id
        names = {"organization_id": organization_id, "stream_id": stream_id}
        await records.lock_stream(connection, stream_id)
        held = await stream_operations.hold_stream(connection, **names)
        if held is None:
            raise not_found("data stream")
        _refuse(refusal_of_work(await stream_operations.in_the_way(connection, **names)))
        _refuse(refusal_of_size(order.kind, records=held, is_async=order.is_async))
        (position,) = await records.take_positions(connection, 1)
        new = NewOperation(
            **names,
            kind=order.kind,
            is_async=order.is_async,
            account_id=claim.account_id,
            up_to=position,
            records=held,
        )
        number = await stream_operations.begin(connection, new, at=at)
        begun = await stream_operations.find(
            connection, organization_id=organization_id, operation_id=number
        )
        told = None if begun is None else Answer(status=ACCEPTED, body=shown_operation(begun))
        await idempotency.store(connection, claim, at=at, operation_id=number, begun=told)
        return Started(operation_id=number)

    async def _wait(self, begin: Begin, claim: Claim, operation_id: int) -> Answer:
        """Wait until nothing forbids it, and for its end where the caller wants that."""
        until = monotonic() + self.patience_s
        while True:
            async with begin() as connection:
                found = await stream_operations.find(
                    connection, organization_id=claim.organization_id, operation_id=operation_id
                )
            if found is None:
                raise not_found("operation")
            if found.status == "failed" and not (found.is_async and found.started_at):
                raise _problem(refused_by(found))
            if found.status == "completed" or (found.is_async and found.status != "pending"):
                return answer_of(found)
            if monotonic() > until:
                return _unfinished(found)
            await asyncio.sleep(POLL_S)


def answer_of(operation: StreamOperation) -> Answer:
    """Answer whoever asked for the operation, as it stands."""
    if operation.is_async:
        return Answer(status=ACCEPTED, body=shown_operation(operation))
    return Answer(status=204, body=b"")


def shown_operation(operation: StreamOperation) -> bytes:
    """Encode an operation as it is shown."""
    return _encode(msgspec.structs.asdict(operation) | {"progress": operation.progress})


def refused_by(operation: StreamOperation) -> Refused:
    """Say why an operation failed."""
    return Refused(
        code=operation.error_code or "failed", message=operation.error_message or "it failed"
    )


def _unfinished(operation: StreamOperation) -> Answer:
    if operation.is_async:
        return answer_of(operation)
    message = (
        f"operation {operation.id} is not finished; it is carried out all the same, and the same"
        " idempotency key answers when it has ended"
    )
    raise Problem(503, "operation_pending", message, headers={"Retry-After": "1"})


def _refuse(refused: Refused | None) -> None:
    if refused is not None:
        raise _problem(refused)


def _problem(refused: Refused) -> Problem:
    return Problem(409, refused.code, refused.message)
