"""The best pairs of one component: most of them, and of these the least cost. Pure.

A component is all edges that hang together. Identical entries are one place with room for many.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import gcd

from tieout_matcher.domain.passes.candidates import Edge

MAX_CELLS = 200 * 200
# The solver adds up at most a few of the largest cell, in floats that are exact to 2^53.
MAX_CELL = 2**53 // 8
Room = Mapping[int, int]


@dataclass(frozen=True, kw_only=True)
class Assigned:
    """How many pairs each edge gets, none of them 0, in order of cost."""

    pairs: Sequence[tuple[Edge, int]]
    greedy: bool = False


def assign(edges: Sequence[Edge], room: Room) -> Assigned:
    """Choose among the edges of one component, given in order of cost.

    Around a single place the cheapest first is the best there is. Where the exact solver does not
    reach, the cheapest first is what is taken, and said.
    """
    if len({edge.a for edge in edges}) == 1 or len({edge.b for edge in edges}) == 1:
        return Assigned(pairs=_cheapest_first(edges, room))
    needed = _needed(edges, room)
    rows = sum(needed[place] for place in {edge.a for edge in edges})
    columns = sum(needed[place] for place in {edge.b for edge in edges})
    if rows * columns <= MAX_CELLS:
        packed = _packed(edges, most=min(rows, columns))
        if packed is not None:
            return Assigned(pairs=_solved(edges, packed, needed))
    return Assigned(pairs=_cheapest_first(edges, room), greedy=True)


def _cheapest_first(edges: Sequence[Edge], room: Room) -> list[tuple[Edge, int]]:
    left = dict(room)
    pairs = []
    for edge in edges:
        count = min(left[edge.a], left[edge.b])
        if count:
            left[edge.a] -= count
            left[edge.b] -= count
            pairs.append((edge, count))
    return pairs


def _needed(edges: Sequence[Edge], room: Room) -> Room:
    """Cut each place's room to what its neighbours could take."""
    around: Counter[int] = Counter()
    for edge in edges:
        around[edge.a] += room[edge.b]
        around[edge.b] += room[edge.a]
    return {place: min(room[place], most) for place, most in around.items()}


def _packed(edges: Sequence[Edge], *, most: int) -> list[int] | None:
    """Pack costs to integers whose sums over `most` pairs keep the order; None: too large.

    Every solution has equally many pairs: what all amounts or days have in common cancels out.
    The one beyond them all stands for a pair that does not hold.
    """
    costs = [edge.cost for edge in edges]
    amounts, days, unequal = (_from_least(list(part)) for part in zip(*costs, strict=True))
    step = gcd(*amounts) or 1
    for_days, for_unequal = most * max(days) + 1, most * max(unequal) + 1
    packed = [
        (amount // step * for_days + day) * for_unequal + fields
        for amount, day, fields in zip(amounts, days, unequal, strict=True)
    ]
    return packed if _beyond(packed, most) <= MAX_CELL else None


def _from_least(values: Sequence[int]) -> list[int]:
    least = min(values)
    return [value - least for value in values]


def _beyond(packed: Sequence[int], most: int) -> int:
    return max(packed) * most + 1


def _solved(edges: Sequence[Edge], packed: Sequence[int], room: Room) -> list[tuple[Edge, int]]:
    # Loading these takes most of a second: only the process that solves does.
    import numpy as np  # noqa: PLC0415  # as above
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415  # as above

    rows = [place for place in sorted({edge.a for edge in edges}) for _ in range(room[place])]
    columns = [place for place in sorted({edge.b for edge in edges}) for _ in range(room[place])]
    beyond = _beyond(packed, min(len(rows), len(columns)))
    cells = np.full((len(rows), len(columns)), float(beyond))
    for edge, cost in zip(edges, packed, strict=True):
        row, column = bisect_left(rows, edge.a), bisect_left(columns, edge.b)
        cells[row : row + room[edge.a], column : column + room[edge.b]] = cost
    taken = Counter(
        (rows[row], columns[column])
        for row, column in zip(*linear_sum_assignment(cells), strict=True)
        if cells[row, column] < beyond
    )
    return [(edge, taken[edge.a, edge.b]) for edge in edges if taken[edge.a, edge.b]]
