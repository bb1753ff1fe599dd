"""One condition as a caller writes it, read to a Leaf: fields, operand, transforms.

Which operands fit which fields: `amount` is compared as money with `amount` only; `currency` and
`direction` are codes, which have no order and no distance; everything else compares with anything.
"""

from collections.abc import Mapping
from typing import Any

from tieout_matcher.domain.rule import (
    CODE_FIELDS,
    DATE_FIELDS,
    PLAIN_FIELDS,
    Leaf,
    RuleError,
)
from tieout_matcher.domain.tolerances import read_tolerance
from tieout_matcher.domain.transforms import read_transforms
from tieout_matcher.domain.whole_numbers import is_whole

OPERANDS = frozenset({"eq", "neq", "gt", "gte", "lt", "lte", "contains", "in", "not_in", "similar"})
MAX_SIMILARITY = 100
_KNOWN = frozenset(
    {
        "key", "operand", "value", "tolerance_amount", "tolerance_unit", "min_similarity",
        "transforms",
    }
)  # fmt: skip
_OF_TEXTS = frozenset({"contains", "in", "not_in", "similar"})
_OF_ORDER = frozenset({"gt", "gte", "lt", "lte"})


def read_leaf(given: Any, path: str) -> Leaf:
    """Read a condition; raises RuleError with the JSON path and the remedy."""
    if not isinstance(given, Mapping):
        raise RuleError(path, "is an object")
    for name in given:
        if name not in _KNOWN:
            raise RuleError(f"{path}.{name}", "is not part of a condition")
    key, value = (read_field(given.get(name), f"{path}.{name}") for name in ("key", "value"))
    if (key == "amount") != (value == "amount"):
        raise RuleError(f"{path}.value", "amount is compared with amount only")
    operand: Any = given.get("operand", "eq")
    if not isinstance(operand, str) or operand not in OPERANDS:
        raise RuleError(f"{path}.operand", f"is one of {', '.join(sorted(OPERANDS))}")
    _check_operand(operand, {key, value}, path)
    transforms = read_transforms(given.get("transforms"), f"{path}.transforms")
    if key == "amount" and any(transforms):
        raise RuleError(
            f"{path}.transforms",
            "amounts are compared as money, exactly, and take no transforms; use a tolerance, or a "
            "reconciliation of sign_mode absolute to leave signs out of account",
        )
    return Leaf(
        key=key,
        value=value,
        operand=operand,  # type: ignore[arg-type]  # it is one of OPERANDS
        tolerance=read_tolerance(given, operand=operand, fields={key, value}, path=path),
        min_similarity=_min_similarity(given.get("min_similarity"), operand, path),
        key_transforms=transforms[0],
        value_transforms=transforms[1],
    )


def read_field(given: Any, path: str) -> str:
    """Read the name of a field that rules may compare; raises RuleError."""
    if not isinstance(given, str) or not given:
        raise RuleError(path, "names a field")
    if given in PLAIN_FIELDS:
        return given
    prefix, _, rest = given.partition(".")
    if prefix == "metadata" and rest and all(rest.split(".")):
        return given
    known = ", ".join(sorted(PLAIN_FIELDS))
    raise RuleError(path, f"{given[:60]!r} is no field; known: {known}, metadata.<path>")


def _check_operand(operand: str, fields: set[str], path: str) -> None:
    if operand in _OF_TEXTS and "amount" in fields:
        raise RuleError(
            f"{path}.operand",
            f"`{operand}` compares texts; amounts take eq, neq, gt, gte, lt or lte",
        )
    codes = fields & CODE_FIELDS
    if operand in _OF_ORDER and codes:
        raise RuleError(
            f"{path}.operand",
            f"{min(codes)} is a code and has no order; use eq, neq, contains, in or not_in",
        )
    plain = fields & (CODE_FIELDS | DATE_FIELDS)
    if operand == "similar" and plain:
        raise RuleError(
            f"{path}.operand",
            f"`similar` compares words, and {min(plain)} has none; use eq, for dates with a "
            "tolerance",
        )


def _min_similarity(given: Any, operand: str, path: str) -> int | None:
    if operand != "similar":
        if given is not None:
            raise RuleError(f"{path}.min_similarity", "goes with similar only")
        return None
    if not is_whole(given, 1, MAX_SIMILARITY):
        raise RuleError(
            f"{path}.min_similarity",
            f"is needed with similar: a whole number from 1 to {MAX_SIMILARITY}",
        )
    return given
