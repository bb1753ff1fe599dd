"""Whole days of open members, and runs of them that add up: the arithmetic of rollups by date."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Mapping, Sequence

from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.passes.terms import sum_of

Window = Sequence[int]  # days as ordinals, ascending; those between that are not there are empty


class OpenDays:
    """The open members of one segment by day; what is taken is taken by whole days."""

    def __init__(self, by_day: Mapping[int, Sequence[Facts]]) -> None:
        self._members = by_day
        self._sums = {day: sum_of(members).units for day, members in by_day.items()}
        self._days = sorted(by_day)

    def between(self, first: int, last: int) -> Window:
        """Return the open days from first to last."""
        return self._days[bisect_left(self._days, first) : bisect_right(self._days, last)]

    def members(self, window: Window) -> list[Facts]:
        return [one for day in window for one in self._members[day]]

    def runs(self, days: Window, *, wanted: int, reach: int | None) -> list[tuple[int, int]]:
        """Return the windows among these days, as places in them, whose sum is near enough."""
        return runs([self._sums[day] for day in days], wanted=wanted, reach=reach)

    def take(self, window: Window) -> None:
        """Close whole days: what is left moves together."""
        place = bisect_left(self._days, window[0])
        del self._days[place : place + len(window)]


def runs(sums: Sequence[int], *, wanted: int, reach: int | None) -> list[tuple[int, int]]:
    """Return the runs of days whose sum is at most `reach` from what is wanted.

    `sums` has an item for each day, the earliest first; a run is (place of its first day, of its
    last). The latest end comes first, then the fewest days. No reach means any sum. Takes
    n log n steps for n days, and one for each run found.
    """
    found = []
    total = 0
    before: list[tuple[int, int]] = []  # (sum of all days before a place, the place), ascending
    for last, one in enumerate(sums):
        insort(before, (total, last))
        total += one
        if reach is None:
            found += [(first, last) for first in range(last + 1)]
        else:
            low = bisect_left(before, (total - wanted - reach, 0))
            high = bisect_right(before, (total - wanted + reach, last))
            found += [(first, last) for _, first in before[low:high]]
    return sorted(found, key=lambda run: (-run[1], -run[0]))
