"""Sets of both sides that tie: the exact search behind rules of many to many. Integers only.

Half of the kinds is spelled out, then the other half; sums that cancel out are found by order.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod


@dataclass(frozen=True, kw_only=True)
class Kind:
    """Entries that are alike: bits `first_bit` onwards, of which the first ones are taken first.

    `units` is the amount of one of them, of side B with the opposite sign.
    """

    units: int
    first_bit: int
    count: int

    def bits(self, taken: int) -> int:
        return ((1 << taken) - 1) << self.first_bit

    def taken(self, chosen: int) -> int:
        """Count how many of its entries a set holds."""
        return (chosen & self.bits(self.count)).bit_count()


class BudgetExhaustedError(Exception):
    """More steps than allowed; the same entries always come to it."""


def smallest_sets(
    kinds: Sequence[Kind],
    *,
    reach: int | None,
    score_of: Callable[[int], int | None],
    budget_steps: int,
) -> dict[int, int]:
    """Return the sets (as bits) that stand, the smaller first, and their scores.

    A set ties when it has a score; only those are asked about whose units add up to at most
    `reach` from 0 (any, without a reach). It stands unless a smaller set that stands lies in it
    and is as near to 0, or leaves a rest that ties. A step is a set looked at or compared with a
    smaller one. Raises BudgetExhaustedError.
    """
    steps = 0
    nearness: dict[int, int] = {}
    found: dict[int, int] = {}
    for units, chosen in sorted(_near_zero(kinds, reach, budget_steps), key=_smaller_first):
        steps += 1 + len(found)
        if steps > budget_steps:
            raise BudgetExhaustedError
        inner = [one for one in found if one & chosen == one]
        if any(nearness[one] <= units or score_of(chosen ^ one) is not None for one in inner):
            continue
        score = score_of(chosen)
        if score is not None:
            nearness[chosen], found[chosen] = units, score
    return found


def _near_zero(kinds: Sequence[Kind], reach: int | None, most: int) -> list[tuple[int, int]]:
    """Return (distance from 0, bits) of the sets that are near enough."""
    one_half, other_half = map(_sums, _halves(kinds))
    other_half.sort()
    sums = [units for units, _ in other_half]
    found: list[tuple[int, int]] = []
    for units, chosen in one_half:
        low = 0 if reach is None else bisect_left(sums, -units - reach)
        high = len(sums) if reach is None else bisect_right(sums, -units + reach)
        if len(found) + high - low > most:
            raise BudgetExhaustedError
        found += [(abs(units + more), chosen | other) for more, other in other_half[low:high]]
    return found


def _halves(kinds: Sequence[Kind]) -> tuple[list[Kind], list[Kind]]:
    """Part kinds so that both halves have about as many sets."""
    halves: tuple[list[Kind], list[Kind]] = ([], [])
    for kind in kinds:
        min(halves, key=lambda half: prod(one.count + 1 for one in half)).append(kind)
    return halves


def _sums(kinds: Sequence[Kind]) -> list[tuple[int, int]]:
    """Return (units, bits) of every set; of entries that are alike the first ones are taken."""
    sums = [(0, 0)]
    for kind in kinds:
        sums = [
            (units + taken * kind.units, chosen | kind.bits(taken))
            for units, chosen in sums
            for taken in range(kind.count + 1)
        ]
    return sums


def _smaller_first(sums: tuple[int, int]) -> tuple[int, int]:
    _, chosen = sums
    return chosen.bit_count(), chosen
