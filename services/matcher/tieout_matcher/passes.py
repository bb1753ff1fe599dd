"""Passes: what waits is followed to whole components, solved aside, applied in short transactions.

Meaning: semantics of deciding. How and why so: docs/decisions/0011-passes.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tieout_matcher.applying import Applied, Applying, RulesChangedError, Work
from tieout_matcher.domain.passes.proposal import TOO_LARGE, Remark
from tieout_matcher.domain.passes.snapshot import (
    Group,
    OpenRow,
    PassRules,
    Snapshot,
    find,
    follow,
    keys_of,
    probes_of,
)
from tieout_matcher.solving import Solving
from tieout_matcher.store import passes
from tieout_matcher.store.reconciliation_lock import lock
from tieout_matcher.store.rule_book import RuleBook
from tieout_runtime.postgres import Pool, transaction

RECONCILIATIONS_A_ROUND = 100
ENLIST_ENTRIES = 2000
CHUNK_ENTRIES = 1000
COMPONENT_ENTRIES = 20_000


@dataclass(frozen=True, kw_only=True)
class Passes:
    """Tries what is open by the rules of passes; several processes may, each a reconciliation."""

    pool: Pool
    rule_book: RuleBook
    solving: Solving
    applying: Applying
    clock: Callable[[], datetime]
    tick_every: timedelta

    async def tick(self) -> None:
        """Want in a pass what was open at the tick before."""
        before = self.clock() - self.tick_every
        async with transaction(self.pool) as connection:
            due = await passes.to_tick(connection, before=before, limit=RECONCILIATIONS_A_ROUND)
        for key in due:
            async with transaction(self.pool) as connection:
                locked = (await lock(connection, [key]))[key]
                await passes.tick(connection, locked, at=self.clock())

    async def tick_and_round(self) -> bool:
        """Do what the background task repeats."""
        await self.tick()
        return await self.round()

    async def round(self) -> bool:
        """Try a chunk of each reconciliation that waits; answers whether any did.

        What fails is raised after the others had their turn.
        """
        async with transaction(self.pool) as connection:
            waiting = await passes.waiting(connection, limit=RECONCILIATIONS_A_ROUND)
        failures = []
        worked = False
        for key in waiting:
            try:
                worked = await self.work(key) or worked
            except Exception as error:  # noqa: BLE001  # one must not stop the others
                failures.append(error)
        if failures:
            raise failures[0]
        return worked

    async def work(self, key: tuple[int, int]) -> bool:
        """Enlist what is new and try a chunk; answers whether it was this process's turn."""
        async with self.pool.acquire() as guard:
            if not await passes.guard(guard, key):
                return False
            try:
                work = await self.begin(key)
                if work is not None and not await self._enlist(work):
                    await self._try(work)
            except RulesChangedError:
                return True
        return True

    async def begin(self, key: tuple[int, int], run_id: int | None = None) -> Work | None:
        """Read what is to be tried by; None while the entries are re-keyed, or without rules."""
        async with transaction(self.pool) as connection:
            locked = (await lock(connection, [key]))[key]
            if locked.rekey_after is not None:
                return None
            book = await self.rule_book.in_force(connection, locked)
        rules = PassRules(tried=book.passes, active=book.active, sign_mode=locked.sign_mode)
        return Work(key=key, rules_version=locked.rules_version, rules=rules, run_id=run_id)

    async def _enlist(self, work: Work) -> bool:
        """Give the next new entries to passes; answers whether more may be left."""
        async with transaction(self.pool) as connection:
            rows = await passes.new_entries(connection, work.key, limit=ENLIST_ENTRIES)
        keyed = await self.solving(keys_of, work.rules, rows)
        more = len(rows) == ENLIST_ENTRIES
        async with transaction(self.pool) as connection:
            locked = await self.applying.locked(connection, work)
            await passes.enlist(connection, locked, keyed)
            last = rows[-1].entry_no if more else None
            await passes.enlisted_to(connection, locked, last)
        return more

    async def _try(self, work: Work) -> None:
        """Try a chunk; where rules of sets make too much hang together, by the others alone."""
        rows, whole = await self._component(work)
        pairs = tuple(one for one in work.rules.tried if one.cardinality == "one_to_one")
        if not whole and len(pairs) < len(work.rules.tried):
            work = replace(work, rules=replace(work.rules, tried=pairs))
            rows, whole = await self._component(work)
        if not whole:
            await self._leave(work, rows)
        elif rows:
            await self.solve_and_apply(work, rows)

    async def solve_and_apply(
        self, work: Work, rows: Sequence[OpenRow], *, only_suggest: bool = False
    ) -> Applied:
        """Solve whole components and write what was found."""
        groups = await self.solve(work, rows, only_suggest=only_suggest)
        applied = await self.applying.apply(work, groups)
        await self.applying.finish(work, rows, groups, applied)
        return applied

    async def solve(
        self, work: Work, rows: Sequence[OpenRow], *, only_suggest: bool = False
    ) -> list[Group]:
        """Solve whole components; nothing is written."""
        async with transaction(self.pool) as connection:
            records = [row.record_id for row in rows]
            blocked = await passes.blocked_sets(connection, work.key, records)
        snapshot = Snapshot(
            rules=work.rules,
            rows=tuple(rows),
            everything=work.run_id is not None,
            blocked=blocked,
            only_suggest=only_suggest,
        )
        return await self.solving(find, snapshot)

    async def _component(self, work: Work) -> tuple[list[OpenRow], bool]:
        """Load a chunk of what waits with everything that may be decided together with it.

        Answers whether it is whole: not, when one entry alone leads to too many.
        """
        for size in (CHUNK_ENTRIES, 1):
            async with transaction(self.pool) as connection:
                chunk = await passes.chunk(connection, work.key, limit=size)
            rows, whole = await self._followed(work, chunk)
            if whole:
                break
        return rows, whole

    async def _followed(self, work: Work, chunk: Sequence[OpenRow]) -> tuple[list[OpenRow], bool]:
        rows = {row.record_id: row for row in chunk}
        frontier = list(chunk)
        while frontier and len(rows) <= COMPONENT_ENTRIES:
            probes = await self.solving(probes_of, work.rules, frontier)
            async with transaction(self.pool) as connection:
                near = await passes.neighbours(
                    connection, work.key, probes, limit=COMPONENT_ENTRIES + 1
                )
            if len(near) > COMPONENT_ENTRIES:
                return [*rows.values()], False
            fresh = [row for row in near if row.record_id not in rows]
            if not fresh:
                break
            linked = set(await self.solving(follow, work.rules, frontier, fresh))
            frontier = [row for row in fresh if row.record_id in linked]
            rows |= {row.record_id: row for row in frontier}
        return list(rows.values()), len(rows) <= COMPONENT_ENTRIES

    async def _leave(self, work: Work, rows: Sequence[OpenRow]) -> None:
        """Leave a block that is too large, saying so of its entries."""
        rule_id = work.rules.tried[0].rule_id if work.rules.tried else 0
        remarks = tuple(
            Remark(record_id=row.record_id, code=TOO_LARGE, rule_id=rule_id) for row in rows
        )
        records = tuple(row.record_id for row in rows)
        group = Group(records=records, findings=(), remarks=remarks)
        await self.applying.finish(work, rows, [group], Applied())
