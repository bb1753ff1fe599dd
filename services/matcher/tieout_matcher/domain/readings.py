"""What a condition reads of an entry: one value, of the type it is compared as.

- the amount: Money, counted by the sign mode, exact at any exponent;
- a calendar day where dates are compared, an exact number where numbers are;
- a canonical text after the transforms otherwise, with its number and day beside it where the
  condition asks for an order, and for `in` and `not_in` a set of texts on side B.
What cannot be read so is missing, and so is an empty text.
"""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple, Self

from tieout_contracts.money import MAX_EXPONENT
from tieout_contracts.record import Side
from tieout_matcher.domain.canonical import path_getter, text_of, transformer
from tieout_matcher.domain.facts import Facts, at_exponent
from tieout_matcher.domain.rule import Leaf, Transform

MAX_NUMBER_CHARACTERS = 100
MAX_SIMILAR_CHARACTERS = 1000
Value = Any  # Money, dt.date, Fraction, str (an Ordinal among them) or a frozenset of str
Reader = Callable[[Facts], Value | None]
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?", re.ASCII)
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})([T ].*)?|[0-9]{8}", re.ASCII | re.DOTALL)


class Money(NamedTuple):
    """A counted amount: `units` of 10^-18, so that all exponents compare as integers."""

    units: int
    exponent: int


class Ordinal(str):
    """A text with the number and the day that it spells, if any: read once, compared often."""

    __slots__ = ("day", "number")
    number: Fraction | None
    day: dt.date | None

    def __new__(cls, text: str) -> Self:
        made = super().__new__(cls, text)
        made.number, made.day = number_of(text), date_of(text)
        return made


def reader(leaf: Leaf, side: Side) -> Reader:
    """Make the reader of a condition's field on a side."""
    if leaf.compares_amounts:
        return money_of
    field = leaf.key if side == "A" else leaf.value
    transforms = leaf.key_transforms if side == "A" else leaf.value_transforms
    if leaf.operand in ("in", "not_in") and side == "B":
        return _list_reader(field, transforms)
    read = _text_reader(field, transforms)
    parse = _parser(leaf)
    if parse is None:
        return read

    def parsed(facts: Facts) -> Value | None:
        text = read(facts)
        return None if text is None else parse(text)

    return parsed


def money_of(facts: Facts) -> Money:
    """Return the counted amount."""
    return Money(at_exponent(facts, MAX_EXPONENT), facts.exponent)


def date_of(text: str) -> dt.date | None:
    """Read YYYY-MM-DD, YYYYMMDD or the day of a date-time as written; None when it is none."""
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    try:
        return dt.date.fromisoformat(found[1] or text)
    except ValueError:  # no such day in the calendar
        return None


def number_of(text: str) -> Fraction | None:
    """Read a plain number exactly; None when it is none, or longer than anybody writes."""
    if len(text) > MAX_NUMBER_CHARACTERS or not _NUMBER.fullmatch(text):
        return None
    return Fraction(Decimal(text))


def _parser(leaf: Leaf) -> Callable[[str], Value | None] | None:
    """Choose how a text becomes the value that is compared; None: it stays a text."""
    if leaf.compares_dates:
        return date_of
    if leaf.tolerance is not None:
        return number_of
    if leaf.operand in ("gt", "gte", "lt", "lte"):
        return Ordinal
    if leaf.operand == "similar":
        return lambda text: text[:MAX_SIMILAR_CHARACTERS]
    return None


def _text_reader(field: str, transforms: tuple[Transform, ...]) -> Callable[[Facts], str | None]:
    follow = _follow(field)
    if not transforms:
        return lambda facts: text_of(follow(facts))
    transform = transformer(transforms)

    def read(facts: Facts) -> str | None:
        text = text_of(follow(facts))
        return None if text is None else transform(text)

    return read


def _list_reader(field: str, transforms: tuple[Transform, ...]) -> Reader:
    """Read a JSON list or a list with commas; a list of nothing is missing."""
    follow = _follow(field)
    transform = transformer(transforms)

    def read(facts: Facts) -> frozenset[str] | None:
        given = follow(facts)
        items = given if isinstance(given, list) else (text_of(given) or "").split(",")
        texts = [transform((text_of(one) or "").strip()) for one in items]
        return frozenset(text for text in texts if text) or None

    return read


def _follow(field: str) -> Callable[[Facts], Any]:
    name, _, path = field.partition(".")
    if not path:
        return lambda facts: facts.said.get(name)
    inner = path_getter(path)
    return lambda facts: inner(facts.said.get("metadata") or {})
