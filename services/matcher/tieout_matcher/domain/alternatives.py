"""A rule's tree as its alternatives: the ways in which it can hold, each a set of conditions.

This is the tree's disjunctive form. A rule holds when all conditions of one alternative hold.
"""

from itertools import product
from math import prod

from tieout_matcher.domain.rule import Group, Leaf, RuleError

MAX_ALTERNATIVES = 64
Alternative = tuple[Leaf, ...]


def alternatives(condition: Group) -> tuple[Alternative, ...]:
    """Spell out a tree, in its own order and without repetition; raises RuleError when long."""
    return tuple(dict.fromkeys(_spelled(condition, "$.filters")))


def _spelled(node: Group | Leaf, path: str) -> list[Alternative]:
    if isinstance(node, Leaf):
        return [(node,)]
    parts = [_spelled(child, f"{path}.rules[{index}]") for index, child in enumerate(node.children)]
    ways = sum(map(len, parts)) if node.operand == "or" else prod(map(len, parts))
    if ways > MAX_ALTERNATIVES:
        raise RuleError(
            path, f"spells out to {ways} alternatives of at most {MAX_ALTERNATIVES}; make two rules"
        )
    if node.operand == "or":
        return [one for part in parts for one in part]
    return [
        tuple(dict.fromkeys(leaf for one in chosen for leaf in one)) for chosen in product(*parts)
    ]
