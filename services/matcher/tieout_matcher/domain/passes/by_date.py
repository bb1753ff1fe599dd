"""Rollups by date: whole contiguous days of open members that add up to a record. Pure.

The records of a segment have their turn in order of their day. On one day those go first whose
best window is nearest, then in the order of what they say. A record takes the window that ends
last, then the shortest. It is accepted when no other window fits and no other record of that day,
identical ones aside, fits the window too; else it is suggested.
"""

from collections import defaultdict
from collections.abc import Sequence
from itertools import groupby

from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.passes.keys import Position, set_blockings
from tieout_matcher.domain.passes.proposal import Solved
from tieout_matcher.domain.passes.proposing import Asked, day_reader
from tieout_matcher.domain.passes.segments import Segment
from tieout_matcher.domain.passes.terms import Terms
from tieout_matcher.domain.passes.window_search import WindowSearch
from tieout_matcher.domain.passes.windows import OpenDays
from tieout_matcher.domain.rule import Rollup


def solve_windows(
    *, asked: Asked, rollup: Rollup, members: Sequence[Facts], targets: Sequence[Facts]
) -> list[Solved]:
    """Solve a rollup by date; members and records come in the order of what they say."""
    (segments,) = set_blockings(asked.rule)
    day_of_member, day_of_target = day_reader(asked.rule.group_by[0]), day_reader("date")
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
    terms = Terms(asked.rule)
    for position, by_day in gathered.items():
        open_days = OpenDays(by_day)
        search = WindowSearch(
            asked=asked, terms=terms, lookback_days=rollup.lookback_days, open_days=open_days
        )
        days = [(day, [one for _, one in same]) for day, same in groupby(records[position], _first)]
        solved += Segment(asked=asked, open_days=open_days, search=search).solve(days)
    return solved


def _first(item: tuple[int, Facts]) -> int:
    return item[0]
