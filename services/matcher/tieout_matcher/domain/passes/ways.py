"""A one-to-one rule's ways to hold, compiled: where each finds its pairs and how close they are."""

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

from tieout_matcher.domain.alternatives import Alternative, alternatives
from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.judging import EXACT, Judge, judge_of, weight_of
from tieout_matcher.domain.passes.keys import Blocking, pair_blockings
from tieout_matcher.domain.rule import Rule

MAX_BLOCK_PAIRS = 250_000  # what one key may give; more is left, and said
Values = tuple[Any, ...]


class Way:
    """One alternative of a rule.

    Equalities are settled by the position that both entries of a pair share; the other conditions
    are judged between values that are read once an entry.
    """

    def __init__(self, alternative: Alternative, blocking: Blocking) -> None:
        self.position = blocking.position
        self._judges = tuple(judge_of(leaf) for leaf in alternative if not leaf.exact)
        self._weight = sum(map(weight_of, alternative))
        self._dated = [place for place, one in enumerate(self._judges) if one.leaf.compares_dates]
        self._days_settled = any(leaf.exact and leaf.compares_dates for leaf in alternative)

    def values(self, facts: Facts) -> Values | None:
        """Read what is judged; None when a value is missing: no pair then holds."""
        of_a = facts.side == "A"
        values = []
        for judge in self._judges:
            value = judge.read_a(facts) if of_a else judge.read_b(facts)
            if value is None:
                return None
            values.append(value)
        return tuple(values)

    def holds(self, a: Values, b: Values) -> bool:
        """Tell whether every condition holds between two entries whose positions are near."""
        return all(map(Judge.holds, self._judges, a, b))

    def closeness(self, a: Values, b: Values) -> Fraction | None:
        """Return the weighted mean of all conditions: 1 has no difference, None does not hold."""
        lost, of = 0, 1  # a fraction, not yet reduced
        for judge, one, other in zip(self._judges, a, b, strict=True):
            closeness = judge.closeness(one, other)
            if closeness is None:
                return None
            if closeness is not EXACT:
                short = judge.weight * (closeness.denominator - closeness.numerator)
                lost, of = lost * closeness.denominator + short * of, of * closeness.denominator
        return Fraction(self._weight * of - lost, self._weight * of) if lost else EXACT

    def days(self, a: Values, b: Values) -> int | None:
        """Return the greatest distance in days by the conditions on dates; None without one."""
        apart = [abs((a[place] - b[place]).days) for place in self._dated]
        if self._days_settled:
            apart.append(0)
        return max(apart, default=None)


@lru_cache(maxsize=256)
def ways_of(rule: Rule) -> Sequence[Way]:
    """Compile a one-to-one rule; kept, as a search asks again at each of its steps."""
    blockings = pair_blockings(rule)
    return tuple(
        Way(way, blocking)
        for way, blocking in zip(alternatives(rule.condition), blockings, strict=True)
    )
