"""From chosen edges to proposals: which of identical entries go, and what else they could get."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from math import floor

from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.passes.assignment import Assigned
from tieout_matcher.domain.passes.candidates import Cost, Edge
from tieout_matcher.domain.passes.identical import Identical
from tieout_matcher.domain.passes.proposal import Proposal
from tieout_matcher.domain.passes.proposing import Asked

MAX_OTHERS = 10


def propose_pairs(
    *, asked: Asked, edges: Sequence[Edge], known: Sequence[Identical], assigned: Assigned
) -> list[Proposal]:
    """Make the pairs chosen among the edges of a component, in order of cost.

    `known` has the identical entries at each place, first in first out.
    """
    component = _Component(edges, known)
    gone: Counter[int] = Counter()
    made: list[Proposal] = []
    for edge, count in assigned.pairs:
        others = list(islice(component.others(edge), MAX_OTHERS))
        of_a = islice(known[edge.a], gone[edge.a], gone[edge.a] + count)
        of_b = islice(known[edge.b], gone[edge.b], gone[edge.b] + count)
        made += (
            asked.propose(
                sides=((a,), (b,)),
                kind="exact" if edge.exact else "tolerance",
                score=floor(edge.closeness * 100),
                candidates=component.candidates(edge),
                ambiguous=bool(others),
                others=others,
                greedy=assigned.greedy,
            )
            for a, b in zip(of_a, of_b, strict=True)
        )
        gone[edge.a] += count
        gone[edge.b] += count
    return made


class _Component:
    """What an entry could have been paired with instead."""

    def __init__(self, edges: Sequence[Edge], known: Sequence[Identical]) -> None:
        self._known = known
        self._around: Counter[int] = Counter()
        self._costing: defaultdict[tuple[int, Cost], list[int]] = defaultdict(list)
        for edge in edges:
            for place, other in ((edge.a, edge.b), (edge.b, edge.a)):
                self._around[place] += len(known[other])
                self._costing[place, edge.cost].append(other)

    def candidates(self, edge: Edge) -> int:
        """Return how many counterparts the member that has more of them has."""
        return max(self._around[edge.a], self._around[edge.b])

    def others(self, edge: Edge) -> Iterator[Facts]:
        """Yield what a member could have got at the same cost.

        What is identical to what it got does not count.
        """
        for place, chosen in ((edge.a, edge.b), (edge.b, edge.a)):
            got = self._known[chosen][0].sameness
            for other in self._costing[place, edge.cost]:
                if self._known[other][0].sameness != got:
                    yield from self._known[other]
