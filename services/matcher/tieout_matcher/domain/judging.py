"""One condition between two entries: what it reads of each, whether it holds, and how close it is.

A missing value on either side makes every condition false. What is read as which type is said in
`readings.py`, how two values compare in `comparing.py`.
"""

from fractions import Fraction
from functools import lru_cache

from tieout_contracts.money import MAX_EXPONENT
from tieout_matcher.domain.comparing import EXACT, comparison_of
from tieout_matcher.domain.readings import Money, Value, date_of, money_of, number_of, reader
from tieout_matcher.domain.rule import Leaf

__all__ = [
    "EXACT", "Judge", "Money", "Value", "date_of", "difference_of", "judge_of", "money_of",
    "number_of", "weight_of",
]  # fmt: skip


class Judge:
    """A compiled condition. `read_a` and `read_b` are asked once an entry, the rest once a pair.

    A reader answers None for a missing value; values of None are never given to the rest.
    """

    def __init__(self, leaf: Leaf) -> None:
        self.leaf = leaf
        self.weight = weight_of(leaf)
        self.read_a = reader(leaf, "A")
        self.read_b = reader(leaf, "B")
        self._holds, self.closeness = comparison_of(leaf)

    def holds(self, a: Value, b: Value) -> bool:
        """Tell whether the condition holds between two values that are there."""
        return self._holds(a, b)


@lru_cache(maxsize=1024)
def judge_of(leaf: Leaf) -> Judge:
    """Compile a condition once for all rules that have it.

    For what is compared, not for what is shown: conditions are equal whose tolerances are spelled
    differently (`1` and `1.0`).
    """
    return Judge(leaf)


def weight_of(leaf: Leaf) -> int:
    """Weight of a condition in a score: amount 4, dates 2, others 3."""
    if leaf.compares_amounts:
        return 4
    return 2 if leaf.compares_dates else 3


def difference_of(leaf: Leaf, a: Value, b: Value) -> Fraction | None:
    """How far apart two values are: days, major units or plain numbers; None has no measure."""
    if leaf.compares_amounts:
        return Fraction(abs(a.units - b.units), 10**MAX_EXPONENT)
    if leaf.compares_dates:
        return Fraction(abs((a - b).days))
    return abs(a - b) if leaf.tolerance is not None else None
