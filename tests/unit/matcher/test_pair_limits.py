"""Many identical entries cost one comparison, and what is too much is said instead of tried."""

from collections.abc import Sequence
from typing import Any

import pytest

from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.passes import assignment, candidates
from tieout_matcher.domain.passes.pairs import solve_pairs
from tieout_matcher.domain.passes.proposal import Proposal, Remark, Solved
from tieout_matcher.domain.passes.ways import Way
from tieout_matcher.domain.rule import Group, Leaf, Rule
from unit.matcher import pair_properties as keeps
from unit.matcher.pair_cases import leaf, open_entries, pass_rule
from unit.matcher.pair_rounds import Run, best, total
from unit.matcher.random_pairs import case_of

NEAR = pass_rule(leaf("reference"), leaf("date", tolerance="2 day"))


def solved(entries: Sequence[Facts], rule: Rule = NEAR, **given: Any) -> list[Solved]:
    shape: dict[str, Any] = {"blocked": frozenset(), "only_suggest": False} | given
    return solve_pairs(rule=rule, rule_index=0, entries=entries, **shape)


def made(entries: Sequence[Facts], rule: Rule = NEAR, **given: Any) -> list[Proposal]:
    return [one for part in solved(entries, rule, **given) for one in part.proposals]


@pytest.mark.parametrize(("on_a", "on_b"), [(5000, 5000), (5000, 4000)])
def test_thousands_of_identical_entries_are_compared_once_and_leave_in_order(
    monkeypatch: pytest.MonkeyPatch, on_a: int, on_b: int
) -> None:
    judged = []
    closeness = Way.closeness
    monkeypatch.setattr(Way, "closeness", lambda *given: judged.append(given) or closeness(*given))
    same = {"reference": "R"}
    entries = open_entries(*[("A", same)] * on_a, *[("B", same)] * on_b)

    found = made(entries)

    count = min(on_a, on_b)
    assert [one.records for one in found] == [
        ((101 + place,), (101 + on_a + place,)) for place in range(count)
    ]
    assert {(one.kind, one.doubt, one.candidates) for one in found} == {
        ("exact", None, max(on_a, on_b))
    }
    assert len(judged) == 1


def test_a_pair_taken_apart_leaves_the_crowd_and_nothing_else_changes() -> None:
    same = {"reference": "R"}
    entries = open_entries(*[("A", same)] * 50, *[("B", same)] * 50)
    apart = frozenset({((101,), (151,)), ((101,), (152,))})

    found = {one.records for one in made(entries, blocked=apart)}

    assert len(found) == 50
    assert not found & apart


def test_sets_taken_apart_are_no_pairs_taken_apart() -> None:
    entries = open_entries(("A", {"reference": "R"}), ("B", {"reference": "R"}))

    apart = frozenset({((101, 109), (102,)), ((101,), (102, 108)), ((101,), (107,))})

    assert len(made(entries, blocked=apart)) == 1


def test_a_block_that_is_too_large_is_left_and_said_of_each_of_its_entries(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(candidates, "MAX_BLOCK_PAIRS", 3)
    entries = open_entries(
        ("A", {"reference": "R", "external_id": "1"}),
        ("A", {"reference": "R", "external_id": "2"}),
        ("B", {"reference": "R", "external_id": "3"}),
        ("B", {"reference": "R", "external_id": "4"}),
        ("A", {"reference": "S"}),
        ("B", {"reference": "S"}),
    )

    found = solved(entries)

    assert [one.records for part in found for one in part.proposals] == [((105,), (106,))]
    assert [one for part in found for one in part.remarks] == [
        Remark(record_id=record, code="block_too_large", rule_id=1)
        for record in (101, 102, 103, 104)
    ]


def test_no_more_than_ten_others_are_listed() -> None:
    entries = open_entries(
        ("A", {"reference": "R"}),
        *[("B", {"reference": "R", "external_id": str(number)}) for number in range(20)],
    )

    (found,) = made(entries)

    assert found.doubt == "ambiguous"
    assert found.candidates == 20
    assert len(found.others) == 10
    assert not {one.record_id for one in found.members} & set(found.others)


def test_a_pair_that_holds_in_several_ways_counts_by_the_closest() -> None:
    far = leaf("amount", tolerance="10 dollar")
    near = leaf("amount", tolerance="1 dollar")
    entries = open_entries(("A", {}), ("B", {"amount_minor": "1050"}))
    scores = {
        (one, other): made(entries, either(one, other))[0].score
        for one, other in ((far, far), (near, near), (far, near), (near, far))
    }

    assert scores == {(far, far): 97, (near, near): 75, (far, near): 97, (near, far): 97}


def either(one: Leaf, other: Leaf) -> Rule:
    return pass_rule(Group(operand="or", children=(one, other)))


def test_cheapest_first_keeps_what_every_pass_keeps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assignment, "MAX_CELLS", 0)
    kept = (
        keeps.none_is_in_two_proposals,
        keeps.every_pair_holds,
        keeps.blocked_pairs_are_not_made,
        keeps.arrival_order_does_not_matter,
        keeps.identical_ones_leave_in_the_order_they_came,
        keeps.doubts_are_told,
        keeps.what_hangs_together_is_applied_together,
    )
    greedy = 0
    for seed in range(800):
        run = Run(case_of(seed))
        assert [one.__name__ for one in kept if not one(run)] == []
        assert all(total(one.held, one.pairs) >= best(one) for one in run.stages)
        greedy += any(one.greedy for one in run.made)
    assert greedy > 5
