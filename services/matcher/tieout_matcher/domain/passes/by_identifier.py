"""Rollups by identifier: all open members with one group key, matched whole or not at all. Pure.

A cohort is accepted when it fits one record only and no other cohort fits that record; what fits
several is suggested for the least cost: the difference, then the greatest distance in days.
Records that are equal in all they say count as one with room for as many cohorts.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.judging import money_of
from tieout_matcher.domain.passes.cohorts import Cohort, Table, cohorts_of, tables_of
from tieout_matcher.domain.passes.keys import set_blockings
from tieout_matcher.domain.passes.proposal import Proposal, Solved
from tieout_matcher.domain.passes.proposing import (
    MAX_MEMBERS,
    Asked,
    connected,
    content_order,
    day_reader,
    said_difference,
)
from tieout_matcher.domain.passes.terms import Terms, sum_of
from tieout_matcher.domain.rule import Rollup

MAX_TABLE_PAIRS = 100_000  # cohorts times records of about their sum; more is left, and said


@dataclass(frozen=True, kw_only=True, eq=False)
class _Fit:
    """A cohort and a record that it adds up to; `cost` is in units, then days."""

    cohort: Cohort
    target: Facts
    score: int
    cost: tuple[int, int]


def solve_cohorts(
    *, asked: Asked, rollup: Rollup, members: Sequence[Facts], targets: Sequence[Facts]
) -> list[Solved]:
    """Solve a rollup by identifier; members and records come in the order of what they say."""
    by_cohort, *ways = set_blockings(asked.rule)
    keyless = [one for one in members if by_cohort.position(one) is None]
    cohorts = cohorts_of(
        members, key_of=by_cohort.position, day_of=day_reader(rollup.date_field or "date")
    )
    tables = [table for way in ways for table in tables_of(way, cohorts=cohorts, targets=targets)]
    search = _Search(asked, rollup.lookback_days)
    fits, refused = search.fits(tables)
    parts = connected(fits, lambda one: (f"cohort {one.cohort.number}", one.target.record_id))
    matched = [_Part(asked, part).solve() for part in parts]
    decided = {record for one in matched for record in one.entries}
    return [
        *(asked.remark(one, "group_key_missing") for one in keyless),
        *matched,
        *(one for record, one in refused.items() if record not in decided),
        *search.incomplete(tables, but=decided | refused.keys()),
    ]


class _Search:
    """What fits what; and of what does not, why, where a person would wonder."""

    def __init__(self, asked: Asked, lookback_days: int | None) -> None:
        self._asked = asked
        self._terms = Terms(asked.rule)
        self._lookback_days = lookback_days
        self._day_of = day_reader("date")

    def fits(self, tables: Sequence[Table]) -> tuple[list[_Fit], dict[int, Solved]]:
        """Return what fits, by cost, and why cohorts that add up to a record are not taken."""
        found: dict[tuple[int, int], _Fit] = {}
        refused: dict[int, Solved] = {}
        for cohort, target in self._near(tables, refused):
            score = self._score(cohort, target)
            if score is None:
                continue
            refusal = self._refusal(cohort, target)
            if refusal is None:
                difference = abs(cohort.total.units - money_of(target).units)
                cost = (difference, self._apart_days(cohort, target))
                fit = _Fit(cohort=cohort, target=target, score=score, cost=cost)
                found[cohort.number, target.record_id] = fit
            else:
                refused.setdefault(target.record_id, refusal)
        order = sorted(
            found.values(),
            key=lambda one: (one.cost, one.cohort.number, content_order(one.target)),
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


class _Part:
    """Fits, in order of cost, that touch each other: decided together."""

    def __init__(self, asked: Asked, fits: Sequence[_Fit]) -> None:
        self._asked = asked
        self._fits = fits
        self._of_cohort: defaultdict[int, list[_Fit]] = defaultdict(list)
        self._of_target: defaultdict[int, list[_Fit]] = defaultdict(list)
        self._cohorts: defaultdict[bytes, set[int]] = defaultdict(set)
        self._room: defaultdict[bytes, set[int]] = defaultdict(set)
        for one in fits:
            self._of_cohort[one.cohort.number].append(one)
            self._of_target[one.target.record_id].append(one)
            self._cohorts[one.target.sameness].add(one.cohort.number)
            self._room[one.target.sameness].add(one.target.record_id)

    def solve(self) -> Solved:
        """Propose each cohort and each record once."""
        proposals = []
        cohorts, targets = set[int](), set[int]()
        for fit in self._fits:
            if fit.cohort.number not in cohorts and fit.target.record_id not in targets:
                cohorts.add(fit.cohort.number)
                targets.add(fit.target.record_id)
                proposals.append(self._propose(fit))
        entries = {
            one.record_id: None for fit in self._fits for one in (fit.target, *fit.cohort.members)
        }
        return Solved(entries=tuple(entries), proposals=tuple(proposals))

    def _propose(self, fit: _Fit) -> Proposal:
        of_cohort = self._of_cohort[fit.cohort.number]
        of_target = self._of_target[fit.target.record_id]
        kind = fit.target.sameness
        ambiguous = any(one.target.sameness != kind for one in of_cohort) or len(
            self._cohorts[kind]
        ) > len(self._room[kind])
        others = (
            *(one.target for one in of_cohort),
            *(member for one in of_target for member in one.cohort.members),
        )
        return self._asked.propose(
            sides=self._asked.sides(fit.cohort.members, fit.target),
            kind="rollup",
            score=fit.score,
            candidates=len(of_cohort) + len(of_target) - 1,
            ambiguous=ambiguous,
            others=others if ambiguous else (),
        )
