"""Attempts of a run: asked for, waited for, and answered with what they made."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime

from tieout_matcher.store import ledger_runs
from tieout_matcher.views import encode
from tieout_runtime import idempotency
from tieout_runtime.idempotency import Answer, Claim
from tieout_runtime.postgres import Connection
from tieout_runtime.problems import Problem, not_found, unavailable

WAIT_S = 20.0
LOOK_EVERY_S = 0.05
Begin = Callable[[], AbstractAsyncContextManager[Connection]]


@dataclass(frozen=True, kw_only=True)
class AutoMatch:
    """`begin` (an argument) opens a transaction of the role that asks.

    The attempt is the background's (runs.py); a request that ends before it does finds it again.
    """

    wanted: Callable[[], None]
    clock: Callable[[], datetime]

    async def of_run(self, begin: Begin, claim: Claim, run_id: int) -> Answer:
        """Try what is open by the rules; answers `{matched}`: the matches that this attempt made.

        Raises Problem 404, 409 `run_closed`, 422 `run_failed`, and 503 while it takes longer.
        """
        key = (claim.organization_id, run_id)

        async def ask(connection: Connection) -> int:
            await require_writable(connection, key)
            await ledger_runs.touch(connection, key, at=self.clock())
            return await ledger_runs.attempt(connection, key, at=self.clock())

        return await self._request(begin, claim, ask)

    async def of_ledger(self, begin: Begin, claim: Claim, ledger: tuple[int, int]) -> Answer:
        """Make a run over everything open in a ledger and try it; answers it with `matched`."""

        async def ask(connection: Connection) -> int:
            run_id = await ledger_runs.add(
                connection,
                ledger,
                mode="automatic",
                source_type="upload",
                note=None,
                at=self.clock(),
                everything=True,
            )
            return await ledger_runs.attempt(connection, (ledger[0], run_id), at=self.clock())

        return await self._request(begin, claim, ask, shows_run=True)

    async def _request(
        self,
        begin: Begin,
        claim: Claim,
        ask: Callable[[Connection], Awaitable[int]],
        *,
        shows_run: bool = False,
    ) -> Answer:
        """Have an attempt asked for once a key, and wait for it."""
        async with begin() as connection:
            earlier = await idempotency.find(connection, claim, at=self.clock())
            if isinstance(earlier, Answer):
                return earlier
            attempt_id = earlier.operation_id if earlier else await ask(connection)
            if earlier is None:
                await idempotency.store(connection, claim, at=self.clock(), operation_id=attempt_id)
        self.wanted()
        row = await self._end_of(begin, claim.organization_id, attempt_id)
        names = {"organization_id": claim.organization_id, "operation_id": attempt_id}
        async with begin() as connection:
            if row["status"] == "failed":
                await idempotency.release(connection, **names)
            else:
                told = {"matched": row["matched"]}
                if shows_run:
                    run = await ledger_runs.find(connection, (claim.organization_id, row["run_id"]))
                    told = dict(run or {}) | told
                joined = earlier is not None
                answer = Answer(status=200, body=encode(told), replayed=joined)
                await idempotency.complete(connection, **names, answer=answer)
                return answer
        raise Problem(422, "run_failed", row["error"])

    async def _end_of(self, begin: Begin, organization_id: int, attempt: int) -> ledger_runs.Row:
        """Wait until an attempt is over; raises Problem 503 when that takes too long."""
        for _ in range(round(WAIT_S / LOOK_EVERY_S)):
            async with begin() as connection:
                row = await ledger_runs.attempt_of(connection, organization_id, attempt)
            if row["status"] not in ("pending", "running"):
                return row
            await asyncio.sleep(LOOK_EVERY_S)
        raise unavailable("the run is still at work; the same request again waits for it")


async def require_writable(connection: Connection, key: tuple[int, int]) -> ledger_runs.Row:
    """Lock a run that may be written; raises Problem 404, 409 `run_closed`."""
    run = await ledger_runs.lock(connection, key)
    if run is None:
        raise not_found("run")
    if run["status"] == "closed":
        raise Problem(409, "run_closed", "the run is closed: nothing of it changes any more")
    return run
