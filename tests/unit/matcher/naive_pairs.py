"""What a one-to-one rule says of two entries, straight from the meaning of the words; slow.

It reads `Fields` itself: no keys, no compiled conditions, no order of entries.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import product

from rapidfuzz.fuzz import token_set_ratio

from tieout_contracts.config_events import SignMode
from tieout_contracts.record import Fields
from tieout_matcher.domain.rule import Group, Leaf, Rule
from unit.matcher.naive_conditions import day_of, exactly, leaf_holds, money, number_of, said

DATES = ("date", "value_date")
COMPARED = (
    "date", "value_date", "direction", "description", "counterparty", "external_id", "reference",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, order=True)
class Cost:
    amount: Fraction
    days: int
    unequal: int


@dataclass(frozen=True, kw_only=True)
class Held:
    """A pair for which a rule holds: by its best alternative."""

    score: Fraction
    cost: Cost

    @property
    def exact(self) -> bool:
        return self.score == 1 and self.cost.amount == 0


def judge(rule: Rule, one: Fields, two: Fields, sign_mode: SignMode) -> Held | None:
    """Say how a pair holds, or None."""
    if one.currency != two.currency:
        return None
    apart = abs(money(one, "A", sign_mode) - money(two, "B", sign_mode))
    scores = [
        (_score(way, one, two, sign_mode), way)
        for way in ways(rule.condition)
        if not apart or any(leaf.key == "amount" for leaf in way)
    ]
    holding = [(score, way) for score, way in scores if score is not None]
    unequal = _unequal(one, two) if holding else 0
    found = [
        Held(score=score, cost=Cost(amount=apart, days=_days(way, one, two), unequal=unequal))
        for score, way in holding
    ]
    return min(found, key=lambda held: (-held.score, held.cost), default=None)


def _score(way: frozenset[Leaf], one: Fields, two: Fields, sign_mode: SignMode) -> Fraction | None:
    reached: Fraction | int = 0
    for leaf in way:
        closeness = _closeness(leaf, one, two, sign_mode)
        if closeness is None:
            return None
        reached += closeness * _weight(leaf)
    return Fraction(reached) / sum(map(_weight, way))


def _days(way: frozenset[Leaf], one: Fields, two: Fields) -> int:
    apart = [days_apart(leaf, one, two) for leaf in way if _dated(leaf)]
    return max(apart, default=abs(one.date - two.date).days)


def _unequal(one: Fields, two: Fields) -> int:
    texts = [(said(one, name, ()), said(two, name, ())) for name in COMPARED]
    return sum(text is None or text != other for text, other in texts)


@lru_cache(maxsize=256)
def ways(node: Group | Leaf) -> tuple[frozenset[Leaf], ...]:
    """Return every way in which a tree can hold."""
    return tuple(_spelled(node))


def _spelled(node: Group | Leaf) -> Iterator[frozenset[Leaf]]:
    if isinstance(node, Leaf):
        yield frozenset([node])
    elif node.operand == "or":
        for child in node.children:
            yield from _spelled(child)
    else:
        for chosen in product(*map(_spelled, node.children)):
            yield frozenset().union(*chosen)


def same_identity(leaves: frozenset[Leaf], one: Fields, two: Fields, sign_mode: SignMode) -> bool:
    """Tell whether all conditions of identity hold; there is at least one."""
    identifying = [leaf for leaf in leaves if leaf.identifies]
    return bool(identifying) and all(
        _closeness(leaf, one, two, sign_mode) is not None for leaf in identifying
    )


def days_apart(leaf: Leaf, one: Fields, two: Fields) -> int:
    first, second = map(day_of, _texts(leaf, one, two))
    return abs((first - second).days) if first and second else 0


def _dated(leaf: Leaf) -> bool:
    if leaf.tolerance is not None:
        return leaf.tolerance.unit in ("day", "month")
    plain = not leaf.key_transforms and not leaf.value_transforms
    ordered = leaf.operand not in ("in", "not_in", "contains", "similar")
    return plain and ordered and leaf.key in DATES and leaf.value in DATES


def _weight(leaf: Leaf) -> int:
    return 4 if leaf.key == "amount" else 2 if _dated(leaf) else 3


def _closeness(leaf: Leaf, one: Fields, two: Fields, sign_mode: SignMode) -> Fraction | int | None:
    """Return how close a condition's values are, 0 to 1; None where it does not hold."""
    if not leaf_holds(leaf, one, two, sign_mode):
        return None
    if leaf.operand == "similar":
        return Fraction(int(token_set_ratio(*_texts(leaf, one, two)) * 1000), 100_000)
    if leaf.tolerance is None:
        return 1
    if leaf.tolerance.unit == "month":
        return 1 - Fraction(days_apart(leaf, one, two), 62)
    most = exactly(leaf.tolerance.amount)
    if _dated(leaf):
        return _within(Fraction(days_apart(leaf, one, two)), most)
    if leaf.key == "amount":
        first, second = money(one, "A", sign_mode), money(two, "B", sign_mode)
        if leaf.tolerance.unit == "percent":
            minor = 10**two.exponent
            most = Fraction(math.floor(abs(second) * minor * most / 100), minor)
    else:
        first, second = (number_of(text) or Fraction(0) for text in _texts(leaf, one, two))
        if leaf.tolerance.unit == "percent":
            most = abs(second) * most / 100
    return _within(abs(first - second), most)


def _within(apart: Fraction, most: Fraction) -> Fraction | int:
    return 1 - apart / most / 2 if apart else 1


def _texts(leaf: Leaf, one: Fields, two: Fields) -> tuple[str, str]:
    first = said(one, leaf.key, leaf.key_transforms)
    return first or "", said(two, leaf.value, leaf.value_transforms) or ""
