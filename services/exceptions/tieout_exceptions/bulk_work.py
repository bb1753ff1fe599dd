"""Many breaks in one request, each with an answer of its own.

Assigning is one transaction. Resolving is an operation for each break: the request's key is kept
for each of them as well, so that a retry joins what is under way and repeats nothing.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tieout_exceptions.break_commands import BreakCommands
from tieout_exceptions.domain.answers import break_answer, json_bytes
from tieout_exceptions.domain.breaks import WORKABLE, Break, assigned
from tieout_exceptions.domain.orders import Order
from tieout_exceptions.domain.picture import Picture
from tieout_exceptions.force_match import EFFECT_TIMEOUT_S, Begin, ForceMatch
from tieout_exceptions.locked_breaks import invalid_state, keep_picture
from tieout_exceptions.store import operations, pictures, projections
from tieout_exceptions.store.breaks import find_breaks
from tieout_runtime import idempotency
from tieout_runtime.idempotency import Answer, Claim, Started, fingerprint_of
from tieout_runtime.postgres import Connection
from tieout_runtime.problems import Problem, not_found

AT_ONCE = 4
# How long a request waits for the matcher; what is not decided then completes by itself.
TOGETHER_S = 15.0
TURN_S = 0.05
IN_PROGRESS = "request_in_progress"
# Not about one break: the whole request is to be sent again, or is another one than before.
_ABOUT_ALL = frozenset({IN_PROGRESS, "idempotency_key_reused", "unavailable"})
Result = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class BulkWork:
    """`breaks` and `force_match` do what there is to do to one."""

    breaks: BreakCommands
    force_match: ForceMatch

    async def assign(
        self, begin: Begin, claim: Claim, break_ids: Sequence[int], assignee: str
    ) -> Answer:
        """Assign each that may be, in one transaction."""
        now = self.breaks.clock()

        async def execute(connection: Connection) -> Answer:
            held = await _lock_all(connection, claim.organization_id, break_ids)
            results = []
            for break_id in break_ids:
                if break_id not in held:
                    results.append(_failed(break_id, not_found("exception")))
                    continue
                picture, current = held[break_id]
                if current.status not in WORKABLE:
                    results.append(_failed(break_id, invalid_state(current, to_be="assigned")))
                    continue
                changed = assigned(current, assignee, at=now)
                picture.put_break(changed, at=now)
                await self._tell(connection, claim, current, changed, at=now)
                results.append({"id": break_id, "status": changed.status})
            touched = {id(picture): picture for picture, _ in held.values()}
            for picture in touched.values():
                await keep_picture(connection, picture, self.breaks.scale, at=now)
            return Answer(status=200, body=json_bytes({"results": results}))

        async with begin() as connection:
            return await idempotency.once(
                connection, claim, at=now, execute=lambda: execute(connection)
            )

    async def _tell(
        self, connection: Connection, claim: Claim, was: Break, now_is: Break, *, at: datetime
    ) -> None:
        """Tell of one break among many as if it had been changed alone."""
        before, after = (
            json_bytes(break_answer(one, at=at, scale=self.breaks.scale)) for one in (was, now_is)
        )
        own = replace(claim, route=f"{claim.route}/{was.id}")
        changed = Answer(status=200, body=after, before=before)
        await idempotency.tell(connection, own, at=at, answer=changed)

    async def resolve(self, begin: Begin, claim: Claim, orders: Sequence[Order]) -> Answer:
        """Force-match each that may be; raises Problem only where all have to be sent again."""
        now = self.breaks.clock()
        async with begin() as connection:
            earlier = await idempotency.find(connection, claim, at=now)
            if isinstance(earlier, Answer):
                return earlier
            joins = isinstance(earlier, Started)
            number = (
                earlier.operation_id
                if isinstance(earlier, Started)
                else await operations.next_operation_id(connection)
            )
            if not joins:
                asked = json_bytes({"ids": [one.break_id for one in orders]})
                await idempotency.store(
                    connection,
                    claim,
                    at=now,
                    operation_id=number,
                    begun=Answer(status=202, body=asked),
                )
        ends_at = asyncio.get_running_loop().time() + TOGETHER_S
        results = await self._resolve_each(begin, claim, orders, ends_at)
        answer = Answer(status=200, body=json_bytes({"results": results}), replayed=joins)

        async def finish() -> Answer:
            async with begin() as connection:
                finished = await idempotency.find(connection, claim, at=now)
                if isinstance(finished, Answer):  # who joined was quicker
                    return replace(finished, replayed=joins)
                await idempotency.complete(
                    connection,
                    organization_id=claim.organization_id,
                    operation_id=number,
                    answer=answer,
                )
            return answer

        return await _in_turn(finish, ends_at)

    async def _resolve_each(
        self, begin: Begin, claim: Claim, orders: Sequence[Order], ends_at: float
    ) -> list[Result]:
        gate = asyncio.Semaphore(AT_ONCE)
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [
                    group.create_task(self._resolve_one(begin, claim, one, gate, ends_at))
                    for one in orders
                ]
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from errors
        return [one.result() for one in tasks]

    async def _resolve_one(
        self, begin: Begin, claim: Claim, order: Order, gate: asyncio.Semaphore, ends_at: float
    ) -> Result:
        own = replace(
            claim,
            route=f"{claim.route}/{order.break_id}",
            fingerprint=fingerprint_of([order.override_reason, order.notes]),
        )

        async def ask() -> Answer:
            left_s = max(0.0, ends_at - asyncio.get_running_loop().time())
            within_s = min(EFFECT_TIMEOUT_S, left_s)
            return await self.force_match.request(begin, own, order, within_s=within_s)

        async with gate:
            try:
                answer = await _in_turn(ask, ends_at)
            except Problem as problem:
                if problem.code in _ABOUT_ALL:
                    raise
                return _failed(order.break_id, problem)
        return {"id": order.break_id, "status": json.loads(answer.body)["status"]}


async def _in_turn(attempt: Callable[[], Awaitable[Answer]], ends_at: float) -> Answer:
    """Wait for an equal request that is at the same step; it is through in a moment."""
    while True:
        try:
            return await attempt()
        except Problem as problem:
            is_late = asyncio.get_running_loop().time() > ends_at
            if problem.code != IN_PROGRESS or is_late:
                raise
        await asyncio.sleep(TURN_S)


async def _lock_all(
    connection: Connection, organization_id: int, break_ids: Sequence[int]
) -> dict[int, tuple[Picture, Break]]:
    """Lock the reconciliations of these breaks, then load them; unknown ones are left out."""
    found = await find_breaks(connection, organization_id=organization_id, break_ids=break_ids)
    keys = {(organization_id, one.reconciliation_id) for one in found}
    locked = await projections.lock(connection, keys) if keys else {}
    for (_, reconciliation_id), picture in locked.items():
        records = [one.record_id for one in found if one.reconciliation_id == reconciliation_id]
        await pictures.load_breaks(connection, picture, records)
    held = {one.id: locked[(organization_id, one.reconciliation_id)] for one in found}
    records_of = {one.id: one.record_id for one in found}
    return {number: (one, one.breaks[records_of[number]]) for number, one in held.items()}


def _failed(break_id: int, problem: Problem) -> Result:
    return {"id": break_id, "code": problem.code, "error": problem.detail}
