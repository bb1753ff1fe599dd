"""What people do about a break short of resolving it. Source: semantics section 6."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass
from datetime import datetime

from tieout_exceptions.domain.answers import break_answer, json_bytes
from tieout_exceptions.domain.breaks import assigned, unassigned
from tieout_exceptions.domain.severity import SeverityScale
from tieout_exceptions.locked_breaks import (
    keep_picture,
    known_break,
    lock_break,
    require_workable,
)
from tieout_exceptions.store.comments import add_comment
from tieout_runtime import idempotency
from tieout_runtime.idempotency import Answer, Claim
from tieout_runtime.postgres import Connection

Begin = Callable[[], AbstractAsyncContextManager[Connection]]


@dataclass(frozen=True, kw_only=True)
class Handover:
    """Whose a break is to be, nobody's when None; `expected_version` is what If-Match named."""

    break_id: int
    assignee: str | None
    expected_version: int | None


@dataclass(frozen=True, kw_only=True)
class BreakCommands:
    """Each command is one transaction."""

    clock: Callable[[], datetime]
    scale: SeverityScale

    async def hand_over(self, begin: Begin, claim: Claim, asked: Handover) -> Answer:
        """Assign or unassign; raises Problem 404, 412, or 422 when it is no longer open."""
        now = self.clock()

        async def execute(connection: Connection) -> Answer:
            picture, current = await lock_break(
                connection,
                organization_id=claim.organization_id,
                break_id=asked.break_id,
                expected_version=asked.expected_version,
            )
            require_workable(current, to_be="assigned" if asked.assignee else "unassigned")
            changed = (
                unassigned(current, at=now)
                if asked.assignee is None
                else assigned(current, asked.assignee, at=now)
            )
            picture.put_break(changed, at=now)
            await keep_picture(connection, picture, self.scale, at=now)
            was, shown = (
                json_bytes(break_answer(one, at=now, scale=self.scale))
                for one in (current, changed)
            )
            return Answer(status=200, body=shown, before=was)

        async with begin() as connection:
            return await idempotency.once(
                connection, claim, at=now, execute=lambda: execute(connection)
            )

    async def comment(self, begin: Begin, claim: Claim, break_id: int, content: str) -> Answer:
        """Keep what somebody says about a break, whatever its status; raises Problem 404."""
        now = self.clock()

        async def execute(connection: Connection) -> Answer:
            named = {"organization_id": claim.organization_id, "break_id": break_id}
            await known_break(connection, **named)
            said = await add_comment(
                connection, **named, account_id=claim.account_id, content=content, at=now
            )
            return Answer(status=201, body=json_bytes(asdict(said)))

        async with begin() as connection:
            return await idempotency.once(
                connection, claim, at=now, execute=lambda: execute(connection)
            )
