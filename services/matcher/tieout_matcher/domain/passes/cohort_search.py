"""Which cohorts add up to which records; and of those that do not match, why."""

from collections.abc import Collection, Iterator, Sequence

from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.judging import money_of
from tieout_matcher.domain.passes.cohort_matches import CohortFit
from tieout_matcher.domain.passes.cohorts import Cohort, Table
from tieout_matcher.domain.passes.proposal import Solved
from tieout_matcher.domain.passes.proposing import (
    MAX_MEMBERS,
    Asked,
    day_reader,
    said_difference,
)
from tieout_matcher.domain.passes.terms import Terms, sum_of

MAX_TABLE_PAIRS = 100_000  # cohorts times records of about their sum; more is left, and said


class CohortSearch:
    """What fits what; and of what does not, why, where a person would wonder."""

    def __init__(
        self, *, asked: Asked, lookback_days: int | None, targets: Sequence[Facts]
    ) -> None:
        self._places = {one.record_id: place for place, one in enumerate(targets)}
        self._asked = asked
        self._terms = Terms(asked.rule)
        self._lookback_days = lookback_days
        self._day_of = day_reader("date")

    def fits(self, tables: Sequence[Table]) -> tuple[list[CohortFit], dict[int, Solved]]:
        """Return what fits, by cost, and why cohorts that add up to a record are not taken."""
        found: dict[tuple[int, int], CohortFit] = {}
        refused: dict[int, Solved] = {}
        for cohort, target in self._near(tables, refused):
            score = self._score(cohort, target)
            if score is None:
                continue
            refusal = self._refusal(cohort, target)
            if refusal is None:
                difference = abs(cohort.total.units - money_of(target).units)
                cost = (difference, self._apart_days(cohort, target))
                fit = CohortFit(cohort=cohort, target=target, score=score, cost=cost)
                found[cohort.number, target.record_id] = fit
            else:
                refused.setdefault(target.record_id, refusal)
        order = sorted(
            found.values(),
            key=lambda one: (one.cost, one.cohort.number, self._places[one.target.record_id]),
        )
        return order, refused

    def incomplete(self, tables: Sequence[Table], *, but: Collection[int]) -> list[Solved]:
        """Say by how much the only cohort misses the only record of its kind."""
        found: dict[int, Solved] = {}
        for table in tables:
            if table.only is None:
                continue
            cohort, target = table.only
            decided = any(one.record_id in but for one in (target, *cohort.members))
            if not decided and self._misses(cohort, target):
                difference = said_difference(
                    found=cohort.total, wanted=money_of(target), currency=target.currency
                )
                found[target.record_id] = self._asked.remark(
                    target, "rollup_incomplete", difference=difference
                )
        return list(found.values())

    def _near(
        self, tables: Sequence[Table], refused: dict[int, Solved]
    ) -> Iterator[tuple[Cohort, Facts]]:
        for table in tables:
            near = table.near(self._terms, self._asked.many)
            if sum(len(targets) for _, targets in near) > MAX_TABLE_PAIRS:
                for one in table.targets:
                    refused[one.record_id] = self._asked.remark(one, "block_too_large")
                continue
            for cohort, targets in near:
                yield from ((cohort, target) for target in targets)

    def _score(self, cohort: Cohort, target: Facts) -> int | None:
        sides = self._asked.sides(cohort.members, target)
        if self._asked.is_blocked(*sides):
            return None
        return self._terms.score(self._terms.held(*sides), *map(sum_of, sides))

    def _misses(self, cohort: Cohort, target: Facts) -> bool:
        """Tell whether all but the sum holds."""
        sides = self._asked.sides(cohort.members, target)
        held = self._terms.held(*sides)
        if all(one is None for one in held) or self._refusal(cohort, target) is not None:
            return False
        return self._terms.score(held, *map(sum_of, sides)) is None

    def _refusal(self, cohort: Cohort, target: Facts) -> Solved | None:
        """Say why a cohort cannot be taken, whatever it adds up to."""
        outside = self._days_outside(cohort, target)
        if outside is None or outside > 0:
            days = None if outside is None else "1 day" if outside == 1 else f"{outside} days"
            return self._asked.remark(target, "outside_window", difference=days)
        if len(cohort.members) > MAX_MEMBERS:
            return self._asked.remark(target, "too_many_members")
        return None

    def _days_outside(self, cohort: Cohort, target: Facts) -> int | None:
        """Return by how many days the farthest member lies outside; None: one has no day."""
        day = self._day_of(target)
        if self._lookback_days is None:
            return 0
        if cohort.days is None or day is None:
            return None
        first, last = cohort.days
        return max(0, day - self._lookback_days - first, last - day)

    def _apart_days(self, cohort: Cohort, target: Facts) -> int:
        day = self._day_of(target)
        if cohort.days is None or day is None:
            return 0
        return max(abs(day - one) for one in cohort.days)
