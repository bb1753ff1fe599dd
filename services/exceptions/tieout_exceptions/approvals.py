"""Another actor approves or refuses what is above the organisation's limit (semantics section 8).

An approved operation goes on as any other: from then on the resumer drives it too.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tieout_exceptions.domain.answers import break_answer, json_bytes
from tieout_exceptions.domain.approvals import disapproved, waits_for_approval
from tieout_exceptions.domain.breaks import Break
from tieout_exceptions.domain.operations import Operation
from tieout_exceptions.domain.picture import Picture
from tieout_exceptions.domain.severity import SeverityScale
from tieout_exceptions.force_match import Begin, Begun, ForceMatch
from tieout_exceptions.locked_breaks import keep_picture, lock_break
from tieout_exceptions.store import operations, pictures
from tieout_exceptions.store.approvals import Limit, limits_of, replace_limits, review
from tieout_runtime import idempotency
from tieout_runtime.idempotency import Answer, Claim, Started
from tieout_runtime.postgres import Connection
from tieout_runtime.problems import Problem


@dataclass(frozen=True, kw_only=True)
class Review:
    """What an approver says; `expected_version` is what If-Match named, None if it did not."""

    break_id: int
    notes: str | None
    expected_version: int | None


@dataclass(frozen=True, kw_only=True)
class Approvals:
    """Reviews of operations, and the limits above which they are needed."""

    force_match: ForceMatch
    clock: Callable[[], datetime]
    scale: SeverityScale

    async def approve(self, begin: Begin, claim: Claim, asked: Review) -> Answer:
        """Let the resolution be carried out; answers with the break as it then stands.

        Raises Problem 403 for who asked for it, 404, 412, and 422 when nothing waits or the
        matcher refuses.
        """
        async with begin() as connection:
            begun = await self._release(connection, claim, asked)
        if isinstance(begun, Answer):
            return begun
        return await self.force_match.drive(begin, claim.organization_id, begun)

    async def _release(self, connection: Connection, claim: Claim, asked: Review) -> Begun | Answer:
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
            return Begun(operation=operation, attached=True)
        _, _, operation = await _awaiting(connection, claim, asked)
        approved = await self._note(connection, claim, asked, operation, approved=True, at=now)
        await idempotency.store(connection, claim, at=now, operation_id=operation.id)
        return Begun(operation=approved, attached=False)

    async def refuse(self, begin: Begin, claim: Claim, asked: Review) -> Answer:
        """Give the break back as it was before; raises Problem as `approve` does."""
        now = self.clock()

        async def execute(connection: Connection) -> Answer:
            picture, current, operation = await _awaiting(connection, claim, asked)
            await self._note(connection, claim, asked, operation, approved=False, at=now)
            message = f"not approved: {asked.notes}" if asked.notes else "not approved"
            settled = disapproved(operation, current, message=message, at=now)
            picture.put_settlement(settled, at=now)
            await keep_picture(connection, picture, self.scale, at=now)
            was, shown = (
                json_bytes(break_answer(one, at=now, scale=self.scale))
                for one in (current, settled.changed_break)
            )
            return Answer(status=200, body=shown, before=was)

        async with begin() as connection:
            return await idempotency.once(
                connection, claim, at=now, execute=lambda: execute(connection)
            )

    async def _note(
        self,
        connection: Connection,
        claim: Claim,
        asked: Review,
        operation: Operation,
        *,
        approved: bool,
        at: datetime,
    ) -> Operation:
        return await review(
            connection,
            operation,
            organization_id=claim.organization_id,
            approved=approved,
            reviewer_id=claim.account_id,
            notes=asked.notes,
            at=at,
            next_attempt_at=at + self.force_match.resume_after,
        )

    async def set_limits(self, begin: Begin, claim: Claim, limits: Sequence[Limit]) -> Answer:
        """Keep these limits and no others; what waits already goes on waiting."""
        now = self.clock()

        async def execute(connection: Connection) -> Answer:
            named = {"organization_id": claim.organization_id}
            was = json_bytes(limits_answer(await limits_of(connection, **named)))
            await replace_limits(connection, limits, **named)
            kept = json_bytes(limits_answer(await limits_of(connection, **named)))
            return Answer(status=200, body=kept, before=was)

        async with begin() as connection:
            return await idempotency.once(
                connection, claim, at=now, execute=lambda: execute(connection)
            )


def limits_answer(limits: Sequence[Limit]) -> dict[str, list[dict[str, str]]]:
    """Show limits; amounts are plain decimals in major units."""
    shown = [{"currency": one.currency, "amount": format(one.amount, "f")} for one in limits]
    return {"limits": shown}


async def _awaiting(
    connection: Connection, claim: Claim, asked: Review
) -> tuple[Picture, Break, Operation]:
    """Lock the break and load what awaits this actor's review; raises Problem 403 or 422."""
    picture, current = await lock_break(
        connection,
        organization_id=claim.organization_id,
        break_id=asked.break_id,
        expected_version=asked.expected_version,
    )
    await pictures.load_operations(
        connection, picture, [current.operation_id] if current.operation_id else []
    )
    operation = picture.operations.get(current.operation_id or 0)
    if operation is None or not waits_for_approval(current, operation):
        raise Problem(
            422,
            "exception_invalid_state",
            f"an exception that is {current.status} has no resolution that awaits approval",
        )
    if operation.account_id == claim.account_id:
        raise Problem(
            403, "four_eyes_required", "who asked for a resolution cannot review it: another may"
        )
    return picture, current, operation
