"""A pass over pairs: every property, and for each the mistakes that it must see."""

from itertools import product

import pytest
from hypothesis import given, settings

from unit.matcher import pair_properties as keeps
from unit.matcher.naive import holds
from unit.matcher.naive_pairs import judge
from unit.matcher.pair_cases import Case
from unit.matcher.pair_mutants import mutant
from unit.matcher.pair_properties import PROPERTIES, Property
from unit.matcher.pair_rounds import Run
from unit.matcher.random_pairs import case_of, pair_cases

SEEDS = 40_000
SHARE = 10_000
MISTAKES: list[tuple[Property, str]] = [
    (keeps.none_is_in_two_proposals, "forgets_taken"),
    (keeps.every_pair_holds, "judges_loosely"),
    (keeps.no_exact_pair_is_broken, "solves_in_one_stage"),
    (keeps.most_pairs_then_least_cost, "takes_the_cheapest_first"),
    (keeps.most_pairs_then_least_cost, "looks_at_no_cost"),
    (keeps.most_pairs_then_least_cost, "looks_at_amounts_only"),
    (keeps.blocked_pairs_are_not_made, "forgets_blocks"),
    (keeps.arrival_order_does_not_matter, "goes_by_arrival"),
    (keeps.identical_ones_leave_in_the_order_they_came, "takes_the_latest"),
    (keeps.doubts_are_told, "sees_no_rival"),
    (keeps.doubts_are_told, "fears_identical_ones"),
    (keeps.doubts_are_told, "counts_side_a_only"),
    (keeps.what_hangs_together_is_applied_together, "applies_each_pair_alone"),
]


def broken_by(run: Run) -> list[str]:
    return [kept.__name__ for kept in PROPERTIES if not kept(run)]


@pytest.mark.parametrize("first", range(0, SEEDS, SHARE))
def test_every_property_holds_over_many_seeds(first: int) -> None:
    runs = ((seed, Run(case_of(seed))) for seed in range(first, first + SHARE))

    assert [(seed, broken) for seed, run in runs if (broken := broken_by(run))] == []


def test_the_naive_reading_by_alternatives_holds_where_that_of_the_tree_does() -> None:
    for case in map(case_of, range(1000)):
        for rule, one, two in product(case.rules, case.entries, case.entries):
            judged = judge(rule, one.fields, two.fields, case.sign_mode)
            assert (judged is not None) is holds(rule, one.fields, two.fields, case.sign_mode)


@given(case=pair_cases)
@settings(max_examples=200, deadline=None)
def test_a_pass_keeps_every_property(case: Case) -> None:
    assert broken_by(Run(case)) == []


def test_the_plain_solver_that_mutants_are_made_of_is_right() -> None:
    runs = ((seed, Run(case_of(seed), mutant())) for seed in range(1000))

    assert [(seed, broken) for seed, run in runs if (broken := broken_by(run))] == []


@pytest.mark.parametrize(
    ("holds", "mistake"), MISTAKES, ids=[f"{one.__name__}-{mistake}" for one, mistake in MISTAKES]
)
def test_the_property_sees_the_mistake(holds: Property, mistake: str) -> None:
    assert not all(holds(Run(case_of(seed), mutant(**{mistake: True}))) for seed in range(5000))


def test_every_property_has_a_mistake_that_it_sees() -> None:
    assert {holds for holds, _ in MISTAKES} == set(PROPERTIES)
