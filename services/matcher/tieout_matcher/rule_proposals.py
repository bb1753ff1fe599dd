"""Rules that the matcher proposes: learned aside, filed to wait for a person.

What is learned, and when it is worth it: docs/rule-proposals.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from tieout_contracts.config_events import RunType
from tieout_matcher.aside import Aside
from tieout_matcher.domain.backtesting.past import Past
from tieout_matcher.domain.learning.draft import meaning
from tieout_matcher.domain.learning.evidence import MIN_CONFIRMED, MIN_NEW
from tieout_matcher.domain.learning.learn import Learned, learn
from tieout_matcher.domain.learning.sample import Sample
from tieout_matcher.domain.learning.told import confidence, drafted, match_rate
from tieout_matcher.domain.rule_draft import MAX_PRIORITY
from tieout_matcher.solving import TookTooLongError
from tieout_matcher.store import learning
from tieout_matcher.store import past as past_store
from tieout_matcher.store.learning import KnownRules
from tieout_matcher.store.reconciliation_lock import lock_existing
from tieout_runtime.postgres import Connection, Pool, tenant_snapshot
from tieout_runtime.problems import not_found, unavailable

LIMITS = learning.Limits(arrivals=20_000, open_entries=750, matches=250, members=1000)
PRIORITY_STEP = 10
Key = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Found:
    """What was learned from how much; `nothing` says why it is nothing."""

    learned: Sequence[Learned]
    open_a: int
    open_b: int
    matches: int
    records: int

    @property
    def nothing(self) -> Literal["too_little", "nothing_found"] | None:
        if self.learned:
            return None
        open_entries = min(self.open_a, self.open_b)
        too_little = self.matches < MIN_CONFIRMED and open_entries < MIN_NEW
        return "too_little" if too_little else "nothing_found"


@dataclass(frozen=True, kw_only=True)
class RuleProposals:
    """`pool` is that of queries; a turn of `aside` is taken by whoever calls."""

    pool: Pool
    aside: Aside
    clock: Callable[[], datetime]

    async def learn(self, key: Key) -> Found:
        """Learn from what is open and what people matched; raises Problem 404 and 503."""
        async with tenant_snapshot(self.pool, organization_id=key[0]) as connection:
            kind = await past_store.kind_of(connection, key)
            if kind is None:
                raise not_found("reconciliation")
            past = await learning.sample_of(
                connection, key, sign_mode=kind.sign_mode, limits=LIMITS
            )
            known = await learning.known_rules(connection, key)
        try:
            return await self.aside.compute(found_in, past, known, kind.run_type)
        except TookTooLongError as error:
            raise unavailable("learning took too long; try again when less is going on") from error

    async def file(self, connection: Connection, key: Key, found: Found) -> list[int]:
        """File what nobody filed meanwhile, after the rules there are; returns the rules' ids.

        Raises Problem 404.
        """
        if await lock_existing(connection, key) is None:
            raise not_found("reconciliation")
        known = await learning.known_rules(connection, key)
        never = {meaning(rule) for rule in known.never}
        last = max((rule.priority for rule in known.tried), default=0)
        filed = []
        for one in found.learned:
            if meaning(one.draft.rule(1, priority=0)) in never:
                continue
            last = min(last + PRIORITY_STEP, MAX_PRIORITY)
            filed.append(
                await learning.add_proposal(
                    connection,
                    key[0],
                    drafted(one, reconciliation_id=key[1], priority=last),
                    confidence=confidence(one.found),
                    sample_match_rate=match_rate(one.found, found.records),
                    at=self.clock(),
                )
            )
        return filed


def found_in(past: Past, known: KnownRules, run_type: RunType) -> Found:
    """Learn; runs in the process aside."""
    sample = Sample(past=past)
    learned = learn(sample, known=known.tried, refused=known.never, run_type=run_type)
    return Found(
        learned=learned,
        open_a=len(sample.open["A"]),
        open_b=len(sample.open["B"]),
        matches=len(sample.shown),
        records=len(past.entries),
    )
