"""Work beside the routes: the sweeper's tick, pending operations, and missing outcomes."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby

import structlog

from tieout_exceptions.domain.severity import SeverityScale
from tieout_exceptions.domain.slices import sweep_slice
from tieout_exceptions.force_match import ForceMatch
from tieout_exceptions.owners import Matcher
from tieout_exceptions.store import operations, pictures, projections
from tieout_exceptions.store.buckets import UnsweptSlice, unswept_slices
from tieout_exceptions.store.projections import Gap
from tieout_runtime.postgres import Pool, transaction
from tieout_runtime.problems import Problem

DUE_AT_ONCE = 20
FIRST_RESEND_PAUSE = timedelta(seconds=2)
LONGEST_RESEND_PAUSE = timedelta(seconds=60)
# A gap that lasts longer than this makes the service not ready: somebody has to look.
GAP_ALARM_S = 60.0
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Sweeper:
    """Has overdue entries claimed, and sees that every slice has the bucket the rules want."""

    pool: Pool
    matcher: Matcher
    scale: SeverityScale
    clock: Callable[[], datetime]
    every_seconds: float

    async def run(self) -> None:
        """Make one round; the task is started again when it ends."""
        try:
            await self.sweep()
        except Problem as problem:
            _log.warning("sweep_waits", error=str(problem))
        await asyncio.sleep(self.every_seconds)

    async def sweep(self) -> int:
        """Sweep once; returns how many entries became overdue. Twice at a time is harmless."""
        now = self.clock()
        await self._tidy(now)
        return await self.matcher.claim_overdue(until=now)

    async def _tidy(self, now: datetime) -> None:
        """Act on slices that no outcome touches: a person deleted or closed their bucket."""
        async with transaction(self.pool) as connection:
            unswept = await unswept_slices(connection)

        def reconciliation(one: UnsweptSlice) -> tuple[int, int]:
            return one.organization_id, one.reconciliation_id

        for key, slices in groupby(unswept, key=reconciliation):
            async with transaction(self.pool) as connection:
                picture = (await projections.lock(connection, [key]))[key]
                streams = [one.stream_id for one in slices]
                await pictures.load_slices(connection, picture, streams)
                for stream_id in streams:
                    sweep_slice(picture, stream_id, at=now)
                await pictures.write_rows(connection, picture, self.scale)
                await pictures.publish(connection, picture, at=now)
                await projections.advance(connection, [picture])


@dataclass(frozen=True, kw_only=True)
class Resumer:
    """Drives operations that a crash or an unreachable matcher left pending."""

    pool: Pool
    force_match: ForceMatch
    clock: Callable[[], datetime]

    async def run(self) -> None:
        """Make one round; the task is started again when it ends."""
        await self.resume_due()

    async def resume_due(self) -> int:
        """Try what is due once; returns how many operations that were."""
        async with transaction(self.pool) as connection:
            due = await operations.take_due(connection, now=self.clock(), limit=DUE_AT_ONCE)
        begin = partial(transaction, self.pool)
        for one in due:
            await self.force_match.resume(begin, one)
        return len(due)


@dataclass(frozen=True, kw_only=True)
class Resender:
    """Asks the matcher for outcomes that never came, less often the longer it takes."""

    pool: Pool
    matcher: Matcher
    clock: Callable[[], datetime]
    _tries: dict[projections.Key, int] = field(default_factory=dict)
    _next: dict[projections.Key, datetime] = field(default_factory=dict)

    async def run(self) -> None:
        """Make one round; the task is started again when it ends."""
        await self.ask_missing()

    async def ask_missing(self) -> int:
        """Ask for every gap whose next try is due; returns how many gaps there are."""
        async with transaction(self.pool) as connection:
            gaps = await projections.gaps(connection)
        open_keys = {(one.organization_id, one.reconciliation_id) for one in gaps}
        for closed in self._tries.keys() - open_keys:
            del self._tries[closed], self._next[closed]
        for gap in gaps:
            await self._ask(gap)
        return len(gaps)

    async def _ask(self, gap: Gap) -> None:
        key, now = (gap.organization_id, gap.reconciliation_id), self.clock()
        if now < self._next.get(key, now):
            return
        tries = self._tries[key] = self._tries.get(key, 0) + 1
        pause = min(LONGEST_RESEND_PAUSE, FIRST_RESEND_PAUSE * 2 ** min(tries - 1, 10))
        self._next[key] = now + pause
        named = {"reconciliation_id": gap.reconciliation_id}
        named |= {"from_seq": gap.from_seq, "to_seq": gap.to_seq}
        try:
            resent = await self.matcher.resend(**named)
        except Problem as problem:
            _log.warning("resend_waits", **named, tries=tries, error=str(problem))
        else:
            _log.warning("outcomes_asked_again", **named, tries=tries, chunks=resent)

    async def check(self) -> str | None:
        """Answer for readiness: which reconciliations wait for outcomes, and for how long."""
        async with transaction(self.pool) as connection:
            gaps = await projections.gaps(connection)
        lasting = [one for one in gaps if one.waiting_seconds > GAP_ALARM_S]
        return (
            "; ".join(
                f"reconciliation {one.reconciliation_id} waits for outcomes"
                f" {one.from_seq} to {one.to_seq} since {one.waiting_seconds:.0f} s"
                for one in lasting
            )
            or None
        )
