"""Telling a break to an external system, and hearing of it from there."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime

from tieout_exceptions.domain.answers import break_answer, json_bytes
from tieout_exceptions.domain.breaks import Break
from tieout_exceptions.domain.dispatching import Callback, Dispatch, called_back, dispatched
from tieout_exceptions.domain.severity import SeverityScale
from tieout_exceptions.locked_breaks import keep_picture, lock_break, require_workable
from tieout_exceptions.store.comments import add_comment, was_said
from tieout_runtime import idempotency
from tieout_runtime.idempotency import Answer, Claim
from tieout_runtime.postgres import Connection

Begin = Callable[[], AbstractAsyncContextManager[Connection]]


@dataclass(frozen=True, kw_only=True)
class Dispatching:
    """Each command is one transaction; what is told leaves with it, as an event."""

    clock: Callable[[], datetime]
    scale: SeverityScale

    async def dispatch(
        self,
        begin: Begin,
        claim: Claim,
        break_id: int,
        dispatch: Dispatch,
        *,
        expected_version: int | None,
    ) -> Answer:
        """Tell an external system of a break; raises Problem 404, 412, or 422 when not open."""
        now = self.clock()

        async def execute(connection: Connection) -> Answer:
            picture, current = await lock_break(
                connection,
                organization_id=claim.organization_id,
                break_id=break_id,
                expected_version=expected_version,
            )
            require_workable(current, to_be="dispatched")
            changed = dispatched(current, dispatch, at=now)
            picture.put_break(changed, at=now, dispatch=dispatch)
            await keep_picture(connection, picture, self.scale, at=now)
            await _say(connection, claim, break_id, dispatch.said, at=now)
            return self._answer(current, changed, at=now)

        async with begin() as connection:
            return await idempotency.once(
                connection, claim, at=now, execute=lambda: execute(connection)
            )

    async def call_back(
        self, begin: Begin, claim: Claim, break_id: int, callback: Callback
    ) -> Answer:
        """Keep what an external system says, whatever the break's status; raises Problem 404.

        What it said before, word for word, is kept once. The answer to a dispatch changes nothing
        when the break was dispatched elsewhere since.
        """
        now = self.clock()

        async def execute(connection: Connection) -> Answer:
            named = {"organization_id": claim.organization_id, "break_id": break_id}
            picture, current = await lock_break(connection, **named, expected_version=None)
            if not callback.concerns(current):
                return self._answer(current, current, at=now)
            picture.put_break(called_back(current, callback, at=now), at=now)
            await keep_picture(connection, picture, self.scale, at=now)
            if not await was_said(connection, **named, content=callback.said):
                await _say(connection, claim, break_id, callback.said, at=now)
            return self._answer(current, picture.breaks[current.record_id], at=now)

        async with begin() as connection:
            return await idempotency.once(
                connection, claim, at=now, execute=lambda: execute(connection)
            )

    def _answer(self, was: Break, now_is: Break, *, at: datetime) -> Answer:
        before, after = (
            json_bytes(break_answer(one, at=at, scale=self.scale)) for one in (was, now_is)
        )
        return Answer(status=200, body=after, before=before)


async def _say(
    connection: Connection, claim: Claim, break_id: int, content: str, *, at: datetime
) -> None:
    await add_comment(
        connection,
        organization_id=claim.organization_id,
        break_id=break_id,
        account_id=claim.account_id,
        content=content,
        at=at,
    )
