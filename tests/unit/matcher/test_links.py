"""What an edge leads to is what the rules say of two entries, and nothing else."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings

from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.passes import links, ways
from tieout_matcher.domain.passes.links import linked
from tieout_matcher.domain.rule import Rollup, Rule
from unit.matcher import naive_pairs
from unit.matcher.pair_cases import Case, Open, leaf, open_entries, pass_rule
from unit.matcher.random_pairs import case_of, pair_cases

Linked = Callable[..., list[Facts]]


def naive_links(case: Case, frontier: Sequence[Open], found: Sequence[Open]) -> list[int]:
    return [
        one.record_id for one in found if any(_edge(case, one, two) for two in frontier)
    ]  # fmt: skip


def _edge(case: Case, one: Open, two: Open) -> bool:
    if one.side == two.side:
        return False
    a, b = (one, two) if one.side == "A" else (two, one)
    return any(
        naive_pairs.judge(rule, a.fields, b.fields, case.sign_mode) is not None
        or any(
            naive_pairs.same_identity(way, a.fields, b.fields, case.sign_mode)
            for way in naive_pairs.ways(rule.condition)
        )
        for rule in case.rules
    )


def equals_naive(case: Case, linked: Linked) -> bool:
    half = len(case.entries) // 2
    facts = case.facts()
    made = linked(rules=case.rules, frontier=facts[:half], found=facts[half:])
    return [one.record_id for one in made] == naive_links(
        case, case.entries[:half], case.entries[half:]
    )


@given(case=pair_cases)
@settings(max_examples=500, deadline=None)
def test_an_edge_leads_to_every_pair_and_identity_and_to_nothing_else(case: Case) -> None:
    assert equals_naive(case, linked)


@pytest.mark.parametrize(
    ("place", "wrong"),
    [
        ("near", lambda position: [position]),
        ("identity_blockings", lambda _: []),
        ("ways_of", lambda rule: ways.ways_of(rule)[:1]),
        ("_one_of_each", lambda entries: list({one.amount: one for one in entries}.values())),
    ],
)
def test_a_mistake_in_linking_is_seen(
    monkeypatch: pytest.MonkeyPatch, place: str, wrong: object
) -> None:
    monkeypatch.setattr(links, place, wrong)

    assert not all(equals_naive(case_of(seed), linked) for seed in range(2000))


def a_rollup(**given: object) -> Rule:
    shape: dict[str, object] = {
        "cardinality": "many_to_one",
        "rollup": Rollup(kind="date"),
        "group_by": ("date", "counterparty"),
    }
    return pass_rule(leaf("amount"), leaf("reference"), **(shape | given))


def test_a_segment_of_days_links_both_sides_whatever_else_they_say() -> None:
    same = {"counterparty": "acme", "reference": "R"}
    entries = open_entries(
        ("A", same), ("B", same), ("A", same | {"reference": "S"}), ("B", {}), ("A", {})
    )  # fmt: skip

    found = linked(rules=[a_rollup()], frontier=entries[:1], found=entries[1:])

    assert [one.record_id for one in found] == [102, 103]


def test_a_cohort_links_its_members_whatever_else_they_say_and_its_counterparts() -> None:
    rule = a_rollup(rollup=Rollup(kind="identifier"), group_by=("counterparty",))
    entries = open_entries(
        ("A", {"counterparty": "acme", "reference": "R"}),
        ("A", {"counterparty": "acme", "reference": "S"}),
        ("A", {"counterparty": "other", "reference": "S"}),
        ("B", {"counterparty": "acme"}),
        ("B", {"counterparty": "other", "reference": "R"}),
    )

    found = linked(rules=[rule], frontier=entries[:1], found=entries[1:])

    assert [one.record_id for one in found] == [102, 105]


def test_a_block_that_is_too_large_to_judge_is_linked_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(links, "MAX_BLOCK_PAIRS", 3)
    rule = pass_rule(leaf("date"), leaf("description", operand="similar", min_similarity=90))
    entries = open_entries(
        ("A", {"description": "one"}),
        ("A", {"description": "two"}),
        ("B", {"description": "three"}),
        ("B", {"description": "four"}),
    )

    found = linked(rules=[rule], frontier=entries[:2], found=entries[2:])

    assert [one.record_id for one in found] == [103, 104]
    assert linked(rules=[rule], frontier=entries[:1], found=entries[2:]) == []
