"""Two values that are there under one condition: whether it holds, and how close they are.

Everything is integers and exact fractions; the one float is the ratio of `similar`, which only
ever meets whole thresholds.
"""

import datetime as dt
from collections.abc import Callable
from fractions import Fraction
from operator import eq, ge, gt, le, lt, ne
from typing import Any, NamedTuple

from rapidfuzz.fuzz import token_set_ratio

from tieout_contracts.money import MAX_EXPONENT
from tieout_matcher.domain.readings import Money, Ordinal, Value
from tieout_matcher.domain.rule import Leaf, Tolerance

EXACT = Fraction(1)
DAYS_OF_A_MONTH = 31
Number = int | Fraction
Test = Callable[[Value, Value], bool]
_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": eq, "neq": ne, "gt": gt, "gte": ge, "lt": lt, "lte": le,
}  # fmt: skip


class Comparison(NamedTuple):
    """`closeness` is 1 (EXACT itself) without a difference, down to 0; None: it does not hold."""

    holds: Test
    closeness: Callable[[Value, Value], Fraction | None]


def comparison_of(leaf: Leaf) -> Comparison:
    """Compile a condition."""
    if leaf.operand == "similar":
        return _similar(leaf.min_similarity or 1)
    if leaf.tolerance is not None:
        return _tolerated(leaf, leaf.tolerance)
    holds = _test_of(leaf)
    return Comparison(holds, lambda a, b: EXACT if holds(a, b) else None)


def _test_of(leaf: Leaf) -> Test:
    order = _ORDERS.get(leaf.operand)
    if order is None:
        return _TESTS[leaf.operand]
    if leaf.compares_amounts:
        return lambda a, b: order(a[0], b[0])
    if leaf.compares_dates or leaf.operand in ("eq", "neq"):
        return order
    return lambda a, b: _ordered(order, a, b)


_TESTS: dict[str, Test] = {
    "contains": lambda a, b: b in a,
    "in": lambda a, b: a in b,
    "not_in": lambda a, b: a not in b,
}


def _ordered(order: Callable[[Any, Any], bool], a: Ordinal, b: Ordinal) -> bool:
    """Compare two texts as numbers, else as dates; what is neither does not hold."""
    if a.number is not None and b.number is not None:
        return order(a.number, b.number)
    return a.day is not None and b.day is not None and order(a.day, b.day)


def _similar(least: int) -> Comparison:
    def ratio(a: str, b: str) -> float:
        return token_set_ratio(a, b, score_cutoff=least)

    def closeness(a: str, b: str) -> Fraction | None:
        found = ratio(a, b)
        return Fraction(int(found * 1000), 100_000) if found >= least else None

    return Comparison(lambda a, b: ratio(a, b) >= least, closeness)


def _tolerated(leaf: Leaf, tolerance: Tolerance) -> Comparison:
    """Compile `apart <= most`; closeness is 1 - apart / (2 x most)."""
    if tolerance.unit == "month":
        return Comparison(_same_month, _closeness_in_month)
    apart = _apart(leaf)
    if tolerance.unit == "percent":
        share = Fraction(tolerance.amount) / 100
        most_of = _floored(share) if leaf.compares_amounts else lambda b: abs(b) * share
        return Comparison(
            lambda a, b: apart(a, b) <= most_of(b),
            lambda a, b: _closeness(apart(a, b), most_of(b)),
        )
    most = Fraction(tolerance.amount)
    if leaf.compares_amounts:
        most *= 10**MAX_EXPONENT
    fixed = most.numerator if most.denominator == 1 else most
    return Comparison(
        lambda a, b: apart(a, b) <= fixed, lambda a, b: _closeness(apart(a, b), fixed)
    )


def _apart(leaf: Leaf) -> Callable[[Value, Value], Number]:
    if leaf.compares_amounts:
        return lambda a, b: abs(a[0] - b[0])
    if leaf.compares_dates:
        return lambda a, b: abs((a - b).days)
    return lambda a, b: abs(a - b)


def _floored(share: Fraction) -> Callable[[Money], int]:
    """Take a share of an amount in whole minor units of its own, downwards."""
    over, under = share.numerator, share.denominator

    def most(money: Money) -> int:
        minor = _MINOR[money.exponent]
        return abs(money.units) // minor * over // under * minor

    return most


_MINOR: list[int] = [10 ** (MAX_EXPONENT - one) for one in range(MAX_EXPONENT + 1)]


def _closeness(apart: Number, most: Number) -> Fraction | None:
    if not apart:
        return EXACT
    twice = 2 * most
    return Fraction(twice - apart, twice) if apart <= most else None


def _same_month(a: dt.date, b: dt.date) -> bool:
    return a.month == b.month and a.year == b.year


def _closeness_in_month(a: dt.date, b: dt.date) -> Fraction | None:
    return _closeness(abs((a - b).days), DAYS_OF_A_MONTH) if _same_month(a, b) else None
