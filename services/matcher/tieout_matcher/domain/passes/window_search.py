"""Which open windows of a segment add up to a record, and why one that does cannot be taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.judging import money_of
from tieout_matcher.domain.passes.proposal import RemarkCode, Solved
from tieout_matcher.domain.passes.proposing import MAX_MEMBERS, Asked, said_difference
from tieout_matcher.domain.passes.terms import Held, Terms, sum_of, worst
from tieout_matcher.domain.passes.windows import OpenDays, Window

MAX_OPEN_DAYS = 366
MAX_COUNTED = 100  # windows that fit one record: more are not looked at
ANY_DAY = 0  # ordinals start at 1


@dataclass(frozen=True, kw_only=True, eq=False)
class Fit:
    """A window that adds up to a record."""

    window: Window
    members: Sequence[Facts]
    score: int
    difference_units: int


class WindowSearch:
    """Looks among the days that are open when it is asked. `remarks` are by record."""

    def __init__(
        self, *, asked: Asked, terms: Terms, lookback_days: int | None, open_days: OpenDays
    ) -> None:
        self.remarks: dict[int, Solved] = {}
        self._asked = asked
        self._terms = terms
        self._lookback_days = lookback_days
        self._open = open_days

    def first_day(self, day: int) -> int:
        """Return the first day that a record of `day` looks back to."""
        return ANY_DAY if self._lookback_days is None else day - self._lookback_days + 1

    def days(self, day: int) -> Window:
        """Return the open days that a record of `day` looks back to."""
        return self._open.between(self.first_day(day), day)

    def fits(self, target: Facts, day: int) -> list[Fit]:
        """Return the windows that fit, the best first."""
        days = self.days(day)
        if self._lookback_days is None and len(days) > MAX_OPEN_DAYS:
            self._remark(target, "window_too_large")
            return []
        wanted = money_of(target)
        reach = self._terms.reach(wanted, target.side)
        held: dict[int, Held] = {}
        found: list[Fit] = []
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

    def others_that_fit(self, fit: Fit, records: Sequence[Facts]) -> list[Facts]:
        """Return the records to which the window of a fit adds up too."""
        total = sum_of(fit.members)
        reach = self._terms.reach(total, self._asked.many)
        return [
            one
            for one in records
            if (reach is None or abs(money_of(one).units - total.units) <= reach)
            and self._fit(one, fit.window, {}) is not None
        ]

    def remark_missed(self, target: Facts, window: Window) -> None:
        """Say by how much a window misses a record, when everything else holds."""
        members = self._open.members(window)
        held = self._held(target, window, {})
        sides = self._asked.sides(members, target)
        misses = self._terms.score(held, *map(sum_of, sides)) is None
        if misses and any(one is not None for one in held):
            difference = said_difference(
                found=sum_of(members), wanted=money_of(target), currency=target.currency
            )
            self._remark(target, "rollup_incomplete", difference)

    def _possible(
        self, target: Facts, days: Window, places: Sequence[tuple[int, int]], held: dict[int, Held]
    ) -> list[tuple[int, int]]:
        """Leave out the windows with a day that fails by itself, without looking at each."""
        failing = [0, *accumulate(self._fails(target, day, held) for day in days)]
        return [(first, last) for first, last in places if failing[first] == failing[last + 1]]

    def _fails(self, target: Facts, day: int, held: dict[int, Held]) -> bool:
        return all(one is None for one in self._held(target, [day], held))

    def _fit(self, target: Facts, window: Window, held: dict[int, Held]) -> Fit | None:
        """Judge a window; `held` keeps what was found out of its days for this record."""
        members = self._open.members(window)
        too_many = len(members) > MAX_MEMBERS
        if too_many and target.record_id in self.remarks:
            return None
        sides = self._asked.sides(members, target)
        score = self._terms.score(self._held(target, window, held), *map(sum_of, sides))
        if score is None or self._asked.is_blocked(*sides):
            return None
        if too_many:
            self._remark(target, "too_many_members")
            return None
        difference = abs(sum_of(members).units - money_of(target).units)
        return Fit(window=window, members=members, score=score, difference_units=difference)

    def _held(self, target: Facts, window: Window, held: dict[int, Held]) -> Held:
        for day in window:
            if day not in held:
                members = self._open.members([day])
                held[day] = self._terms.held(*self._asked.sides(members, target))
        return worst([held[day] for day in window])

    def _remark(self, target: Facts, code: RemarkCode, difference: str | None = None) -> None:
        remark = self._asked.remark(target, code, difference=difference)
        self.remarks.setdefault(target.record_id, remark)
