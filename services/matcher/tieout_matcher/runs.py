"""Runs: all that is open is tried at once, by command, and can be undone as a whole."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from tieout_matcher.applying import RulesChangedError, Work
from tieout_matcher.domain.passes.snapshot import Group
from tieout_matcher.overdue import OverdueClaims
from tieout_matcher.passes import Passes
from tieout_matcher.released import Releaser
from tieout_matcher.store import passes as pass_store
from tieout_matcher.store import runs
from tieout_runtime.postgres import Pool, transaction
from tieout_runtime.problems import Problem, not_found

RUNS_A_ROUND = 20
MAX_ENTRIES = 200_000
TRIES = 5
PREVIEW_MATCHES = 1000


@dataclass(frozen=True, kw_only=True)
class Runs:
    """Works off runs, beside live traffic: what is taken meanwhile is solved again."""

    pool: Pool
    passes: Passes
    releaser: Releaser
    overdue: OverdueClaims
    clock: Callable[[], datetime]

    async def round(self) -> bool:
        """Work off what waits; answers whether any run ended."""
        async with transaction(self.pool) as connection:
            waiting = await runs.to_do(connection, limit=RUNS_A_ROUND)
        ended = False
        for organization_id, reconciliation_id, run_id in waiting:
            async with self.pool.acquire() as guard:
                key = (organization_id, reconciliation_id)
                if await pass_store.guard(guard, key):
                    ended = await self._work(key, run_id) or ended
        return ended

    async def _work(self, key: tuple[int, int], run_id: int) -> bool:
        """Work off one run; answers whether it ended: not, while its entries are re-keyed."""
        async with transaction(self.pool) as connection:
            run = await runs.one(connection, key[0], run_id)
        if run is None or run["status"] not in ("pending", "running"):
            return False
        work = await self.passes.begin(key, run_id)
        if work is None:
            return False
        error, preview = None, None
        try:
            error, preview = await self._solve(work, run)
        except RulesChangedError:
            return False  # its turn comes again, under the new rules
        if error is None and not run["dry_run"]:
            await self._raise_leftovers(key, run["items_of"])
        async with transaction(self.pool) as connection:
            await runs.end(
                connection, key[0], run_id, at=self.clock(), error=error, preview=preview
            )
        return True

    async def _solve(self, work: Work, run: runs.Row) -> tuple[str | None, dict[str, Any] | None]:
        """Try all that is open until nothing changed meanwhile; answers (error, preview)."""
        only_suggest = run["mode"] == "manual"
        for _ in range(TRIES):
            async with transaction(self.pool) as connection:
                rows = await pass_store.all_open(
                    connection, work.key, items_of=run["items_of"], limit=MAX_ENTRIES + 1
                )
                await runs.begin(
                    connection, work.key[0], run["id"], entries=len(rows), at=self.clock()
                )
            if len(rows) > MAX_ENTRIES:
                return f"more than {MAX_ENTRIES} entries are open: match older ones first", None
            if run["dry_run"]:
                groups = await self.passes.solve(work, rows, only_suggest=only_suggest)
                return None, _preview(groups)
            applied = await self.passes.solve_and_apply(work, rows, only_suggest=only_suggest)
            if not applied.stale:
                return None, None
        return None, None

    async def _raise_leftovers(self, key: tuple[int, int], items_of: int | None) -> None:
        """Say of what a run of a batch reconciliation left that it is unmatched.

        A ledger's run speaks of its own items: other runs may still match the ledger's entries.
        """
        async with transaction(self.pool) as connection:
            batch = await pass_store.is_batch(connection, key)
        if batch:
            await self.overdue.claim_leftovers(self.pool, key, items_of=items_of)

    async def undo(self, organization_id: int, run_id: int) -> int:
        """Take everything apart that a run made; returns how many matches, nothing is blocked.

        In short transactions: asked again it goes on. Raises Problem 404, 409 `run_not_finished`.
        """
        async with transaction(self.pool) as connection:
            run = await runs.one(connection, organization_id, run_id)
            if run is None:
                raise not_found("run")
            if run["status"] in ("pending", "running"):
                raise Problem(409, "run_not_finished", "the run is not over yet")
            if run["status"] == "closed":
                raise Problem(409, "run_closed", "the run is closed")
            made = await runs.matches_of(connection, organization_id, run_id)
        for match_id in made:
            async with transaction(self.pool) as connection:
                await self.releaser.revoke(
                    connection,
                    organization_id=organization_id,
                    match_id=match_id,
                    reason=f"run {run_id} was undone",
                    block=False,
                )
        async with transaction(self.pool) as connection:
            await runs.undone(connection, organization_id, run_id, at=self.clock())
        return len(made)


def _preview(groups: Sequence[Group]) -> dict[str, Any]:
    """Say what a dry run would have made: counts of each rule, and the first matches."""
    findings = [one for group in groups for one in group.findings]
    counts: dict[tuple[int, str], int] = {}
    for one in findings:
        place = (one.rule.rule_id, "suggested" if one.doubt else "accepted")
        counts[place] = counts.get(place, 0) + 1
    return {
        "by_rule": [
            {"rule_id": rule_id, "status": status, "matches": count}
            for (rule_id, status), count in sorted(counts.items())
        ],
        "matches": [
            {"rule_id": one.rule.rule_id}
            | {name: value for name, value in asdict(one).items() if name in _SHOWN}
            for one in findings[:PREVIEW_MATCHES]
        ],
        "more": len(findings) > PREVIEW_MATCHES,
    }


_SHOWN = ("side_a", "side_b", "kind", "score", "doubt", "difference_minor", "exponent", "currency")
