"""What a rule asks of two groups held against each other, one of each side.

By one of the rule's alternatives every condition must hold between each member of one group and
each of the other; only amounts are compared as sums, with their tolerance, and must be equal
where no condition names them. Source: semantics of rollups and sets (docs).
"""

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from tieout_contracts.money import MAX_EXPONENT
from tieout_contracts.record import Side
from tieout_matcher.domain.alternatives import Alternative, alternatives
from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.judging import EXACT, Money, judge_of, money_of
from tieout_matcher.domain.rule import Leaf, Rule

ONE_MAJOR = int(10**MAX_EXPONENT)

# For each alternative the least closeness of each condition on members; None: it does not hold.
Held = tuple[tuple[Fraction, ...] | None, ...]


class Terms:
    """The alternatives of a rule, compiled. Values are read once an entry."""

    def __init__(self, rule: Rule) -> None:
        self._ways = [_Way(way) for way in alternatives(rule.condition)]

    def held(self, side_a: Sequence[Facts], side_b: Sequence[Facts]) -> Held:
        """Judge all conditions on members, each of side A with each of side B."""
        return tuple(way.held(side_a, side_b) for way in self._ways)

    def score(self, held: Held, a: Money, b: Money) -> int | None:
        """Score two groups that add up to `a` and `b`, 0 to 100; None when the rule fails."""
        scores = [way.score(one, a, b) for way, one in zip(self._ways, held, strict=True)]
        return max((one for one in scores if one is not None), default=None)

    def reach(self, known: Money, side: Side) -> int | None:
        """Bound how far the other side's sum may be from one that is known, in units.

        A sum further away fails; a nearer one is to be judged. None: there is no bound.
        """
        bounds = [way.reach(known, side) for way in self._ways]
        found = [one for one in bounds if one is not None]
        return max(found) if len(found) == len(bounds) else None


class _Way:
    def __init__(self, way: Alternative) -> None:
        judges = [judge_of(leaf) for leaf in way]
        self._amounts = [one for one in judges if one.leaf.compares_amounts]
        self._members = [one for one in judges if not one.leaf.compares_amounts]
        self._weight = sum(one.weight for one in judges)
        self._values: dict[int, tuple[Any, ...]] = {}

    def held(self, side_a: Sequence[Facts], side_b: Sequence[Facts]) -> tuple[Fraction, ...] | None:
        least = (EXACT,) * len(self._members)
        for a in side_a:
            for b in side_b:
                found = self._closeness(a, b)
                if found is None:
                    return None
                least = tuple(map(min, least, found))
        return least

    def score(self, held: tuple[Fraction, ...] | None, a: Money, b: Money) -> int | None:
        if held is None or (not self._amounts and a.units != b.units):
            return None
        total = sum(one.weight * least for one, least in zip(self._members, held, strict=True))
        for one in self._amounts:
            closeness = one.closeness(a, b)
            if closeness is None:
                return None
            total += one.weight * closeness
        return math.floor(100 * total / self._weight)

    def reach(self, known: Money, side: Side) -> int | None:
        if not self._amounts:
            return 0
        bounds = [_reach(one.leaf, known, side) for one in self._amounts]
        return min((one for one in bounds if one is not None), default=None)

    def _closeness(self, a: Facts, b: Facts) -> tuple[Fraction, ...] | None:
        found = []
        for judge, one, other in zip(self._members, self._read(a), self._read(b), strict=True):
            closeness = None if one is None or other is None else judge.closeness(one, other)
            if closeness is None:
                return None
            found.append(closeness)
        return tuple(found)

    def _read(self, facts: Facts) -> tuple[Any, ...]:
        values = self._values.get(facts.record_id)
        if values is None:
            of_a = facts.side == "A"
            values = tuple(
                one.read_a(facts) if of_a else one.read_b(facts) for one in self._members
            )
            self._values[facts.record_id] = values
        return values


def worst(held: Sequence[Held]) -> Held:
    """Judge the parts of one group as a whole."""
    return tuple(map(_least, zip(*held, strict=True)))


def _least(parts: Sequence[tuple[Fraction, ...] | None]) -> tuple[Fraction, ...] | None:
    there = [one for one in parts if one is not None]
    if len(there) < len(parts):
        return None
    return tuple(map(min, zip(*there, strict=True)))


def sum_of(entries: Sequence[Facts]) -> Money:
    """Add up counted amounts, in the finest exponent among them."""
    units = sum(money_of(one).units for one in entries)
    return Money(units, max(one.exponent for one in entries))


def _reach(leaf: Leaf, known: Money, side: Side) -> int | None:
    """Bound |A - B| by one condition on the amount, when the sum of `side` is known."""
    if leaf.operand != "eq":
        return None
    if leaf.tolerance is None:
        return 0
    most = Fraction(leaf.tolerance.amount)
    if leaf.tolerance.unit == "dollar":
        return math.floor(most * ONE_MAJOR)
    share = most / 100
    if side == "B":
        return math.floor(abs(known.units) * share)
    # |A - B| <= share |B| and |B| <= |A| + |A - B|, so |A - B| <= |A| share / (1 - share).
    return None if share >= 1 else math.floor(abs(known.units) * share / (1 - share))
