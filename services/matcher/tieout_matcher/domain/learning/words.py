"""Conditions in words, as a person would say them. Pure."""

from collections.abc import Sequence

from tieout_matcher.domain.rule import Leaf, Transform

_UNITS = {"dollar": "", "percent": " percent", "day": " days", "month": " month"}


def in_words(leaves: Sequence[Leaf]) -> str:
    """Say conditions as a person would."""
    return ", ".join(map(_said, leaves))


def _said(leaf: Leaf) -> str:
    names = [_field(leaf.key, leaf.key_transforms), _field(leaf.value, leaf.value_transforms)]
    what = names[0] if names[0] == names[1] else " and ".join(names)
    if leaf.operand == "contains":
        return f"{names[0]} contains {names[1]}"
    if leaf.tolerance is None:
        return f"equal {what}"
    amount = format(leaf.tolerance.amount, "f")
    return f"{what} at most {amount}{_UNITS[leaf.tolerance.unit]} apart"


def _field(name: str, transforms: Sequence[Transform]) -> str:
    steps = [
        f"first {one.length} characters" if one.length else one.name.replace("_", " ")
        for one in transforms
    ]
    return f"{name} ({', '.join(steps)})" if steps else name
