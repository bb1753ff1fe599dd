"""Whether pairs that rules make are right: held against accepted matches. Pure.

All is counted in pairs: a record of side A with one of side B in the same match; a match of 30
records with one has 30. The truth are the pairs of accepted matches, whoever made them. A pair
that rules make is
- right: it is in the truth;
- wrong: one of the two is matched with something else in the truth, or a person took apart the
  very match that the rules make;
- unjudged: neither is matched with anything, and nobody took the match apart.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from tieout_matcher.domain.backtesting.past import Past
from tieout_matcher.domain.backtesting.replay import Made

Judgement = Literal["right", "wrong", "unjudged"]
Pair = tuple[int, int]  # record of side A, of side B


@dataclass(frozen=True, kw_only=True)
class Tally:
    """Pairs by judgement."""

    right: int = 0
    wrong: int = 0
    unjudged: int = 0

    @property
    def precision(self) -> Fraction | None:
        """The share of right ones among those that were judged; None: none was."""
        judged = self.right + self.wrong
        return Fraction(self.right, judged) if judged else None


class Truth:
    """What accepted matches and blocks say of a pair; `pairs` counts those of the matches."""

    def __init__(self, past: Past) -> None:
        self.pairs = sum(len(one.side_a) * len(one.side_b) for one in past.matches)
        self._matches_of: defaultdict[int, set[int]] = defaultdict(set)
        for one in past.matches:
            for record in (*one.side_a, *one.side_b):
                self._matches_of[record].add(one.match_id)
        self._apart = past.apart

    def is_apart(self, one: Made) -> bool:
        return (tuple(sorted(one.side_a)), tuple(sorted(one.side_b))) in self._apart

    def judgement(self, pair: Pair, *, apart: bool) -> Judgement:
        of_a, of_b = (self._matches_of.get(record, set()) for record in pair)
        if of_a & of_b:
            return "right"
        return "wrong" if of_a or of_b or apart else "unjudged"


def tally(*counts: Counter[Judgement]) -> Tally:
    """Add up what was counted by judgement."""
    total: Counter[Judgement] = sum(counts, Counter())
    return Tally(right=total["right"], wrong=total["wrong"], unjudged=total["unjudged"])
