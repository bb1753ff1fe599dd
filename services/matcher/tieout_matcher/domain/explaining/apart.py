"""How far two values are from what a condition asks: the measure by which near misses are ordered.

From 0 to 1, relative to the values, so that an amount, a date and a text can be compared.
"""

import math
from fractions import Fraction
from typing import Any

from rapidfuzz.distance import Levenshtein
from rapidfuzz.fuzz import token_set_ratio

from tieout_matcher.domain.explaining.judged import Judged
from tieout_matcher.domain.explaining.tree import Place, Way
from tieout_matcher.domain.judging import Money, difference_of, number_of
from tieout_matcher.domain.rule import Leaf

WHOLE = Fraction(1)  # nothing in common, or nothing to compare
HALF_DAYS = 30  # so many days apart is as far as half of an amount
MAX_CHARACTERS = 1000


def apart(judged: Judged, way: Way) -> Fraction:
    """Add up how far the failing conditions of a way are from holding, those implied too."""
    total = sum((_of_condition(judged, place) for place in judged.failing(way)), Fraction(0))
    if way.equal_amounts:
        total += amounts_apart(*judged.sums)
    return total if judged.one_currency else total + WHOLE


def amounts_apart(a: Money, b: Money) -> Fraction:
    """Relate the difference of two amounts to the larger one."""
    larger = max(abs(a.units), abs(b.units))
    return min(Fraction(abs(a.units - b.units), larger), WHOLE) if larger else Fraction(0)


def similarity_of(leaf: Leaf, a: Any, b: Any) -> int | None:
    """Return how similar two texts are, in whole percent, where a condition asks for that."""
    if leaf.operand != "similar" or a is None or b is None:
        return None
    return math.floor(token_set_ratio(a, b))


def _of_condition(judged: Judged, place: Place) -> Fraction:
    leaf, met = judged.tree.leaves[place], judged.met[place]
    if met.a is None or met.b is None or leaf.operand in ("neq", "not_in"):
        return WHOLE
    if leaf.compares_amounts:
        return amounts_apart(met.a, met.b)
    if leaf.compares_dates:
        days = difference_of(leaf, met.a, met.b) or Fraction(0)
        return days / (days + HALF_DAYS)
    return _of_texts(leaf, met.a, met.b)


def _of_texts(leaf: Leaf, a: Any, b: Any) -> Fraction:
    if leaf.operand == "similar":
        least = leaf.min_similarity or 1
        return Fraction(least - (similarity_of(leaf, a, b) or 0), least)
    if leaf.operand == "in":
        return min((_texts_apart(a, one) for one in b), default=WHOLE)
    return _numbers_or_texts_apart(leaf, a, b)


def _numbers_or_texts_apart(leaf: Leaf, a: Any, b: Any) -> Fraction:
    if leaf.tolerance is None and leaf.operand in ("eq", "contains"):
        return _texts_apart(a, b)
    first, second = (one if isinstance(one, Fraction) else number_of(one) for one in (a, b))
    if first is None or second is None:
        return WHOLE
    larger = max(abs(first), abs(second))
    return min(abs(first - second) / larger, WHOLE) if larger else Fraction(0)


def _texts_apart(a: str, b: str) -> Fraction:
    first, second = a[:MAX_CHARACTERS], b[:MAX_CHARACTERS]
    steps = Levenshtein.distance(first, second)
    return Fraction(steps, max(len(first), len(second), 1))
