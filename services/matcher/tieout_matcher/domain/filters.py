"""Filters as a caller writes them, read to conditions, with the JSON path of whatever is wrong.

Source: semantics of rules (docs). What the engine does not decide yet is refused by the code
`not_supported`, never read with another meaning.
"""

from collections.abc import Mapping
from typing import Any

from tieout_matcher.domain.rule import PLAIN_FIELDS, Group, Leaf, RuleError, Transform

OPERANDS = frozenset({"eq", "neq", "gt", "gte", "lt", "lte", "contains", "in", "not_in", "similar"})
TRANSFORMS = frozenset(
    {"lowercase", "uppercase", "alphanumeric_only", "digits_only", "first_n_chars"}
)
MAX_DEPTH = 8
MAX_LEAVES = 64


def read_condition(filters: Any) -> Group:
    """Read a filter tree of groups and exact equality leaves; raises RuleError."""
    return _read_group(filters, path="$.filters", depth=1, leaves=[])


def _read_group(node: Any, *, path: str, depth: int, leaves: list[Leaf]) -> Group:
    group = _mapping(node, path)
    if depth > MAX_DEPTH:
        raise RuleError(path, f"groups nest at most {MAX_DEPTH} deep")
    for name in group:
        if name not in ("operand", "rules"):
            raise RuleError(f"{path}.{name}", "is not part of a group")
    operand: Any = group.get("operand", "and")
    if operand not in ("and", "or"):
        raise RuleError(f"{path}.operand", "is `and` or `or`")
    rules = group.get("rules")
    if not isinstance(rules, list) or not rules:
        raise RuleError(f"{path}.rules", "is a list of at least one condition or group")
    children: list[Group | Leaf] = []
    for index, child in enumerate(rules):
        child_path = f"{path}.rules[{index}]"
        if isinstance(child, Mapping) and "rules" in child:
            children.append(_read_group(child, path=child_path, depth=depth + 1, leaves=leaves))
        else:
            leaf = _read_leaf(_mapping(child, child_path), child_path)
            children.append(leaf)
            leaves.append(leaf)
        if len(leaves) > MAX_LEAVES:
            raise RuleError(path, f"a rule has at most {MAX_LEAVES} conditions")
    return Group(operand=operand, children=tuple(children))


def _read_leaf(leaf: Mapping[str, Any], path: str) -> Leaf:
    known = {"key", "operand", "value", "tolerance_amount", "tolerance_unit", "transforms"}
    for name in leaf:
        if name not in known | {"min_similarity"}:
            raise RuleError(f"{path}.{name}", "is not part of a condition")
    key, value = _field(leaf, "key", path), _field(leaf, "value", path)
    if (key == "amount") != (value == "amount"):
        raise RuleError(f"{path}.value", "amount is compared with amount only")
    _check_operand(leaf, path)
    transforms = _mapping(leaf.get("transforms") or {}, f"{path}.transforms")
    for name in transforms:
        if name not in ("key", "value"):
            raise RuleError(f"{path}.transforms.{name}", "transforms stand under key and value")
    if key == "amount" and transforms:
        raise _not_supported(f"{path}.transforms", "a transform of the amount")
    return Leaf(
        key=key,
        value=value,
        key_transforms=_read_transforms(transforms.get("key"), f"{path}.transforms.key"),
        value_transforms=_read_transforms(transforms.get("value"), f"{path}.transforms.value"),
    )


def _check_operand(leaf: Mapping[str, Any], path: str) -> None:
    operand = leaf.get("operand", "eq")
    if not isinstance(operand, str) or operand not in OPERANDS:
        raise RuleError(f"{path}.operand", f"is one of {', '.join(sorted(OPERANDS))}")
    if operand != "eq":
        if leaf.get("tolerance_amount") is not None:
            raise RuleError(f"{path}.tolerance_amount", "goes with eq only")
        raise _not_supported(f"{path}.operand", f"the operand `{operand}`")
    for name in ("tolerance_amount", "tolerance_unit", "min_similarity"):
        if leaf.get(name) is not None:
            raise _not_supported(f"{path}.{name}", "a tolerance")


def _field(leaf: Mapping[str, Any], name: str, path: str) -> str:
    field = leaf.get(name)
    if not isinstance(field, str) or not field:
        raise RuleError(f"{path}.{name}", "names a field")
    if field in PLAIN_FIELDS:
        return field
    prefix, _, rest = field.partition(".")
    if prefix == "metadata" and rest and all(rest.split(".")):
        return field
    known = ", ".join(sorted(PLAIN_FIELDS))
    raise RuleError(
        f"{path}.{name}", f"{field[:60]!r} is no field; known: {known}, metadata.<path>"
    )


def _read_transforms(given: Any, path: str) -> tuple[Transform, ...]:
    """Read a transform's name, its object or a list of these, applied left to right."""
    if given is None:
        return ()
    items = given if isinstance(given, list) else [given]
    return tuple(
        _read_transform(one, f"{path}[{index}]" if isinstance(given, list) else path)
        for index, one in enumerate(items)
    )


def _read_transform(given: Any, path: str) -> Transform:
    described = {"name": given} if isinstance(given, str) else _mapping(given, path)
    name = described.get("name")
    if not isinstance(name, str) or name not in TRANSFORMS:
        raise RuleError(path, f"is one of {', '.join(sorted(TRANSFORMS))}")
    if name != "first_n_chars":
        return Transform(name=name)
    length = _mapping(described.get("args") or {}, f"{path}.args").get("n")
    if not isinstance(length, int) or isinstance(length, bool) or length < 1:
        raise RuleError(f"{path}.args.n", "is a whole number of at least 1")
    return Transform(name=name, length=length)


def _mapping(value: Any, path: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise RuleError(path, "is an object")
    return value


def _not_supported(path: str, what: str) -> RuleError:
    return RuleError(path, f"{what} cannot be decided by this version", code="not_supported")
