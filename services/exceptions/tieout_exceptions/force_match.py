"""Force match and the adjustment of an entry: intent, effect, completion (design section 6).

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
from tieout_exceptions.domain.approvals import disapproved, waits_for_approval
from tieout_exceptions.domain.breaks import pending
from tieout_exceptions.domain.operations import ENTRY_TAKEN, Decided, Operation, Refused, settle
from tieout_exceptions.domain.orders import Order, new_operation
from tieout_exceptions.domain.severity import SeverityScale
from tieout_exceptions.locked_breaks import (
    keep_picture,
    known_break,
    lock_break,
    require_workable,
)
from tieout_exceptions.owners import Matcher
from tieout_exceptions.store import operations, pictures, projections
from tieout_exceptions.store.approvals import limit_of
from tieout_exceptions.store.operations import Due
from tieout_runtime import idempotency
from tieout_runtime.failpoints import Failpoint
from tieout_runtime.idempotency import Answer, Claim, Started
from tieout_runtime.postgres import Connection
from tieout_runtime.problems import Problem

# How long a request waits for the matcher.
EFFECT_TIMEOUT_S = 8.0
Begin = Callable[[], AbstractAsyncContextManager[Connection]]
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Begun:
    """An operation that a request began, or joined as it was under way."""

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

    async def request(
        self, begin: Begin, claim: Claim, order: Order, *, within_s: float = EFFECT_TIMEOUT_S
    ) -> Answer:
        """Carry out one request; raises Problem 404, 409, 412 or 422 when it cannot be.

        `within_s` is how long it waits for the matcher; then it answers as things stand.
        """
        async with begin() as connection:
            begun = await self._intend(connection, claim, order)
        if isinstance(begun, Answer):
            return begun
        if not begun.attached:
            self.failpoint.hit("force_match_intent")
        return await self.drive(begin, claim.organization_id, begun, within_s=within_s)

    async def drive(
        self,
        begin: Begin,
        organization_id: int,
        begun: Begun,
        *,
        within_s: float = EFFECT_TIMEOUT_S,
    ) -> Answer:
        """Carry an operation out, unless it awaits approval; answers with it as it stands.

        Raises Problem 422 when the matcher refuses it.
        """
        if begun.operation.state == "awaiting_approval":
            return await self._stand(begin, organization_id, begun)
        try:
            async with asyncio.timeout(within_s):
                decided = await self.matcher.carry_out(
                    begun.operation, organization_id=organization_id
                )
        except (Problem, TimeoutError) as error:
            _log.warning("force_match_waits", operation=begun.operation.id, error=repr(error))
        else:
            self.failpoint.hit("force_match_effect")
            await self.complete(begin, organization_id, begun.operation.id, decided)
        return await self._stand(begin, organization_id, begun)

    async def _intend(self, connection: Connection, claim: Claim, order: Order) -> Begun | Answer:
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
            if not await self._overtaken(connection, claim, operation, now):
                return Begun(operation=operation, attached=True)
        picture, current = await lock_break(
            connection,
            organization_id=claim.organization_id,
            break_id=order.break_id,
            expected_version=order.expected_version,
        )
        require_workable(current, to_be=order.to_be)
        operation = new_operation(
            order,
            current,
            operation_id=await operations.next_operation_id(connection),
            account_id=claim.account_id,
            at=now,
            next_attempt_at=now + self.resume_after,
            limit=await limit_of(
                connection, organization_id=claim.organization_id, currency=current.currency
            ),
        )
        await operations.add_operation(
            connection, organization_id=claim.organization_id, operation=operation
        )
        await idempotency.store(connection, claim, at=now, operation_id=operation.id)
        picture.put_break(pending(current, operation_id=operation.id, at=now), at=now)
        await keep_picture(connection, picture, self.scale, at=now)
        return Begun(operation=operation, attached=False)

    async def _overtaken(
        self, connection: Connection, claim: Claim, operation: Operation, now: datetime
    ) -> bool:
        """Give up an operation whose break was resolved otherwise before anybody approved it."""
        if operation.state != "awaiting_approval":
            return False
        picture, current = await lock_break(
            connection,
            organization_id=claim.organization_id,
            break_id=operation.break_id,
            expected_version=None,
        )
        await pictures.load_operations(connection, picture, [operation.id])
        operation = picture.operations[operation.id]
        if operation.state != "awaiting_approval" or waits_for_approval(current, operation):
            return False
        message = "the exception was resolved before this was approved"
        settled = disapproved(operation, current, message=message, at=now, code=ENTRY_TAKEN)
        picture.put_settlement(settled, at=now)
        await keep_picture(connection, picture, self.scale, at=now)
        return True

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
                await keep_picture(connection, picture, self.scale, at=now)
        self.failpoint.hit("force_match_completion")

    async def _stand(self, begin: Begin, organization_id: int, begun: Begun) -> Answer:
        """Answer with the operation as it stands; a refused one is a Problem."""
        async with begin() as connection:
            operation = await operations.find_operation(
                connection, organization_id=organization_id, operation_id=begun.operation.id
            )
            if operation.state == "refused":
                raise _refusal(operation)
            if operation.answer is not None:
                return Answer(status=200, body=operation.answer, replayed=begun.attached)
            current = await known_break(
                connection, organization_id=organization_id, break_id=operation.break_id
            )
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
            return await self.matcher.carry_out(operation, organization_id=organization_id)
        given_up = Refused(
            code="not_carried_out",
            message=f"the matcher did not answer {self.max_attempts} tries; nothing was matched",
        )
        return await self.matcher.cancel(
            operation, organization_id=organization_id, otherwise=given_up
        )


def _refusal(operation: Operation) -> Problem:
    code, message = operation.refusal_code or "refused", operation.refusal_message or "refused"
    return Problem(422, code, message)
