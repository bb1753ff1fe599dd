"""A rule's tree laid out: its conditions, where each stands, and its ways to hold."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from tieout_matcher.domain.judging import Judge
from tieout_matcher.domain.rule import Group, Leaf, Rule

Path = str  # as in `$.filters.rules[0]`
Place = int  # of a condition among those of a tree, each counted once
Standing = tuple[tuple[Place, Path], ...]


@dataclass(frozen=True, kw_only=True)
class Way:
    """One alternative of a rule: it holds when all its conditions do.

    `paths` says of each where it stands, in tree order: a tree may repeat one. Where no condition
    is about the amount, the amounts must be equal.
    """

    paths: Mapping[Place, tuple[Path, ...]]
    equal_amounts: bool


class Tree:
    """A rule with its conditions compiled; `standing` lists them in tree order with their paths."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        found = list(_placed(rule.condition, "$.filters"))
        self.leaves = tuple(dict.fromkeys(leaf for leaf, _ in found))
        self.judges = tuple(map(Judge, self.leaves))
        places = {leaf: place for place, leaf in enumerate(self.leaves)}
        self.standing: Standing = tuple((places[leaf], path) for leaf, path in found)
        by_path = {path: place for place, path in self.standing}
        self.ways = tuple(self._ways(by_path))

    def _ways(self, by_path: Mapping[Path, Place]) -> Iterator[Way]:
        known = set()
        for chosen in _spelled(self.rule.condition, "$.filters"):
            paths: dict[Place, tuple[Path, ...]] = {}
            for path in chosen:
                place = by_path[path]
                paths[place] = (*paths.get(place, ()), path)
            if tuple(paths) not in known:
                known.add(tuple(paths))
                leaves = [self.leaves[place] for place in paths]
                equal_amounts = not any(leaf.compares_amounts for leaf in leaves)
                yield Way(paths=paths, equal_amounts=equal_amounts)


def _placed(node: Group | Leaf, path: Path) -> Iterator[tuple[Leaf, Path]]:
    if isinstance(node, Leaf):
        yield node, path
        return
    for index, child in enumerate(node.children):
        yield from _placed(child, f"{path}.rules[{index}]")


def _spelled(node: Group | Leaf, path: Path) -> list[tuple[Path, ...]]:
    """Spell out which conditions, by path, make the tree hold; as `alternatives` does."""
    if isinstance(node, Leaf):
        return [(path,)]
    parts = [_spelled(child, f"{path}.rules[{index}]") for index, child in enumerate(node.children)]
    if node.operand == "or":
        return [one for part in parts for one in part]
    return [tuple(path for one in chosen for path in one) for chosen in product(*parts)]
