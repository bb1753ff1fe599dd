"""Filters as a caller writes them, read to conditions, with the JSON path of whatever is wrong.

Source: semantics of rules (docs). What has no clear meaning is refused, never read with another.
"""

from collections.abc import Mapping
from typing import Any

from tieout_matcher.domain.alternatives import alternatives
from tieout_matcher.domain.conditions import read_leaf
from tieout_matcher.domain.rule import Group, Leaf, RuleError

MAX_DEPTH = 8
MAX_LEAVES = 64
Placed = tuple[Leaf, str]  # a condition and its JSON path


def read_condition(filters: Any) -> Group:
    """Read a filter tree of groups and conditions; raises RuleError."""
    placed: list[Placed] = []
    condition = _read_group(filters, path="$.filters", depth=1, placed=placed)
    _check_similar(condition, dict(reversed(placed)))
    return condition


def _read_group(node: Any, *, path: str, depth: int, placed: list[Placed]) -> Group:
    if not isinstance(node, Mapping):
        raise RuleError(path, "is an object")
    if depth > MAX_DEPTH:
        raise RuleError(path, f"groups nest at most {MAX_DEPTH} deep")
    for name in node:
        if name not in ("operand", "rules"):
            raise RuleError(f"{path}.{name}", "is not part of a group")
    operand: Any = node.get("operand", "and")
    if operand not in ("and", "or"):
        raise RuleError(f"{path}.operand", "is `and` or `or`")
    rules = node.get("rules")
    if not isinstance(rules, list) or not rules:
        raise RuleError(f"{path}.rules", "is a list of at least one condition or group")
    children: list[Group | Leaf] = []
    for index, child in enumerate(rules):
        child_path = f"{path}.rules[{index}]"
        if isinstance(child, Mapping) and "rules" in child:
            children.append(_read_group(child, path=child_path, depth=depth + 1, placed=placed))
        else:
            leaf = read_leaf(child, child_path)
            children.append(leaf)
            placed.append((leaf, child_path))
        if len(placed) > MAX_LEAVES:
            raise RuleError(path, f"a rule has at most {MAX_LEAVES} conditions")
    return Group(operand=operand, children=tuple(children))


def _check_similar(condition: Group, places: Mapping[Leaf, str]) -> None:
    """Refuse a similar text that stands alone: each way to hold needs a condition with a key."""
    if not any(leaf.operand == "similar" for leaf in places):
        return
    for way in alternatives(condition):
        similar = next((leaf for leaf in way if leaf.operand == "similar"), None)
        if similar is not None and not any(leaf.makes_key for leaf in way):
            raise RuleError(
                f"{places[similar]}.operand",
                "`similar` needs a condition beside it by which candidates are found: an equality "
                "(of more than currency or direction), or a tolerance in dollar or day",
            )
