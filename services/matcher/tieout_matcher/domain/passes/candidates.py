"""Which pairs a one-to-one rule would take among open entries, and what each would cost. Pure."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from operator import eq
from typing import NamedTuple

from tieout_matcher.domain.canonical import text_of
from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.judging import EXACT, money_of
from tieout_matcher.domain.passes.identical import Identical
from tieout_matcher.domain.passes.keys import Position, near
from tieout_matcher.domain.passes.ways import MAX_BLOCK_PAIRS, Values, Way, ways_of
from tieout_matcher.domain.rule import Rule

COMPARED_FIELDS = (
    "date", "value_date", "direction", "description", "counterparty", "external_id", "reference",
)  # fmt: skip


class Cost(NamedTuple):
    """What a pair costs; the first difference decides.

    `amount` is in units of 10^-18, `unequal` counts fields that are not equal on both sides.
    """

    amount: int
    days: int
    unequal: int


class Edge(NamedTuple):
    """A pair that the rule would take: places among the identical entries of each side.

    `exact`: neither the amounts nor anything that the rule compares differs.
    """

    cost: Cost
    a: int
    b: int
    closeness: Fraction
    exact: bool


@dataclass(frozen=True, kw_only=True)
class Candidates:
    """All pairs in order of places, and blocks of places that are too large to be judged."""

    edges: Sequence[Edge]
    too_large: Sequence[frozenset[int]]


@dataclass(frozen=True, kw_only=True)
class _Block:
    way: Way
    side_a: Sequence[tuple[int, Values]]
    side_b: Sequence[tuple[int, Values]]

    @property
    def places(self) -> frozenset[int]:
        return frozenset(place for place, _ in (*self.side_a, *self.side_b))


def candidates(*, rule: Rule, known: Sequence[Identical]) -> Candidates:
    """Judge what shares a key; of several ways in which a pair holds the closest counts.

    Entries of a block that is too large take part in nothing of this rule.
    """
    blocks = [block for way in ways_of(rule) for block in _blocks(way, known)]
    too_large = [
        block.places for block in blocks if len(block.side_a) * len(block.side_b) > MAX_BLOCK_PAIRS
    ]
    left_out = frozenset().union(*too_large)
    measured = cache(lambda place: _Measured(known[place][0]))
    best: dict[tuple[int, int], Edge] = {}
    for block in blocks:
        for edge in _judged(block, measured, left_out):
            pair = edge.a, edge.b
            if pair not in best or _goodness(edge) < _goodness(best[pair]):
                best[pair] = edge
    return Candidates(edges=[best[pair] for pair in sorted(best)], too_large=too_large)


class _Measured:
    """What a pair's cost is made of, read once an entry that a pair holds for."""

    def __init__(self, facts: Facts) -> None:
        self.units = money_of(facts).units
        self.day = dt.date.fromisoformat(facts.said["date"])
        # What is missing equals nothing.
        self.texts = [text_of(facts.said.get(name)) or object() for name in COMPARED_FIELDS]


def _blocks(way: Way, known: Sequence[Identical]) -> Iterator[_Block]:
    sides: Mapping[str, defaultdict[Position, list[tuple[int, Values]]]]
    sides = {"A": defaultdict(list), "B": defaultdict(list)}
    for place, group in enumerate(known):
        position, values = way.position(group[0]), way.values(group[0])
        if position is not None and values is not None:
            sides[group[0].side][position].append((place, values))
    for position, side_a in sides["A"].items():
        side_b = [one for place in near(position) for one in sides["B"].get(place, ())]
        if side_b:
            yield _Block(way=way, side_a=side_a, side_b=side_b)


def _judged(
    block: _Block, measured: Callable[[int], _Measured], left_out: frozenset[int]
) -> Iterator[Edge]:
    side_b = [one for one in block.side_b if one[0] not in left_out]
    for a, of_a in block.side_a:
        if a in left_out:
            continue
        for b, of_b in side_b:
            closeness = block.way.closeness(of_a, of_b)
            if closeness is not None:
                cost = _cost(measured(a), measured(b), block.way.days(of_a, of_b))
                yield Edge(cost, a, b, closeness, closeness == EXACT and not cost.amount)


def _cost(a: _Measured, b: _Measured, days: int | None) -> Cost:
    if days is None:
        days = abs((a.day - b.day).days)
    equal = sum(map(eq, a.texts, b.texts))
    return Cost(abs(a.units - b.units), days, len(COMPARED_FIELDS) - equal)


def _goodness(edge: Edge) -> tuple[Fraction, Cost]:
    return -edge.closeness, edge.cost
