"""How a condition could be wider so that two values fulfil it: by as little as can be written."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tieout_contracts.money import MAX_EXPONENT
from tieout_matcher.domain.canonical import transformer
from tieout_matcher.domain.explaining.apart import similarity_of
from tieout_matcher.domain.explaining.changes import Change
from tieout_matcher.domain.explaining.judged import Met
from tieout_matcher.domain.explaining.spelling import (
    fields_of,
    names_of,
    plain,
    tolerance_text,
)
from tieout_matcher.domain.judging import Money, difference_of
from tieout_matcher.domain.rule import Leaf, Tolerance, Transform, Unit
from tieout_matcher.domain.tolerances import MAX_DAYS, MAX_PERCENT

PERCENT_STEP = Fraction(1, 100)
LEAST_LEFT = 3  # characters that transforms must leave for two texts to be called the same
LEAST_PREFIX = 6
_TRANSFORMS: tuple[tuple[Transform, ...], ...] = (
    (Transform(name="lowercase"),),
    (Transform(name="alphanumeric_only"),),
    (Transform(name="lowercase"), Transform(name="alphanumeric_only")),
    (Transform(name="digits_only"),),
)


@dataclass(frozen=True, kw_only=True)
class Wider:
    """A condition, changed, and the change; its path is still to be named."""

    leaf: Leaf
    change: Change


def wider(leaf: Leaf, met: Met, *, currency: str) -> Iterator[Wider]:
    """Yield ways to widen a condition on two values that are there, the apt one first."""
    if leaf.operand == "similar":
        yield from _less_similar(leaf, met)
    elif leaf.operand == "eq" and _measured(leaf):
        yield from _more_tolerant(leaf, met, currency)
    elif leaf.operand in ("eq", "contains"):
        yield from _transformed(leaf, met)


def added_amount(a: Money, b: Money, *, currency: str) -> Change | None:
    """Name the condition by which a rule that has none on the amount would allow a difference."""
    tolerance = _absolute(Fraction(abs(a.units - b.units), 10**MAX_EXPONENT), "dollar")
    if tolerance is None:
        return None
    said = _said(tolerance, currency, of_amounts=True)
    condition = {
        "key": "amount",
        "operand": "eq",
        "value": "amount",
        "tolerance_amount": tolerance_text(tolerance),
        "tolerance_unit": tolerance.unit,
    }
    return Change(
        kind="condition_added",
        message=f"with a condition on amount and a tolerance of {said}",
        path="$.filters",
        to=condition,
    )


def _said(tolerance: Tolerance, currency: str, *, of_amounts: bool) -> str:
    """Say a tolerance with its unit."""
    text = tolerance_text(tolerance)
    if tolerance.unit == "month":
        return "the same month"
    if tolerance.unit == "day":
        return f"{text} day" if text == "1" else f"{text} days"
    if tolerance.unit == "percent":
        return f"{text} %"
    return f"{text} {currency}" if of_amounts else text


def _measured(leaf: Leaf) -> bool:
    return leaf.compares_amounts or leaf.compares_dates or leaf.tolerance is not None


def _more_tolerant(leaf: Leaf, met: Met, currency: str) -> Iterator[Wider]:
    for tolerance in _tolerances(leaf, met):
        old = leaf.tolerance
        amounts = leaf.compares_amounts
        said = _said(tolerance, currency, of_amounts=amounts)
        instead = _said(old, currency, of_amounts=amounts) if old else None
        message = f"with a tolerance of {said}" + (f" instead of {instead}" if instead else "")
        yield Wider(
            leaf=replace(leaf, tolerance=tolerance),
            change=Change(
                kind="tolerance",
                message=message,
                from_=tolerance_text(old) if old and old.unit != "month" else None,
                to=tolerance_text(tolerance),
                unit=tolerance.unit,
                from_unit=old.unit if old and old.unit != tolerance.unit else None,
            ),
        )


def _tolerances(leaf: Leaf, met: Met) -> Iterator[Tolerance]:
    """Yield the least tolerance in the condition's own unit, then in an absolute one."""
    difference = difference_of(leaf, met.a, met.b)
    if difference is None:
        return
    found = []
    if leaf.tolerance is not None and leaf.tolerance.unit == "percent":
        found.append(_share(leaf, met))
    found.append(_absolute(difference, "day" if leaf.compares_dates else "dollar"))
    yield from (one for one in found if one is not None)


def _absolute(difference: Fraction, unit: Unit) -> Tolerance | None:
    written = Fraction(math.ceil(difference * 10**MAX_EXPONENT), 10**MAX_EXPONENT)
    if not written or (unit == "day" and written > MAX_DAYS):
        return None
    return Tolerance(amount=Decimal(plain(written)), unit=unit)


def _share(leaf: Leaf, met: Met) -> Tolerance | None:
    """Return the least percentage of side B's value, in hundredths of a percent."""
    if leaf.compares_amounts:
        minor = 10 ** (MAX_EXPONENT - met.b.exponent)
        whole = Fraction(abs(met.b.units) // minor)
        needed = Fraction(-(-abs(met.a.units - met.b.units) // minor))
    else:
        whole, needed = abs(met.b), abs(met.a - met.b)
    if not whole:
        return None
    steps = math.ceil(100 * needed / whole / PERCENT_STEP)
    percent = steps * PERCENT_STEP
    if percent > MAX_PERCENT:
        return None
    return Tolerance(amount=Decimal(plain(percent)), unit="percent")


def _less_similar(leaf: Leaf, met: Met) -> Iterator[Wider]:
    least, found = leaf.min_similarity, similarity_of(leaf, met.a, met.b)
    if found:
        yield Wider(
            leaf=replace(leaf, min_similarity=found),
            change=Change(
                kind="min_similarity",
                message=f"with a min_similarity of {found} instead of {least}",
                from_=least,
                to=found,
            ),
        )


def _transformed(leaf: Leaf, met: Met) -> Iterator[Wider]:
    for steps in (*_TRANSFORMS, *_prefix(met.a, met.b)):
        transform = transformer(steps)
        a, b = transform(met.a), transform(met.b)
        same = a == b if leaf.operand == "eq" else bool(a and b and b in a)
        if same and len(b or "") >= LEAST_LEFT:
            yield _with_transforms(leaf, steps)


def _prefix(a: str, b: str) -> Iterator[tuple[Transform, ...]]:
    """One text may be the other, cut off."""
    shorter = min(a, b, key=len)
    if len(shorter) >= LEAST_PREFIX and a.startswith(shorter) and b.startswith(shorter):
        yield (Transform(name="first_n_chars", length=len(shorter)),)


def _with_transforms(leaf: Leaf, steps: tuple[Transform, ...]) -> Wider:
    changed = replace(
        leaf,
        key_transforms=(*leaf.key_transforms, *steps),
        value_transforms=(*leaf.value_transforms, *steps),
    )
    names = " and ".join(f"{one.name}({one.length})" if one.length else one.name for one in steps)
    return Wider(
        leaf=changed,
        change=Change(
            kind="transforms",
            message=f"with the transform {names} on both sides of {fields_of(leaf)}",
            from_=_json(leaf) if leaf.key_transforms or leaf.value_transforms else None,
            to=_json(changed),
        ),
    )


def _json(leaf: Leaf) -> dict[str, list[Any]]:
    return {"key": names_of(leaf.key_transforms), "value": names_of(leaf.value_transforms)}
