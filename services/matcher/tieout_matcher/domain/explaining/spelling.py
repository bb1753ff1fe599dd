"""Values as people read them: amounts as decimals, fields as texts before and after transforms."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from tieout_contracts.money import MAX_EXPONENT, decimal_from_minor
from tieout_matcher.domain.canonical import path_getter, text_of, transformer
from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.judging import Money
from tieout_matcher.domain.rule import Leaf, Tolerance, Transform

MAX_SHOWN_CHARACTERS = 1000


def said_of(facts: Facts, field: str) -> Any:
    """Return what an entry says in a field, as JSON; None when it says nothing."""
    name, _, path = field.partition(".")
    if not path:
        return facts.said.get(name)
    return path_getter(path)(facts.said.get("metadata") or {})


def before(facts: Facts, field: str) -> str | None:
    """Spell a field as the record says it; a list with commas."""
    if field == "amount":
        return own_amount(facts)
    said = said_of(facts, field)
    if isinstance(said, list):
        return ",".join(text_of(one) or "" for one in said) or None
    return text_of(said)


def after(facts: Facts, leaf: Leaf) -> str | None:
    """Spell what a condition compares of an entry: its field, after the transforms."""
    of_a = facts.side == "A"
    said = said_of(facts, leaf.key if of_a else leaf.value)
    transform = transformer(leaf.key_transforms if of_a else leaf.value_transforms)
    if not of_a and leaf.operand in ("in", "not_in"):
        items = said if isinstance(said, list) else (text_of(said) or "").split(",")
        texts = [transform((text_of(one) or "").strip()) for one in items]
        return ",".join(one for one in texts if one) or None
    text = text_of(said)
    return None if text is None else transform(text)


def own_amount(facts: Facts) -> str:
    """Spell the entry's own amount, negative for a debit; of one partly matched what is left."""
    digits = decimal_from_minor(abs(facts.amount), exponent=facts.exponent)
    return digits if facts.said["direction"] == "credit" or not facts.amount else f"-{digits}"


def decimal_of(money: Money) -> str:
    """Spell a counted amount."""
    minor = money.units // 10 ** (MAX_EXPONENT - money.exponent)
    return decimal_from_minor(minor, exponent=money.exponent)


def plain(number: Fraction, *, places: int | None = None) -> str:
    """Spell an exact number; with so many places at most, rounded down where it has more."""
    limit = MAX_EXPONENT if places is None else places
    text = decimal_from_minor(int(number * 10**limit), exponent=limit)
    return text.rstrip("0").rstrip(".") if "." in text else text


def difference_text(units: int, *, exponent: int) -> str:
    """Spell a difference of amounts with the places of the finer one."""
    return decimal_from_minor(abs(units) // 10 ** (MAX_EXPONENT - exponent), exponent=exponent)


def tolerance_text(tolerance: Tolerance) -> str:
    return format(tolerance.amount, "f")


def names_of(transforms: Sequence[Transform]) -> list[Any]:
    """Write transforms as a rule's JSON has them."""
    return [
        {"name": one.name, "args": {"n": one.length}} if one.name == "first_n_chars" else one.name
        for one in transforms
    ]


def fields_of(leaf: Leaf) -> str:
    """Name what a condition compares: one field, or that of side A with that of side B."""
    return f"`{leaf.key}`" if leaf.key == leaf.value else f"`{leaf.key}` and `{leaf.value}`"


def cut(text: str | None) -> str | None:
    """Keep an answer small, whatever a record says."""
    if text is None or len(text) <= MAX_SHOWN_CHARACTERS:
        return text
    return text[:MAX_SHOWN_CHARACTERS] + "…"
