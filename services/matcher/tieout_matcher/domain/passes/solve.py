"""A pass over open entries: each rule in turn takes what the ones before it left. Pure.

The same open set gives the same result in whatever order its entries arrived. Source: semantics
of deciding and of rollups (docs).
"""

from collections.abc import Callable, Mapping, Sequence

from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.passes.links import blocked_edges
from tieout_matcher.domain.passes.mismatches import mismatches
from tieout_matcher.domain.passes.pairs import solve_pairs
from tieout_matcher.domain.passes.proposal import Blocked, Solved
from tieout_matcher.domain.passes.rollups import solve_rollups
from tieout_matcher.domain.passes.sets import solve_sets
from tieout_matcher.domain.rule import Cardinality, Rule

_SOLVERS: Mapping[Cardinality, Callable[..., list[Solved]]] = {
    "one_to_one": solve_pairs,
    "many_to_one": solve_rollups,
    "many_to_many": solve_sets,
}


def solve(
    *,
    rules: Sequence[Rule],
    active: Sequence[Rule],
    entries: Sequence[Facts],
    blocked: Blocked = frozenset(),
    only_suggest: bool = False,
) -> list[Solved]:
    """Run rules in order over open entries of one reconciliation.

    Entries of a proposal, accepted or suggested, are gone for the rules after it. `active` are all
    rules in force, also those of arrival: of them mismatches are told, last. `only_suggest` is a
    run in which people accept.
    """
    left = {one.record_id: one for one in entries}
    blocked = blocked_edges(rules=[*rules, *active], entries=entries, blocked=blocked)
    found: list[Solved] = []
    for index, rule in enumerate(rules):
        solved = _SOLVERS[rule.cardinality](
            rule=rule,
            rule_index=index,
            entries=list(left.values()),
            blocked=blocked,
            only_suggest=only_suggest,
        )
        for one in solved:
            for proposal in one.proposals:
                for member in proposal.members:
                    del left[member.record_id]
        found += solved
    return [*found, *mismatches(rules=active, entries=list(left.values()))]
