"""What a one-to-one rule says of two entries, straight from the meaning of the words; slow.

It reads `Fields` itself: no keys, no compiled conditions, no order of entries.
"""

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from itertools import product
from typing import Any

from rapidfuzz.fuzz import token_set_ratio

from tieout_contracts.config_events import SignMode
from tieout_contracts.record import Fields, Side
from tieout_matcher.domain.rule import Group, Leaf, Rule

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
    apart = abs(_money(one, "A", sign_mode) - _money(two, "B", sign_mode))
    found = []
    for way in ways(rule.condition):
        if apart and not any(leaf.key == "amount" for leaf in way):
            continue
        score = _score(way, one, two, sign_mode)
        if score is not None:
            cost = Cost(amount=apart, days=_days(way, one, two), unequal=_unequal(one, two))
            found.append(Held(score=score, cost=cost))
    return min(found, key=lambda held: (-held.score, held.cost), default=None)


def _score(way: frozenset[Leaf], one: Fields, two: Fields, sign_mode: SignMode) -> Fraction | None:
    reached = Fraction(0)
    for leaf in way:
        closeness = _closeness(leaf, one, two, sign_mode)
        if closeness is None:
            return None
        reached += closeness * _weight(leaf)
    return reached / sum(map(_weight, way))


def _days(way: frozenset[Leaf], one: Fields, two: Fields) -> int:
    apart = [days_apart(leaf, one, two) for leaf in way if _dated(leaf)]
    return max(apart, default=abs(one.date - two.date).days)


def _unequal(one: Fields, two: Fields) -> int:
    return sum(not _said(one, name) or _said(one, name) != _said(two, name) for name in COMPARED)


def ways(node: Group | Leaf) -> Iterator[frozenset[Leaf]]:
    """Yield every way in which a tree can hold."""
    if isinstance(node, Leaf):
        yield frozenset([node])
    elif node.operand == "or":
        for child in node.children:
            yield from ways(child)
    else:
        for chosen in product(*map(ways, node.children)):
            yield frozenset().union(*chosen)


def same_identity(leaves: frozenset[Leaf], one: Fields, two: Fields, sign_mode: SignMode) -> bool:
    """Tell whether all conditions of identity hold; there is at least one."""
    identifying = [leaf for leaf in leaves if leaf.identifies]
    return bool(identifying) and all(
        _closeness(leaf, one, two, sign_mode) is not None for leaf in identifying
    )


def days_apart(leaf: Leaf, one: Fields, two: Fields) -> int:
    first, second = _values(leaf, one, two)
    return abs((dt.date.fromisoformat(first) - dt.date.fromisoformat(second)).days)


def _dated(leaf: Leaf) -> bool:
    if leaf.tolerance is not None:
        return leaf.tolerance.unit in ("day", "month")
    plain = not leaf.key_transforms and not leaf.value_transforms
    ordered = leaf.operand not in ("in", "not_in", "contains", "similar")
    return plain and ordered and leaf.key in DATES and leaf.value in DATES


def _weight(leaf: Leaf) -> int:
    return 4 if leaf.key == "amount" else 2 if _dated(leaf) else 3


def _values(leaf: Leaf, one: Fields, two: Fields) -> tuple[str, str]:
    return tuple(
        "".join(char for char in text if char.isdigit()) if transforms else text
        for text, transforms in (
            (_said(one, leaf.key), leaf.key_transforms),
            (_said(two, leaf.value), leaf.value_transforms),
        )
    )  # type: ignore[return-value]  # two of them; the only transform here is digits_only


def _said(fields: Fields, name: str) -> str:
    """Spell a plain field or a member of metadata; empty when it is missing."""
    first, _, member = name.partition(".")
    value: Any = getattr(fields, first)
    if member:
        value = value.get(member)
    return "" if value is None else str(value)


def _money(fields: Fields, side: Side, sign_mode: SignMode) -> Fraction:
    amount = Fraction(fields.signed_minor, 10**fields.exponent)
    if sign_mode == "absolute":
        return abs(amount)
    return -amount if sign_mode == "opposite" and side == "B" else amount


def _closeness(leaf: Leaf, one: Fields, two: Fields, sign_mode: SignMode) -> Fraction | None:
    """Return how close a condition's values are, 0 to 1; None where it does not hold."""
    if leaf.key == "amount":
        return _of_amounts(leaf, one, two, sign_mode)
    first, second = _values(leaf, one, two)
    if not first or not second:
        return None
    if leaf.tolerance is not None:
        return _of_tolerance(leaf, first, second, days=_dated(leaf))
    if leaf.operand == "similar":
        ratio = token_set_ratio(first, second)
        least = leaf.min_similarity or 0
        return Fraction(int(ratio * 1000), 100_000) if ratio >= least else None
    return Fraction(1) if _plainly(leaf.operand, first, second) else None


def _of_amounts(leaf: Leaf, one: Fields, two: Fields, sign_mode: SignMode) -> Fraction | None:
    first, second = _money(one, "A", sign_mode), _money(two, "B", sign_mode)
    if leaf.tolerance is None:
        return Fraction(1) if _orders(leaf.operand, first, second) else None
    most = Fraction(leaf.tolerance.amount)
    if leaf.tolerance.unit == "percent":
        minor = 10**two.exponent
        most = Fraction(math.floor(abs(second) * minor * most / 100), minor)
    return _within(abs(first - second), most)


def _of_tolerance(leaf: Leaf, first: str, second: str, *, days: bool) -> Fraction | None:
    assert leaf.tolerance is not None
    if not days:
        numbers = _number(first), _number(second)
        if numbers[0] is None or numbers[1] is None:
            return None
        most = Fraction(leaf.tolerance.amount)
        if leaf.tolerance.unit == "percent":
            most = abs(numbers[1]) * most / 100
        return _within(abs(numbers[0] - numbers[1]), most)
    apart = abs((dt.date.fromisoformat(first) - dt.date.fromisoformat(second)).days)
    if leaf.tolerance.unit == "month":
        return Fraction(1) - Fraction(apart, 62) if first[:7] == second[:7] else None
    return _within(Fraction(apart), Fraction(leaf.tolerance.amount))


def _within(apart: Fraction, most: Fraction) -> Fraction | None:
    if apart > most:
        return None
    return 1 - apart / most / 2 if apart else Fraction(1)


def _plainly(operand: str, first: str, second: str) -> bool:
    match operand:
        case "contains":
            return second in first
        case "in" | "not_in":
            return (first in second.split(",")) is (operand == "in")
        case "eq" | "neq":
            return (first == second) is (operand == "eq")
    numbers = _number(first), _number(second)
    if numbers[0] is not None and numbers[1] is not None:
        return _orders(operand, numbers[0], numbers[1])
    try:
        return _orders(operand, dt.date.fromisoformat(first), dt.date.fromisoformat(second))
    except ValueError:
        return False


def _orders(operand: str, first: Any, second: Any) -> bool:
    return {
        "eq": first == second, "neq": first != second, "gt": first > second,
        "gte": first >= second, "lt": first < second, "lte": first <= second,
    }[operand]  # fmt: skip


def _number(text: str) -> Fraction | None:
    try:
        return Fraction(Decimal(text))
    except InvalidOperation:
        return None
