"""Why a match was made: its trace by the rule's version that made it, and how its score comes."""

from collections.abc import Sequence

from msgspec import Struct

from tieout_matcher.domain.explaining.judged import Judged, judge, score_of
from tieout_matcher.domain.explaining.spelling import plain
from tieout_matcher.domain.explaining.trace import CLOSENESS_PLACES, Trace, trace_of
from tieout_matcher.domain.explaining.tree import Tree, Way
from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.rule import Rule


class Weighed(Struct, kw_only=True, frozen=True):
    """A condition in a score: its weight, and how close the values are (1: no difference)."""

    path: str
    weight: int
    closeness: str


class Score(Struct, kw_only=True, frozen=True):
    """0 to 100, floored: the mean closeness by weight over the alternative that holds.

    `stored` is as the match was made, null where it was made on arrival: that is without any
    difference. `computed` is from what the records say now; null when the rule does not hold.
    """

    stored: int | None
    computed: int | None
    weighed: list[Weighed]
    message: str


def explain_match(
    rule: Rule, side_a: Sequence[Facts], side_b: Sequence[Facts], *, stored_score: int | None
) -> tuple[Trace, Score]:
    """Explain a match that a rule made of two groups."""
    judged = judge(Tree(rule), tuple(side_a), tuple(side_b))
    return trace_of(judged), _score(judged, stored_score)


def _score(judged: Judged, stored: int | None) -> Score:
    held = judged.held()
    if held is None:
        message = "the records do not satisfy the rule as they are now: one was changed since"
        return Score(stored=stored, computed=None, weighed=[], message=message)
    closeness = judged.closeness(held)
    computed = 0 if closeness is None else score_of(closeness)
    weighed = _weighed(judged, held)
    parts = " + ".join(f"{one.weight} * {one.closeness}" for one in weighed)
    total = sum(one.weight for one in weighed)
    return Score(
        stored=stored,
        computed=computed,
        weighed=weighed,
        message=f"100 * ({parts}) / {total}, floored, is {computed}",
    )


def _weighed(judged: Judged, held: Way) -> list[Weighed]:
    found = []
    for place, paths in held.paths.items():
        closeness = judged.met[place].closeness
        if closeness is not None:
            found.append(
                Weighed(
                    path=paths[0],
                    weight=judged.tree.judges[place].weight,
                    closeness=plain(closeness, places=CLOSENESS_PLACES),
                )
            )
    return found
