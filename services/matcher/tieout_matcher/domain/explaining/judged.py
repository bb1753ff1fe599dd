"""Two groups of entries, one of each side, held against a rule's tree: what holds, how closely.

Mostly each is one entry. Of larger ones every condition must hold between each member of one and
each of the other; only amounts are compared as sums (semantics of rollups and sets).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

from tieout_matcher.domain.explaining.tree import Place, Tree, Way
from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.judging import Money, money_of

Group = Sequence[Facts]


@dataclass(frozen=True, kw_only=True)
class Met:
    """How one condition fares: between the two members that it fits least.

    `a` and `b` are their values, None where one is missing. `failing` of `pairs` pairs of members
    do not hold; `closeness` is None unless all do. Of amounts, `members` is empty: sums are meant.
    """

    a: Any
    b: Any
    closeness: Fraction | None
    pairs: int = 1
    failing: int = 0
    members: tuple[Facts, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What a tree says of two groups, `met` by place; `currencies` are those of all members."""

    tree: Tree
    side_a: Group
    side_b: Group
    met: tuple[Met, ...]
    currencies: tuple[str, ...]
    sums: tuple[Money, Money]

    @property
    def one_currency(self) -> bool:
        return len(self.currencies) == 1

    @property
    def equal_amounts(self) -> bool:
        return self.sums[0].units == self.sums[1].units

    def failing(self, way: Way) -> list[Place]:
        """Return the conditions of a way that do not hold; those implied are not among them."""
        return [place for place in way.paths if self.met[place].closeness is None]

    def holds(self, way: Way) -> bool:
        amounts = self.equal_amounts or not way.equal_amounts
        return self.one_currency and amounts and not self.failing(way)

    def closeness(self, way: Way) -> Fraction | None:
        """Return the weighted mean over a way's conditions, None when it does not hold."""
        if not self.holds(way):
            return None
        weights = {place: self.tree.judges[place].weight for place in way.paths}
        total = sum(weights[place] * (self.met[place].closeness or 0) for place in way.paths)
        return Fraction(total) / sum(weights.values())

    def held(self) -> Way | None:
        """Return the way by which the rule holds: the closest, then the first."""
        found = [(way, self.closeness(way)) for way in self.tree.ways]
        holding = [(way, closeness) for way, closeness in found if closeness is not None]
        return max(holding, key=lambda one: one[1], default=(None, None))[0]


def judge(tree: Tree, side_a: Group, side_b: Group) -> Judged:
    """Hold two groups against a tree."""
    sums = sum_of(side_a), sum_of(side_b)
    return Judged(
        tree=tree,
        side_a=side_a,
        side_b=side_b,
        met=tuple(_met(tree, place, side_a, side_b, sums) for place in range(len(tree.leaves))),
        currencies=tuple(sorted({one.currency for one in (*side_a, *side_b)})),
        sums=sums,
    )


def score_of(closeness: Fraction) -> int:
    """Score 0 to 100, floored (semantics of deciding)."""
    return math.floor(100 * closeness)


def sum_of(entries: Group) -> Money:
    """Add up counted amounts, in the finest exponent among them."""
    units = sum(money_of(one).units for one in entries)
    return Money(units, max((one.exponent for one in entries), default=0))


def _met(tree: Tree, place: Place, side_a: Group, side_b: Group, sums: tuple[Money, Money]) -> Met:
    compiled = tree.judges[place]
    if compiled.leaf.compares_amounts:
        closeness = compiled.closeness(*sums)
        return Met(a=sums[0], b=sums[1], closeness=closeness, failing=int(closeness is None))
    of_a = [(one, compiled.read_a(one)) for one in side_a]
    of_b = [(one, compiled.read_b(one)) for one in side_b]
    met = []
    for (a, value_a), (b, value_b) in product(of_a, of_b):
        there = value_a is not None and value_b is not None
        closeness = compiled.closeness(value_a, value_b) if there else None
        met.append(Met(a=value_a, b=value_b, closeness=closeness, members=(a, b)))
    failing = [one for one in met if one.closeness is None]
    least = failing[0] if failing else min(met, key=lambda one: one.closeness or 0)
    return Met(
        a=least.a,
        b=least.b,
        closeness=least.closeness,
        pairs=len(met),
        failing=len(failing),
        members=least.members,
    )
