"""Whether one condition holds between two records, straight from the meaning of the words.

It reads `Fields` itself: no canonical texts, no compiled plans, no keys.
"""

import datetime as dt
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from rapidfuzz.fuzz import token_set_ratio

from tieout_contracts.config_events import SignMode
from tieout_contracts.record import Fields, Side
from tieout_matcher.domain.rule import Leaf, Tolerance, Transform

_ORDERS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": eq, "neq": ne, "gt": gt, "gte": ge, "lt": lt, "lte": le,
}  # fmt: skip


def leaf_holds(leaf: Leaf, one: Fields, two: Fields, sign_mode: SignMode) -> bool:
    """Tell whether one condition holds."""
    if leaf.key == "amount":
        amounts = money(one, "A", sign_mode), money(two, "B", sign_mode)
        return _amounts_hold(leaf, *amounts, exponent_of_b=two.exponent)
    first = said(one, leaf.key, leaf.key_transforms)
    if leaf.operand in ("in", "not_in"):
        listed = _listed(two, leaf.value, leaf.value_transforms)
        return bool(first and listed) and (first in listed) is (leaf.operand == "in")
    second = said(two, leaf.value, leaf.value_transforms)
    if first is None or second is None:
        return False
    if leaf.tolerance is not None:
        return _near(leaf.tolerance, first, second)
    return _texts_hold(leaf, first, second)


def _amounts_hold(leaf: Leaf, one: Fraction, two: Fraction, exponent_of_b: int) -> bool:
    if leaf.tolerance is None:
        return _ORDERS[leaf.operand](one, two)
    most = exactly(leaf.tolerance.amount)
    if leaf.tolerance.unit == "percent":
        most = abs(two) * most / 100
        most -= most % Fraction(1, 10**exponent_of_b)
    return abs(one - two) <= most


def _near(tolerance: Tolerance, first: str, second: str) -> bool:
    if tolerance.unit in ("day", "month"):
        one, two = day_of(first), day_of(second)
        if one is None or two is None:
            return False
        if tolerance.unit == "month":
            return (one.year, one.month) == (two.year, two.month)
        return abs((one - two).days) <= tolerance.amount
    numbers = number_of(first), number_of(second)
    if numbers[0] is None or numbers[1] is None:
        return False
    most = exactly(tolerance.amount)
    if tolerance.unit == "percent":
        most = abs(numbers[1]) * most / 100
    return abs(numbers[0] - numbers[1]) <= most


def _texts_hold(leaf: Leaf, first: str, second: str) -> bool:
    match leaf.operand:
        case "eq" | "neq":
            return _ORDERS[leaf.operand](first, second)
        case "contains":
            return second in first
        case "similar":
            assert leaf.min_similarity is not None
            return token_set_ratio(first[:1000], second[:1000]) >= leaf.min_similarity
    for parse in (number_of, day_of):
        one, two = parse(first), parse(second)
        if one is not None and two is not None:
            return _ORDERS[leaf.operand](one, two)
    return False


exactly = lru_cache(maxsize=1024)(Fraction)  # of a tolerance, written as a Decimal


@lru_cache(maxsize=4096)
def day_of(text: str) -> dt.date | None:
    day = text.partition("T")[0].partition(" ")[0]
    if len(text) == 8 and text.isascii() and text.isdigit():
        day = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    if len(day) != 10 or not day.isascii():
        return None
    try:
        year, month, number = day.split("-")
        return dt.date(int(year), int(month), int(number))
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def number_of(text: str) -> Fraction | None:
    mantissa, e, exponent = text.lower().partition("e")
    whole, point, places = mantissa.lstrip("+-").partition(".")
    digits = [whole, *([places] if point else []), *([exponent.lstrip("+-")] if e else [])]
    if len(text) > 100 or not all(one.isascii() and one.isdigit() for one in digits):
        return None
    try:
        return Fraction(text)
    except ValueError:  # signs in a row
        return None


def money(fields: Fields, side: Side, sign_mode: SignMode) -> Fraction:
    """Return the amount as the sign mode counts it, in major units."""
    return _counted(fields.signed_minor, fields.exponent, side, sign_mode)


@lru_cache(maxsize=4096)
def _counted(signed_minor: int, exponent: int, side: Side, sign_mode: SignMode) -> Fraction:
    amount = Fraction(signed_minor, 10**exponent)
    if sign_mode == "absolute":
        return abs(amount)
    return -amount if sign_mode == "opposite" and side == "B" else amount


def said(fields: Fields, name: str, transforms: Sequence[Transform]) -> str | None:
    """Spell a field after its transforms; None when it is missing."""
    text = _text(_value(fields, name))
    for transform in transforms:
        text = _transformed(text, transform)
    return text or None


def _listed(fields: Fields, name: str, transforms: Sequence[Transform]) -> list[str]:
    value = _value(fields, name)
    items = value if isinstance(value, list) else _text(value).split(",")
    texts = [_text(item).strip() for item in items]
    for transform in transforms:
        texts = [_transformed(text, transform) for text in texts]
    return [text for text in texts if text]


def _value(fields: Fields, name: str) -> Any:
    if "." not in name:
        return getattr(fields, name)
    first, *path = name.split(".")
    value: Any = getattr(fields, first)
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _text(value: Any) -> str:
    """Spell a value, empty when it is missing."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, dict | list):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        plain = format(Decimal(repr(value + 0.0)), "f")  # -0.0 is 0
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _transformed(text: str, transform: Transform) -> str:
    ascii_letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    match transform.name:
        case "lowercase":
            return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).lower())
        case "uppercase":
            return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).upper())
        case "alphanumeric_only":
            return "".join(one for one in text if one in ascii_letters + "0123456789")
        case "digits_only":
            return "".join(one for one in text if one in "0123456789")
        case "first_n_chars":
            return text[: transform.length]
    raise AssertionError(f"no such transform: {transform.name}")
