"""Deciding one by one, straight from the meaning of the words; slow and without the engine.

It reads leaves on `Fields` itself: no canonical texts, no compiled plans, no keys.
"""

import datetime as dt
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tieout_contracts.config_events import SignMode
from tieout_contracts.record import Fields, Side
from tieout_matcher.domain.rule import Group, Leaf, Rule, Transform


@dataclass(frozen=True, kw_only=True)
class Arriving:
    """One item of a log; its place in the log is its entry number."""

    record_id: int
    side: Side
    fields: Fields


def decide_one_by_one(
    *,
    log: Sequence[Arriving],
    rules: Sequence[Rule],
    sign_mode: SignMode,
    blocks: Collection[tuple[int, int]] = (),
) -> list[tuple[int, int, int] | None]:
    """For each arrival (record of A, record of B, rule's place), or None when it stays open."""
    running = sorted(
        (rule for rule in rules if rule.status == "active"),
        key=lambda rule: (rule.priority, rule.rule_id),
    )
    waiting: list[Arriving] = []
    outcomes: list[tuple[int, int, int] | None] = []
    for arriving in log:
        found = _first(arriving, waiting, running, sign_mode, blocks)
        if found is None:
            waiting.append(arriving)
            outcomes.append(None)
        else:
            other, place = found
            waiting.remove(other)
            one, two = _sorted(arriving, other)
            outcomes.append((one.record_id, two.record_id, place))
    return outcomes


def _first(
    arriving: Arriving,
    waiting: Sequence[Arriving],
    rules: Sequence[Rule],
    sign_mode: SignMode,
    blocks: Collection[tuple[int, int]],
) -> tuple[Arriving, int] | None:
    for place, rule in enumerate(rules):
        for other in waiting:
            if other.side == arriving.side:
                continue
            one, two = _sorted(arriving, other)
            blocked = (one.record_id, two.record_id) in blocks
            if not blocked and _holds(rule, one.fields, two.fields, sign_mode):
                return other, place
    return None


def _sorted(one: Arriving, two: Arriving) -> tuple[Arriving, Arriving]:
    return (one, two) if one.side == "A" else (two, one)


def _holds(rule: Rule, one: Fields, two: Fields, sign_mode: SignMode) -> bool:
    if one.currency != two.currency or _money(one, "A", sign_mode) != _money(two, "B", sign_mode):
        return False
    return _true(rule.condition, one, two)


def _true(node: Group | Leaf, one: Fields, two: Fields) -> bool:
    if isinstance(node, Group):
        children = [_true(child, one, two) for child in node.children]
        return any(children) if node.operand == "or" else all(children)
    if node.key == "amount":
        return True  # compared as money above
    return _equal(
        _said(one, node.key, node.key_transforms), _said(two, node.value, node.value_transforms)
    )


def _equal(one: str | None, two: str | None) -> bool:
    return one is not None and one == two


def _money(fields: Fields, side: Side, sign_mode: SignMode) -> Fraction:
    amount = Fraction(fields.signed_minor, 10**fields.exponent)
    if sign_mode == "absolute":
        return abs(amount)
    return -amount if sign_mode == "opposite" and side == "B" else amount


def _said(fields: Fields, name: str, transforms: Sequence[Transform]) -> str | None:
    first, *path = name.split(".")
    value: Any = getattr(fields, first)
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    if value is None or isinstance(value, dict | list):
        return None
    text = value.isoformat() if isinstance(value, dt.date) else str(value)
    for transform in transforms:
        text = _transformed(text, transform)
    return text or None


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
