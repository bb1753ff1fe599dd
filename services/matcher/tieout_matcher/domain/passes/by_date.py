"""Rollups by date: whole contiguous days of open members that add up to a record. Pure.

The records of a segment have their turn in order of their day. On one day those go first whose
best window is nearest, then in the order of what they say. A record takes the window that ends
last, then the shortest. It is accepted when no other window fits and no other record of that day,
identical ones aside, fits the window too; else it is suggested.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby

from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.judging import money_of
from tieout_matcher.domain.passes.keys import Position, set_blockings
from tieout_matcher.domain.passes.proposal import Proposal, RemarkCode, Solved
from tieout_matcher.domain.passes.proposing import (
    MAX_MEMBERS,
    Asked,
    content_order,
    day_reader,
    said_difference,
)
from tieout_matcher.domain.passes.terms import Held, Terms, sum_of, worst
from tieout_matcher.domain.passes.windows import OpenDays, Window
from tieout_matcher.domain.rule import Rollup

MAX_OPEN_DAYS = 366
MAX_COUNTED = 100  # windows that fit one record: more are not looked at
NO_DAY, ANY_DAY = -1, 0  # ordinals start at 1

Day = tuple[int, list[Facts]]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Fit:
    """A window that adds up to a record."""

    window: Window
    members: Sequence[Facts]
    score: int
    difference_units: int


@dataclass(frozen=True, kw_only=True)
class _Taken:
    """A proposal for a record that looked back to `first_day`; it took days up to `last_day`."""

    proposal: Proposal
    first_day: int
    last_day: int

    @property
    def entries(self) -> list[int]:
        return [*(one.record_id for one in self.proposal.members), *self.proposal.others]


def solve_windows(
    *, asked: Asked, rollup: Rollup, members: Sequence[Facts], targets: Sequence[Facts]
) -> list[Solved]:
    """Solve a rollup by date; members and records come in the order of what they say."""
    (segments,) = set_blockings(asked.rule)
    day_of_member, day_of_target = day_reader(asked.rule.group_by[0]), day_reader("date")
    terms = Terms(asked.rule)
    gathered: defaultdict[Position, defaultdict[int, list[Facts]]]
    gathered = defaultdict(lambda: defaultdict(list))
    records: defaultdict[Position, list[tuple[int, Facts]]] = defaultdict(list)
    solved = []
    for one in (*members, *targets):
        is_member = one.side == asked.many
        day = day_of_member(one) if is_member else day_of_target(one)
        position = segments.position(one)
        if day is None or position is None:
            solved.append(asked.remark(one, "group_key_missing"))
        elif is_member:
            gathered[position][day].append(one)
        else:
            records[position].append((day, one))
    for position, by_day in gathered.items():
        days = [(day, [one for _, one in same]) for day, same in groupby(records[position], _first)]
        segment = _Segment(asked, terms, rollup.lookback_days, OpenDays(by_day))
        solved += segment.solve(days)
    return solved


class _Segment:
    """Members and records that are equal in all group keys but the day."""

    def __init__(
        self, asked: Asked, terms: Terms, lookback_days: int | None, open_days: OpenDays
    ) -> None:
        self._asked = asked
        self._terms = terms
        self._lookback_days = lookback_days
        self._open = open_days
        self._taken: list[_Taken] = []
        self._proposed: set[int] = set()
        self._remarks: dict[int, Solved] = {}

    def solve(self, days: Sequence[Day]) -> list[Solved]:
        """Give each record its turn; `days` are in order, their records in content order."""
        for day, same_day in days:
            turns = self._in_turn(day, same_day)
            before = len(self._taken)
            for place, (target, found) in enumerate(turns):
                fits = found if len(self._taken) == before else self._fits(target, day)
                if fits:
                    waiting = [one for one, _ in turns[place + 1 :]]
                    self._take(target, day, fits, waiting)
        self._remark_incomplete(days)
        left = [one for record, one in self._remarks.items() if record not in self._proposed]
        return [*_together(self._taken), *left]

    def _in_turn(self, day: int, same_day: list[Facts]) -> list[tuple[Facts, list[_Fit]]]:
        """Order the records of one day, with what fits them: the nearest to a window first."""
        turns = [(one, self._fits(one, day)) for one in same_day]

        def turn(item: tuple[Facts, list[_Fit]]) -> tuple[bool, int, tuple[str, bytes, int]]:
            one, fits = item
            nearest = min((fit.difference_units for fit in fits), default=0)
            return not fits, nearest, content_order(one)

        return sorted(turns, key=turn)

    def _take(
        self, target: Facts, day: int, fits: Sequence[_Fit], waiting: Sequence[Facts]
    ) -> None:
        best, *other_fits = fits
        rivals = self._rivals(best, target, waiting)
        proposal = self._asked.propose(
            sides=self._asked.sides(best.members, target),
            kind="rollup",
            score=best.score,
            candidates=len(fits) + len(rivals),
            ambiguous=bool(other_fits or rivals),
            others=(*rivals, *(one for fit in other_fits for one in fit.members)),
        )
        first_day, last_day = self._first_day(day), best.window[-1]
        self._taken.append(_Taken(proposal=proposal, first_day=first_day, last_day=last_day))
        self._proposed.add(target.record_id)
        self._open.take(best.window)

    def _rivals(self, best: _Fit, target: Facts, waiting: Sequence[Facts]) -> list[Facts]:
        """Return the other records of the day that the window fits too, identical ones aside."""
        total = sum_of(best.members)
        reach = self._terms.reach(total, self._asked.many)
        return [
            one
            for one in waiting
            if one.sameness != target.sameness
            and (reach is None or abs(money_of(one).units - total.units) <= reach)
            and self._fit(one, best.window, {}) is not None
        ]

    def _fits(self, target: Facts, day: int) -> list[_Fit]:
        """Return the open windows that fit, the best first."""
        days = self._open.between(self._first_day(day), day)
        if self._lookback_days is None and len(days) > MAX_OPEN_DAYS:
            self._remark(target, "window_too_large")
            return []
        wanted = money_of(target)
        reach = self._terms.reach(wanted, target.side)
        held: dict[int, Held] = {}
        found: list[_Fit] = []
        places = self._open.runs(days, wanted=wanted.units, reach=reach)
        if len(places) > MAX_COUNTED:
            places = self._possible(target, days, places, held)
        for first, last in places:
            fit = self._fit(target, days[first : last + 1], held)
            if fit is not None:
                found.append(fit)
            if len(found) == MAX_COUNTED:
                break
        return found

    def _possible(
        self, target: Facts, days: Window, places: Sequence[tuple[int, int]], held: dict[int, Held]
    ) -> list[tuple[int, int]]:
        """Leave out the windows with a day that fails by itself, without looking at each."""
        failing = [0, *accumulate(self._fails(target, day, held) for day in days)]
        return [(first, last) for first, last in places if failing[first] == failing[last + 1]]

    def _fit(self, target: Facts, window: Window, held: dict[int, Held]) -> _Fit | None:
        """Judge a window; `held` keeps what was found out of its days for this record."""
        members = self._open.members(window)
        too_many = len(members) > MAX_MEMBERS
        if too_many and target.record_id in self._remarks:
            return None
        sides = self._asked.sides(members, target)
        score = self._terms.score(self._held(target, window, held), *map(sum_of, sides))
        if score is None or self._asked.is_blocked(*sides):
            return None
        if too_many:
            self._remark(target, "too_many_members")
            return None
        difference = abs(sum_of(members).units - money_of(target).units)
        return _Fit(window=window, members=members, score=score, difference_units=difference)

    def _fails(self, target: Facts, day: int, held: dict[int, Held]) -> bool:
        return all(one is None for one in self._held(target, [day], held))

    def _held(self, target: Facts, window: Window, held: dict[int, Held]) -> Held:
        for day in window:
            if day not in held:
                members = self._open.members([day])
                held[day] = self._terms.held(*self._asked.sides(members, target))
        return worst([held[day] for day in window])

    def _remark_incomplete(self, days: Sequence[Day]) -> None:
        """Say by how much the only open day that a record looks back to misses it.

        A day is looked at for the earliest record only, and not where a day has several records.
        """
        claimed: set[int] = set()
        for day, same_day in days:
            left = [one for one in same_day if one.record_id not in self._proposed]
            if not left:
                continue
            seen = self._open.between(self._first_day(day), day)
            own = [one for one in seen if one not in claimed]
            claimed.update(own)
            if len(left) == len(own) == 1:
                self._remark_missed(left[0], own)

    def _remark_missed(self, target: Facts, window: Window) -> None:
        members = self._open.members(window)
        held = self._held(target, window, {})
        sides = self._asked.sides(members, target)
        misses = self._terms.score(held, *map(sum_of, sides)) is None
        if misses and any(one is not None for one in held):
            difference = said_difference(
                found=sum_of(members), wanted=money_of(target), currency=target.currency
            )
            self._remark(target, "rollup_incomplete", difference)

    def _remark(self, target: Facts, code: RemarkCode, difference: str | None = None) -> None:
        remark = self._asked.remark(target, code, difference=difference)
        self._remarks.setdefault(target.record_id, remark)

    def _first_day(self, day: int) -> int:
        return ANY_DAY if self._lookback_days is None else day - self._lookback_days + 1


def _together(taken: Sequence[_Taken]) -> list[Solved]:
    """Put together what builds on each other: a record that looked back to days taken before."""
    parts: list[list[_Taken]] = []
    last_day = NO_DAY
    for one in taken:
        if one.first_day > last_day:
            parts.append([])
        parts[-1].append(one)
        last_day = max(last_day, one.last_day)
    return [
        Solved(
            entries=tuple(dict.fromkeys(record for one in part for record in one.entries)),
            proposals=tuple(one.proposal for one in part),
        )
        for part in parts
    ]


def _first(item: tuple[int, Facts]) -> int:
    return item[0]
