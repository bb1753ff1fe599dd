"""A one-to-one rule over open entries: the best pairs it can make of them. Pure.

Pairs without any difference come first and are never broken for one match more. The result
follows from what the entries say, not from the order in which they came; only identical ones
leave first in, first out. Source: semantics of deciding (docs).
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.passes.assignment import Assigned, assign
from tieout_matcher.domain.passes.candidates import Edge, candidates
from tieout_matcher.domain.passes.identical import Identical, identical
from tieout_matcher.domain.passes.pair_proposals import propose_pairs
from tieout_matcher.domain.passes.proposal import Blocked, Remark, Solved
from tieout_matcher.domain.passes.proposing import Asked, connected
from tieout_matcher.domain.passes.taken_apart import without_blocked
from tieout_matcher.domain.rule import Rule


def solve_pairs(
    *,
    rule: Rule,
    rule_index: int,
    entries: Sequence[Facts],
    blocked: Blocked,
    only_suggest: bool,
) -> list[Solved]:
    """Pair open entries of one reconciliation; entries of what is solved later may overlap.

    `blocked` pairs are not made. `only_suggest` is a run in which people accept.
    """
    asked = Asked(rule=rule, rule_index=rule_index, blocked=blocked, only_suggest=only_suggest)
    known = identical(entries)
    found = candidates(rule=rule, known=known)
    solved = list(_too_large(rule, known, found.too_large))
    left, edges_left = without_blocked(known=known, edges=found.edges, blocked=blocked)
    for exact in (True, False):
        taken: Counter[int] = Counter()
        stage = [
            edge for edge in edges_left if edge.exact is exact and left[edge.a] and left[edge.b]
        ]
        for edges in connected(sorted(stage), _ends):
            assigned = assign(edges, {place: len(left[place]) for place in _places(edges)})
            proposals = propose_pairs(asked=asked, edges=edges, known=left, assigned=assigned)
            solved.append(Solved(entries=_records(edges, left), proposals=tuple(proposals)))
            _take(assigned, taken)
        left = [group[taken[place] :] for place, group in enumerate(left)]
    return solved


def _too_large(
    rule: Rule, known: Sequence[Identical], blocks: Sequence[frozenset[int]]
) -> Iterator[Solved]:
    """Say of each entry of a block that is too large, once, why it was not tried."""
    said: set[int] = set()
    for block in blocks:
        records = [one.record_id for place in sorted(block - said) for one in known[place]]
        said |= block
        if records:
            yield Solved(
                entries=tuple(records),
                remarks=tuple(
                    Remark(record_id=record, code="block_too_large", rule_id=rule.rule_id)
                    for record in records
                ),
            )


def _ends(edge: Edge) -> tuple[int, int]:
    return edge.a, edge.b


def _places(edges: Sequence[Edge]) -> list[int]:
    return sorted({place for edge in edges for place in (edge.a, edge.b)})


def _records(edges: Sequence[Edge], known: Sequence[Identical]) -> tuple[int, ...]:
    return tuple(one.record_id for place in _places(edges) for one in known[place])


def _take(assigned: Assigned, taken: Counter[int]) -> None:
    for edge, count in assigned.pairs:
        taken[edge.a] += count
        taken[edge.b] += count
