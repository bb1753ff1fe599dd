"""Where a candidate stands by a rule: which conditions hold. Cheap, for it is asked of hundreds."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tieout_matcher.domain.explaining.tree import Tree, Way
from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.judging import Judge, money_of
from tieout_matcher.domain.rule import CODE_FIELDS, Leaf

_TELLING = frozenset({"eq", "contains", "in", "similar"})


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Which conditions hold, by place, and what every rule implies."""

    tree: Tree
    holds: tuple[bool, ...]
    one_currency: bool
    equal_amounts: bool

    def failing(self, way: Way) -> int:
        """Count the conditions of a way that do not hold, those implied too."""
        amounts = way.equal_amounts and not self.equal_amounts
        fail = sum(1 for place in way.paths if not self.holds[place])
        return fail + amounts + (not self.one_currency)

    def something_holds(self, way: Way) -> bool:
        """Tell whether a condition holds that tells movements apart."""
        if way.equal_amounts and self.equal_amounts:
            return True
        return any(self.holds[place] and _telling(self.tree.leaves[place]) for place in way.paths)

    @property
    def fulfils_equalities(self) -> bool:
        """Tell whether all equalities of one of the ways hold: what the rule looks up."""
        return self.one_currency and any(
            (self.equal_amounts or not way.equal_amounts)
            and all(self.holds[one] for one in way.paths if self.tree.leaves[one].exact)
            for way in self.tree.ways
        )


class Stand:
    """Compares an entry with candidates by one rule; what the entry says is read once."""

    def __init__(self, tree: Tree, entry: Facts) -> None:
        self._tree = tree
        self._entry = entry
        self._units = money_of(entry).units
        of_a = entry.side == "A"
        self._tests = [_test(judge, entry, of_a=of_a) for judge in tree.judges]

    def of(self, other: Facts) -> Standing:
        return Standing(
            tree=self._tree,
            holds=tuple([test(other) for test in self._tests]),
            one_currency=other.currency == self._entry.currency,
            equal_amounts=money_of(other).units == self._units,
        )


def _test(judge: Judge, entry: Facts, *, of_a: bool) -> Callable[[Facts], bool]:
    own: Any = judge.read_a(entry) if of_a else judge.read_b(entry)
    if own is None:
        return lambda _: False
    read, holds = (judge.read_b, judge.holds) if of_a else (judge.read_a, judge.holds)

    def test(other: Facts) -> bool:
        value = read(other)
        return value is not None and (holds(own, value) if of_a else holds(value, own))

    return test


def _telling(leaf: Leaf) -> bool:
    return leaf.operand in _TELLING and leaf.key not in CODE_FIELDS
