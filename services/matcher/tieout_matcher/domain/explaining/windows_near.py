"""Windows of whole days whose sum is near a record's amount: what a rollup by date looks at."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from heapq import nsmallest

from tieout_matcher.domain.explaining.groups import MAX_GROUPS, Group
from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.judging import money_of

MAX_DAYS = 100  # the latest open ones are looked at
Day = Callable[[Facts], int | None]


def windows_near(
    target: Facts,
    members: Sequence[Facts],
    *,
    day_of: Day,
    last_day: int,
    lookback_days: int | None,
    within: Facts | None,
) -> list[Group]:
    """Return the windows up to `last_day` that come nearest to a record, by difference.

    `within` is an entry that has to be in them. Of equally near ones the latest, then the shortest.
    """
    by_day = defaultdict(list)
    for one in members:
        day = day_of(one)
        if day is not None and _looked_back(day, last_day, lookback_days):
            by_day[day].append(one)
    days = sorted(by_day)[-MAX_DAYS:]
    wanted = money_of(target).units
    sums = [sum(money_of(one).units for one in by_day[day]) for day in days]
    own = None if within is None else day_of(within)
    found = []
    for last in range(len(days)):
        total = 0
        for first in range(last, -1, -1):
            total += sums[first]
            if own is None or days[first] <= own <= days[last]:
                found.append((abs(total - wanted), -last, -first))
    windows = [days[-first : 1 - last] for _, last, first in nsmallest(MAX_GROUPS, found)]
    return [
        Group(members=tuple(one for day in window for one in by_day[day]), target=target)
        for window in windows
    ]


def _looked_back(day: int, last_day: int, lookback_days: int | None) -> bool:
    return day <= last_day and (lookback_days is None or day > last_day - lookback_days)
