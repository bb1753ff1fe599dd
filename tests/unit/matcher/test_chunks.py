"""A chunk of a pass holds whole components: solving it gives what solving everything would."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from types import ModuleType

import pytest

from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.passes import links
from tieout_matcher.domain.passes import solve as solving
from tieout_matcher.domain.passes.keys import blockings, findable
from tieout_matcher.domain.passes.links import linked
from tieout_matcher.domain.passes.solve import solve
from unit.matcher.pair_cases import Case
from unit.matcher.random_pairs import case_of


def found_in(case: Case, entries: Sequence[Facts]) -> Counter[object]:
    """What a pass over these entries proposes and says."""
    solved = solve(rules=case.rules, active=case.rules, entries=entries, blocked=case.blocked)
    proposals = [one for part in solved for one in part.proposals]
    return Counter(
        [(one.rule_index, one.records, one.score, one.doubt, one.others) for one in proposals]
        + [remark for part in solved for remark in part.remarks]
    )


def chunks(case: Case) -> list[list[Facts]]:
    """Part the entries as passes do: from one entry on, by keys and edges, to all it leads to."""
    left = case.facts()
    found = []
    while left:
        chunk, frontier = [left[0]], [left[0]]
        left = left[1:]
        while frontier:
            probes = {
                key for rule in case.rules for blocking in blockings(rule)
                for one in frontier for key in blocking.probes(one)
            }  # fmt: skip
            sharing = [
                one for one in left
                if probes & {key for rule in case.rules for blocking in blockings(rule)
                             for key in blocking.keys(one)}
            ]  # fmt: skip
            frontier = linked(rules=case.rules, frontier=frontier, found=sharing)
            left = [one for one in left if one not in frontier]
            chunk += frontier
        found.append(chunk)
    return found


def chunks_find_the_same(seeds: range) -> bool:
    several = 0
    for seed in seeds:
        case = case_of(seed)
        rules = tuple(one for rule in case.rules if (one := findable(rule)) is not None)
        case = replace(case, rules=rules)
        parts = chunks(case)
        several += len(parts) > 1
        if sum((found_in(case, part) for part in parts), Counter()) != found_in(case, case.facts()):
            return False
    assert several
    return True


def test_solving_chunk_by_chunk_finds_what_solving_everything_would() -> None:
    assert chunks_find_the_same(range(800))


@pytest.mark.parametrize(
    ("module", "place", "wrong"),
    [
        (links, "near", lambda position: [position]),
        (links, "identity_blockings", lambda _: []),
        (links, "ways_of", lambda _: []),
        (solving, "blocked_edges", lambda *, blocked, **_: blocked),
    ],
)
def test_a_chunk_that_is_not_whole_is_seen(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, place: str, wrong: object
) -> None:
    monkeypatch.setattr(module, place, wrong)

    assert not chunks_find_the_same(range(800))
