"""One condition between two values: whether it holds, and how close they are.

What is compared, by condition (the semantics of rules say what, this says of which type):
- the amount as money, counted by the sign mode, exact at any exponent;
- with a tolerance in days or a month, or between two date fields, calendar days;
- with a tolerance in dollar or percent, numbers; a text that is no number does not hold;
- `gt`, `gte`, `lt`, `lte`: numbers when both are, else dates when both are, else it does not hold;
- everything else as canonical texts after the transforms.
A missing value on either side makes every condition false.
"""

import datetime as dt
import math
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from operator import ge, gt, le, lt
from typing import Any, NamedTuple

from rapidfuzz.fuzz import token_set_ratio

from tieout_contracts.money import MAX_EXPONENT
from tieout_matcher.domain.canonical import path_getter, text_of, transformer
from tieout_matcher.domain.facts import Facts, at_exponent
from tieout_matcher.domain.rule import Leaf, Tolerance, Transform

Value = Any  # Money, dt.date, Fraction, str, or a frozenset of the last three
EXACT = Fraction(1)
DAYS_OF_A_MONTH = 31
MAX_NUMBER_DIGITS = 1000
_ORDERS: dict[str, Callable[[Any, Any], bool]] = {"gt": gt, "gte": ge, "lt": lt, "lte": le}


class Money(NamedTuple):
    """A counted amount: `units` of 10^-18, so that all exponents compare as integers."""

    units: int
    exponent: int


class Judge:
    """A compiled condition. `read_a` and `read_b` are asked once an entry, the rest once a pair.

    A reader answers None for a missing value; values of None are never given to the rest.
    """

    def __init__(self, leaf: Leaf) -> None:
        self.leaf = leaf
        self.weight = weight_of(leaf)
        kind = _kind_of(leaf)
        self.read_a = _reader(leaf.key, leaf.key_transforms, kind)
        lists = leaf.operand in ("in", "not_in")
        self.read_b = (_list_reader if lists else _reader)(leaf.value, leaf.value_transforms, kind)
        self.closeness = _closeness_of(leaf)

    def holds(self, a: Value, b: Value) -> bool:
        """Tell whether the condition holds between two values that are there."""
        return self.closeness(a, b) is not None


def weight_of(leaf: Leaf) -> int:
    """Weight of a condition in a score: amount 4, dates 2, others 3."""
    if leaf.compares_amounts:
        return 4
    return 2 if leaf.compares_dates else 3


def difference_of(leaf: Leaf, a: Value, b: Value) -> Fraction | None:
    """How far apart two values are: days, major units or plain numbers; None has no measure."""
    if leaf.compares_amounts:
        return Fraction(abs(a.units - b.units), 10**MAX_EXPONENT)
    if leaf.compares_dates:
        return Fraction(abs((a - b).days))
    return abs(a - b) if leaf.tolerance is not None else None


def _kind_of(leaf: Leaf) -> str:
    if leaf.compares_amounts:
        return "money"
    if leaf.compares_dates:
        return "date"
    if leaf.tolerance is not None:
        return "number"
    return "text"


def _reader(
    field: str, transforms: tuple[Transform, ...], kind: str
) -> Callable[[Facts], Value | None]:
    if kind == "money":
        return money_of
    read = _text_reader(field, transforms)
    if kind == "text":
        return read
    parse: Callable[[str], Value | None] = date_of if kind == "date" else number_of

    def typed(facts: Facts) -> Value | None:
        text = read(facts)
        return None if text is None else parse(text)

    return typed


def _text_reader(field: str, transforms: tuple[Transform, ...]) -> Callable[[Facts], str | None]:
    follow = _follow(field)
    if not transforms:
        return lambda facts: text_of(follow(facts))
    transform = transformer(transforms)

    def read(facts: Facts) -> str | None:
        text = text_of(follow(facts))
        return None if text is None else transform(text)

    return read


def _list_reader(
    field: str, transforms: tuple[Transform, ...], kind: str
) -> Callable[[Facts], Value | None]:
    """Read a JSON list or a list with commas; none of its texts is missing."""
    follow = _follow(field)
    transform = transformer(transforms)
    parse: Callable[[str], Value | None] = date_of if kind == "date" else lambda text: text

    def read(facts: Facts) -> frozenset[Value] | None:
        given = follow(facts)
        items = given if isinstance(given, list) else (text_of(given) or "").split(",")
        texts = [text_of(one) or "" for one in items]
        found = {parse(text) for one in texts if (text := transform(one.strip()))} - {None}
        return frozenset(found) or None

    return read


def _follow(field: str) -> Callable[[Facts], Any]:
    name, _, path = field.partition(".")
    if not path:
        return lambda facts: facts.said.get(name)
    inner = path_getter(path)
    return lambda facts: inner(facts.said.get("metadata") or {})


def money_of(facts: Facts) -> Money:
    """Return the counted amount."""
    return Money(at_exponent(facts, MAX_EXPONENT), facts.exponent)


def date_of(text: str) -> dt.date | None:
    """Read a calendar day, or the day of a date-time as written; None when it is neither."""
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        return None


def number_of(text: str) -> Fraction | None:
    """Read a plain number exactly; None when it is none, or longer than anybody writes."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number.adjusted()) > MAX_NUMBER_DIGITS:
        return None
    return Fraction(number)


def _closeness_of(leaf: Leaf) -> Callable[[Value, Value], Fraction | None]:
    """From two values to 1 (no difference) down to 0, or None where the condition fails."""
    if leaf.operand == "similar":
        return _similar(leaf.min_similarity or 1)
    if leaf.tolerance is not None:
        return _within(leaf, leaf.tolerance)
    holds = _test_of(leaf)
    return lambda a, b: EXACT if holds(a, b) else None


def _test_of(leaf: Leaf) -> Callable[[Value, Value], bool]:
    operand = leaf.operand
    if operand in _ORDERS:
        order = _ORDERS[operand]
        if leaf.compares_amounts:
            return lambda a, b: order(a.units, b.units)
        if leaf.compares_dates:
            return order
        return lambda a, b: _ordered(order, a, b)
    if leaf.compares_amounts:
        equal = operand == "eq"
        return lambda a, b: (a.units == b.units) is equal
    return _TESTS[operand]


_TESTS: dict[str, Callable[[Value, Value], bool]] = {
    "eq": lambda a, b: bool(a == b),
    "neq": lambda a, b: bool(a != b),
    "contains": lambda a, b: b in a,
    "in": lambda a, b: a in b,
    "not_in": lambda a, b: a not in b,
}


def _ordered(order: Callable[[Any, Any], bool], a: str, b: str) -> bool:
    """Compare two texts as numbers, else as dates; what is neither does not hold."""
    first, second = number_of(a), number_of(b)
    if first is not None and second is not None:
        return order(first, second)
    day, other_day = date_of(a), date_of(b)
    return day is not None and other_day is not None and order(day, other_day)


def _similar(least: int) -> Callable[[str, str], Fraction | None]:
    def closeness(a: str, b: str) -> Fraction | None:
        ratio = token_set_ratio(a, b, score_cutoff=least)
        return Fraction(int(ratio * 1000), 100_000) if ratio >= least else None

    return closeness


def _within(leaf: Leaf, tolerance: Tolerance) -> Callable[[Value, Value], Fraction | None]:
    if tolerance.unit == "month":
        return _within_month
    most = Fraction(tolerance.amount)
    if leaf.compares_dates:
        return lambda a, b: _closer(abs((a - b).days), most)
    share = most / 100
    if leaf.compares_amounts:
        if tolerance.unit == "percent":
            return lambda a, b: _closer(abs(a.units - b.units), _floored(b, share))
        units = most * 10**MAX_EXPONENT
        return lambda a, b: _closer(abs(a.units - b.units), units)
    if tolerance.unit == "percent":
        return lambda a, b: _closer(abs(a - b), abs(b) * share)
    return lambda a, b: _closer(abs(a - b), most)


def _within_month(a: dt.date, b: dt.date) -> Fraction | None:
    if (a.year, a.month) != (b.year, b.month):
        return None
    return 1 - Fraction(abs((a - b).days), 2 * DAYS_OF_A_MONTH)


def _floored(money: Money, share: Fraction) -> int:
    """Return a share of an amount in whole minor units of its own, downwards."""
    minor = int(10 ** (MAX_EXPONENT - money.exponent))
    return math.floor(abs(money.units) // minor * share) * minor


def _closer(difference: int | Fraction, most: int | Fraction) -> Fraction | None:
    if difference > most:
        return None
    return 1 - Fraction(difference) / (2 * most) if difference else EXACT
