"""Pairs solved wrong, one mistake each: a property that sees none of them proves nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.passes.candidates import Edge, candidates
from tieout_matcher.domain.passes.proposal import Blocked, Proposal, Solved
from tieout_matcher.domain.passes.proposing import Asked, connected
from tieout_matcher.domain.rule import Group, Leaf, Rule, Tolerance
from unit.matcher.pair_rounds import Solve, matchings


@dataclass(frozen=True, kw_only=True)
class Mistakes:
    forgets_taken: bool = False
    forgets_blocks: bool = False
    judges_loosely: bool = False
    solves_in_one_stage: bool = False
    takes_the_cheapest_first: bool = False
    looks_at_no_cost: bool = False
    looks_at_amounts_only: bool = False
    goes_by_arrival: bool = False
    takes_the_latest: bool = False
    sees_no_rival: bool = False
    fears_identical_ones: bool = False
    counts_side_a_only: bool = False
    applies_each_pair_alone: bool = False


def mutant(**mistakes: bool) -> Solve:
    """Make a plain solver with the named mistakes; without one it is right."""
    wrong = Mistakes(**mistakes)

    def solve(
        *, rule: Rule, rule_index: int, entries: Sequence[Facts], blocked: Blocked,
        only_suggest: bool,
    ) -> list[Solved]:  # fmt: skip
        apart = frozenset() if wrong.forgets_blocks else blocked
        known = sorted(entries, key=lambda one: _order(one, entries, apart, wrong))
        rule = _loosened(rule) if wrong.judges_loosely else rule
        found = [
            edge for edge in candidates(rule=rule, known=[(one,) for one in known]).edges
            if ((known[edge.a].record_id,), (known[edge.b].record_id,)) not in apart
        ]  # fmt: skip
        asked = Asked(rule=rule, rule_index=rule_index, blocked=blocked, only_suggest=only_suggest)
        taken: set[int] = set()
        solved = []
        for exact in (True,) if wrong.solves_in_one_stage else (True, False):
            edges = [
                edge for edge in found
                if (edge.exact is exact or wrong.solves_in_one_stage)
                and (wrong.forgets_taken or not taken & {edge.a, edge.b})
            ]  # fmt: skip
            chosen = _chosen(edges, known, wrong)
            solved += _solved(asked, edges, chosen, known, wrong)
            taken |= {place for edge in chosen for place in (edge.a, edge.b)}
        return solved

    return solve


def _order(
    one: Facts, entries: Sequence[Facts], apart: Blocked, wrong: Mistakes
) -> tuple[object, ...]:
    if wrong.goes_by_arrival:
        return one.side, one.entry_no
    kept_from = {record for (a,), (b,) in apart if one.record_id in (a, b) for record in (a, b)}
    others = sorted(
        other.sameness for other in entries
        if other.record_id in kept_from and other.side != one.side
    )  # fmt: skip
    return one.side, one.sameness, others, -one.entry_no if wrong.takes_the_latest else one.entry_no


def _chosen(edges: Sequence[Edge], known: Sequence[Facts], wrong: Mistakes) -> list[Edge]:
    by_pair = {(edge.a, edge.b): edge for edge in edges}
    if wrong.takes_the_cheapest_first:
        return _greedily(sorted(edges))

    def badness(pairs: Sequence[tuple[int, int]]) -> tuple[object, ...]:
        costs = [by_pair[pair].cost for pair in pairs]
        sums = tuple(map(sum, zip(*costs, strict=True)))
        if wrong.looks_at_no_cost or wrong.looks_at_amounts_only:
            sums = sums[: int(wrong.looks_at_amounts_only)]
        content = sorted(tuple(known[place].sameness for place in pair) for pair in pairs)
        if wrong.goes_by_arrival:
            content = []
        return -len(pairs), sums, content, sorted(place for pair in pairs for place in pair)

    return [by_pair[pair] for pair in min(matchings(list(by_pair)), key=badness)]


def _greedily(edges: Sequence[Edge]) -> list[Edge]:
    taken: list[Edge] = []
    for edge in edges:
        if not any(edge.a == other.a or edge.b == other.b for other in taken):
            taken.append(edge)
    return taken


def _solved(
    asked: Asked, edges: Sequence[Edge], chosen: Sequence[Edge], known: Sequence[Facts],
    wrong: Mistakes,
) -> list[Solved]:  # fmt: skip
    solved = []
    for part in connected(edges, lambda edge: (edge.a, edge.b)):
        proposals = [_proposal(asked, edge, edges, known, wrong) for edge in chosen if edge in part]
        places = sorted({place for edge in part for place in (edge.a, edge.b)})
        solved.append(
            Solved(
                entries=tuple(known[place].record_id for place in places),
                proposals=tuple(proposals),
            )
        )
    if not wrong.applies_each_pair_alone:
        return solved
    return [
        Solved(entries=tuple(member.record_id for member in one.members), proposals=(one,))
        for part in solved
        for one in part.proposals
    ]


def _proposal(
    asked: Asked, edge: Edge, edges: Sequence[Edge], known: Sequence[Facts], wrong: Mistakes
) -> Proposal:
    a, b = known[edge.a], known[edge.b]
    of_a = [other for other in edges if other.a == edge.a]
    of_b = [other for other in edges if other.b == edge.b]
    rivals = [
        known[place]
        for around, got, places in ((of_a, b, "b"), (of_b, a, "a"))
        for other in around
        for place in (getattr(other, places),)
        if other.cost == edge.cost
        and known[place] is not got
        and (known[place].sameness != got.sameness or wrong.fears_identical_ones)
    ]
    return asked.propose(
        sides=((a,), (b,)),
        kind="exact" if edge.exact else "tolerance",
        score=int(edge.closeness * 100),
        candidates=len(of_a) if wrong.counts_side_a_only else max(len(of_a), len(of_b)),
        ambiguous=bool(rivals) and not wrong.sees_no_rival,
        others=() if wrong.sees_no_rival else rivals,
    )


def _loosened(rule: Rule) -> Rule:
    def looser(node: Group | Leaf) -> Group | Leaf:
        if isinstance(node, Group):
            return replace(node, children=tuple(map(looser, node.children)))
        if node.tolerance is None:
            return node
        wider = Tolerance(amount=node.tolerance.amount * 2, unit=node.tolerance.unit)
        return replace(node, tolerance=wider)

    condition = looser(rule.condition)
    assert isinstance(condition, Group)
    return replace(rule, condition=condition)
