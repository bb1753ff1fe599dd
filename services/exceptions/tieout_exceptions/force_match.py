"""Force match: intent, effect, completion (design section 6).

The effect belongs to the matcher, under the operation's number: asked again, it answers the same
for ever. So whoever comes first completes, and nothing is half done after a crash at any step.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from tieout_exceptions.domain.answers import break_answer, json_bytes
from tieout_exceptions.domain.breaks import WORKABLE, Break, pending
from tieout_exceptions.domain.operations import (
    Decided,
    Operation,
    Refused,
    ResidualTreatment,
    settle,
)
from tieout_exceptions.domain.severity import SeverityScale
from tieout_exceptions.owners import Matcher
from tieout_exceptions.store import operations, pictures, projections
from tieout_exceptions.store.breaks import find_break
from tieout_exceptions.store.operations import Due
from tieout_runtime import idempotency
from tieout_runtime.failpoints import Failpoint
from tieout_runtime.idempotency import Answer, Claim, Started
from tieout_runtime.internal import check_version
from tieout_runtime.postgres import Connection
from tieout_runtime.problems import Problem, not_found

# How long a request waits for the matcher; then it answers as things stand.
EFFECT_TIMEOUT_S = 8.0
Begin = Callable[[], AbstractAsyncContextManager[Connection]]
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Order:
    """What a person asks for; `expected_version` is what If-Match named, None if it did not."""

    break_id: int
    notes: str
    override_reason: str
    counterpart_record_ids: tuple[int, ...] = ()
    residual_treatment: ResidualTreatment = "write_off"
    expected_version: int | None = None


@dataclass(frozen=True, kw_only=True)
class _Begun:
    operation: Operation
    attached: bool


@dataclass(frozen=True, kw_only=True)
class ForceMatch:
    """`begin` (an argument) opens a transaction of the role that asks."""

    matcher: Matcher
    scale: SeverityScale
    failpoint: Failpoint
    clock: Callable[[], datetime]
    resume_after: timedelta
    max_attempts: int

    async def request(self, begin: Begin, claim: Claim, order: Order) -> Answer:
        """Carry out one request; raises Problem 404, 409, 412 or 422 when it cannot be."""
        async with begin() as connection:
            begun = await self._intend(connection, claim, order)
        if isinstance(begun, Answer):
            return begun
        if not begun.attached:
            self.failpoint.hit("force_match_intent")
        organization_id = claim.organization_id
        try:
            async with asyncio.timeout(EFFECT_TIMEOUT_S):
                decided = await self.matcher.force_match(
                    begun.operation, organization_id=organization_id
                )
        except (Problem, TimeoutError) as error:
            _log.warning("force_match_waits", operation=begun.operation.id, error=repr(error))
        else:
            self.failpoint.hit("force_match_effect")
            await self.complete(begin, organization_id, begun.operation.id, decided)
        return await self._stand(begin, organization_id, begun)

    async def _intend(self, connection: Connection, claim: Claim, order: Order) -> _Begun | Answer:
        """Transaction 1: the key points at an operation, and the break waits for it."""
        now = self.clock()
        earlier = await idempotency.find(connection, claim, at=now)
        if isinstance(earlier, Answer):
            return earlier
        if isinstance(earlier, Started):
            operation = await operations.find_operation(
                connection,
                organization_id=claim.organization_id,
                operation_id=earlier.operation_id,
            )
            return _Begun(operation=operation, attached=True)
        found = await _lockable(connection, claim.organization_id, order.break_id)
        picture = await projections.lock_one(
            connection,
            organization_id=claim.organization_id,
            reconciliation_id=found.reconciliation_id,
        )
        await pictures.load_breaks(connection, picture, [found.record_id])
        current = picture.breaks[found.record_id]
        _check(current, order)
        operation = await self._new_operation(connection, claim, order, current, now)
        await operations.add_operation(
            connection, organization_id=claim.organization_id, operation=operation
        )
        await idempotency.store(connection, claim, at=now, operation_id=operation.id)
        picture.put_break(pending(current, operation_id=operation.id, at=now), at=now)
        await pictures.write_rows(connection, picture, self.scale)
        await pictures.publish(connection, picture, at=now)
        await projections.advance(connection, [picture])
        return _Begun(operation=operation, attached=False)

    async def _new_operation(
        self,
        connection: Connection,
        claim: Claim,
        order: Order,
        current: Break,
        now: datetime,
    ) -> Operation:
        return Operation(
            id=await operations.next_operation_id(connection),
            reconciliation_id=current.reconciliation_id,
            break_id=current.id,
            record_id=current.record_id,
            account_id=claim.account_id,
            former_status=current.status,
            notes=order.notes,
            override_reason=order.override_reason,
            counterpart_record_ids=order.counterpart_record_ids,
            residual_treatment=order.residual_treatment,
            next_attempt_at=now + self.resume_after,
            created_at=now,
            updated_at=now,
        )

    async def complete(
        self, begin: Begin, organization_id: int, operation_id: int, decided: Decided
    ) -> None:
        """Transaction 2: settle the operation, unless somebody else did."""
        now = self.clock()
        async with begin() as connection:
            operation = await operations.find_operation(
                connection, organization_id=organization_id, operation_id=operation_id
            )
            picture = await projections.lock_one(
                connection,
                organization_id=organization_id,
                reconciliation_id=operation.reconciliation_id,
            )
            await pictures.load_operations(connection, picture, [operation_id])
            await pictures.load_breaks(connection, picture, [operation.record_id])
            settled = settle(
                picture.operations[operation_id],
                picture.breaks[operation.record_id],
                decided,
                at=now,
            )
            if settled is not None:
                picture.put_settlement(settled, at=now)
                await pictures.write_rows(connection, picture, self.scale)
                await pictures.publish(connection, picture, at=now)
                await projections.advance(connection, [picture])
        self.failpoint.hit("force_match_completion")

    async def _stand(self, begin: Begin, organization_id: int, begun: _Begun) -> Answer:
        """Answer with the operation as it stands; a refused one is a Problem."""
        async with begin() as connection:
            operation = await operations.find_operation(
                connection, organization_id=organization_id, operation_id=begun.operation.id
            )
            if operation.state == "refused":
                raise _refusal(operation)
            if operation.answer is not None:
                return Answer(status=200, body=operation.answer, replayed=begun.attached)
            current = await find_break(
                connection, organization_id=organization_id, break_id=operation.break_id
            )
        if current is None:
            raise not_found("exception")
        body = json_bytes(break_answer(current, at=self.clock(), scale=self.scale))
        return Answer(status=200, body=body, replayed=begun.attached)

    async def resume(self, begin: Begin, due: Due) -> None:
        """Try a pending operation again; after too many tries have it cancelled, then revert."""
        operation, organization_id = due.operation, due.organization_id
        try:
            async with asyncio.timeout(EFFECT_TIMEOUT_S):
                decided = await self._decide(operation, organization_id)
        except (Problem, TimeoutError) as error:
            _log.warning("operation_waits", operation=operation.id, error=repr(error))
            return
        self.failpoint.hit("force_match_effect")
        await self.complete(begin, organization_id, operation.id, decided)
        _log.info("operation_resumed", operation=operation.id, attempts=operation.attempts)

    async def _decide(self, operation: Operation, organization_id: int) -> Decided:
        if operation.attempts <= self.max_attempts:
            return await self.matcher.force_match(operation, organization_id=organization_id)
        given_up = Refused(
            code="not_carried_out",
            message=f"the matcher did not answer {self.max_attempts} tries; nothing was matched",
        )
        return await self.matcher.cancel(
            operation, organization_id=organization_id, otherwise=given_up
        )


async def _lockable(connection: Connection, organization_id: int, break_id: int) -> Break:
    found = await find_break(connection, organization_id=organization_id, break_id=break_id)
    if found is None:
        raise not_found("exception")
    return found


def _check(current: Break, order: Order) -> None:
    check_version(order.expected_version, current.version, "exception")
    if current.status not in WORKABLE:
        raise Problem(
            422,
            "exception_invalid_state",
            f"an exception that is {current.status} cannot be force-matched",
        )


def _refusal(operation: Operation) -> Problem:
    code, message = operation.refusal_code or "refused", operation.refusal_message or "refused"
    return Problem(422, code, message)
