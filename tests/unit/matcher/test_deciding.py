"""Deciding on arrival: every property, and for each a mistake that it must see."""

from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given, settings

from tieout_matcher.domain.decide import decide
from unit.matcher.builders import a_leaf, a_rule, a_rule_set, an_entry, pairs_of, some_fields
from unit.matcher.mutants import mutant
from unit.matcher.naive import decide_one_by_one
from unit.matcher.random_logs import log_of
from unit.matcher.simulation import Case, Decide, Run, cases

LOGS = 60_000
SHARE = 20_000
Property = Callable[[Run], bool]


def batches_do_not_matter(run: Run) -> bool:
    return run.outcomes == run.in_one_batch


def none_is_matched_twice(run: Run) -> bool:
    members = Counter(record for pair in run.outcomes if pair for record in pair[:2])
    return max(members.values(), default=0) <= 1


def equals_one_by_one(run: Run) -> bool:
    case = run.case
    return run.outcomes == decide_one_by_one(
        log=case.log, rules=case.rules, sign_mode=case.sign_mode, blocks=case.blocks
    )


def blocked_pairs_are_not_made(run: Run) -> bool:
    return not {pair[:2] for pair in run.outcomes if pair} & run.case.blocks


def the_earliest_wins(run: Run) -> bool:
    """By one rule, identical entries of one side leave in the order in which they came."""
    kinds = {one.record_id: (one.side, one.fields) for one in run.entries}
    leaving = [record for pair in run.by_the_first_rule if pair for record in sorted(pair[:2])]
    waiting = [one.record_id for one in run.entries]
    for record in leaving:
        same = [other for other in waiting if kinds[other] == kinds[record]]
        if same[0] != record:
            return False
        waiting.remove(record)
    return True


PROPERTIES: tuple[Property, ...] = (
    batches_do_not_matter,
    none_is_matched_twice,
    equals_one_by_one,
    blocked_pairs_are_not_made,
    the_earliest_wins,
)
MISTAKES: list[tuple[Property, str, Decide]] = [
    (batches_do_not_matter, "own batch first", mutant(own_batch_first=True)),
    (batches_do_not_matter, "rule by rule", mutant(rule_by_rule=True)),
    (none_is_matched_twice, "forgets taken", mutant(forgets_taken=True)),
    (equals_one_by_one, "rule by rule", mutant(rule_by_rule=True)),
    (equals_one_by_one, "the latest", mutant(choose=lambda found: max(
        found, key=lambda one: (-one[0], one[1].entry_no)))),
    (equals_one_by_one, "any rule", mutant(choose=lambda found: min(
        found, key=lambda one: one[1].entry_no))),
    (blocked_pairs_are_not_made, "forgets blocks", mutant(forgets_blocks=True)),
    (the_earliest_wins, "the latest", mutant(choose=lambda found: max(
        found, key=lambda one: one[1].entry_no))),
]  # fmt: skip


def broken_by(run: Run) -> list[str]:
    return [kept.__name__ for kept in PROPERTIES if not kept(run)]


@pytest.mark.parametrize("first", range(0, LOGS, SHARE))
def test_every_property_holds_over_many_logs(first: int) -> None:
    runs = ((seed, Run(log_of(seed))) for seed in range(first, first + SHARE))

    assert [(seed, broken) for seed, run in runs if (broken := broken_by(run))] == []


@pytest.mark.parametrize(
    ("holds", "mistake", "wrong"),
    MISTAKES,
    ids=[f"{holds.__name__}-{mistake}" for holds, mistake, _ in MISTAKES],
)
def test_the_property_sees_the_mistake(holds: Property, mistake: str, wrong: Decide) -> None:
    assert not all(holds(Run(log_of(seed), wrong)) for seed in range(20_000)), mistake


@given(case=cases())
@settings(max_examples=240, deadline=None)
def test_deciding_keeps_every_property(case: Case) -> None:
    assert broken_by(Run(case)) == []


@given(case=cases())
@settings(max_examples=80, deadline=None)
def test_the_loop_that_mutants_are_made_of_is_right(case: Case) -> None:
    assert broken_by(Run(case, mutant())) == []


def test_all_alternatives_of_a_rule_are_equal_and_the_earliest_counterpart_wins() -> None:
    rules = a_rule_set(a_rule(a_leaf("reference"), a_leaf("external_id"), operand="or"))
    by_name = an_entry(1, "B", some_fields(external_id="x"), rules)
    by_reference = an_entry(2, "B", some_fields(reference="r"), rules)
    arrival = an_entry(3, "A", some_fields(external_id="x", reference="r"), rules)

    made = decide(rules=rules, arrivals=[arrival], candidates=[by_reference, by_name])

    assert pairs_of(made.outcomes) == [(arrival.record_id, by_name.record_id, 0)]
    assert made.claimed == [by_name]
