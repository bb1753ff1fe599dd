"""The past decided again: as it was decided when the rules are the same, whatever the batches."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings

from tieout_contracts.config_events import RunType
from tieout_matcher.domain.backtesting.past import Past, PastEntry, PastMatch
from tieout_matcher.domain.backtesting.replay import Made, replay
from tieout_matcher.domain.backtesting.verdict import judge
from tieout_matcher.domain.rule import Rule
from tieout_matcher.domain.rule_split import split
from unit.matcher.builders import DAY, a_leaf, a_rule, encoded, some_fields
from unit.matcher.past_cases import past_of, saying
from unit.matcher.simulation import Case, Run, cases

NEAR = a_rule(a_leaf("reference"), a_leaf("amount", tolerance_amount=1), rule_id=1, evaluate="pass")
EXACT = a_rule(a_leaf("reference"), rule_id=2)


def _decided(case: Case) -> Past:
    """Tell what a matcher in memory made of a log, batch by batch, as a past."""
    matches = [
        PastMatch(number, "exact", (pair[0],), (pair[1],))
        for number, pair in enumerate(Run(case).outcomes, start=1)
        if pair is not None
    ]
    matched = {record for one in matches for record in (*one.side_a, *one.side_b)}
    entries = [
        PastEntry(one.record_id, number, one.side, encoded(one.fields), one.record_id in matched)
        for number, one in enumerate(case.log, start=1)
    ]
    return Past(sign_mode=case.sign_mode, entries=entries[::-1], matches=matches)


@settings(max_examples=300, deadline=None)
@given(cases())
def test_rules_that_decided_the_past_make_all_of_it_again_and_nothing_else(case: Case) -> None:
    case = replace(case, blocks=frozenset())
    rules, past = split(case.rules, run_type="continuous"), _decided(case)

    made = replay(rules=rules, entries=past.entries, sign_mode=past.sign_mode)

    found = judge(past=past, made=made, rule_ids=[one.rule_id for one in rules.active], listed=9)
    assert {found.accepted.precision, found.recall} <= {None, 1}
    assert (found.new_count, found.broken_count, found.suggested.right) == (0, 0, 0)
    assert all(one.before == one.after for one in found.sides.values())


def test_arrival_decides_before_passes_and_a_rule_behind_one_of_passes_waits() -> None:
    fields = {
        1: some_fields("1000", reference="R"),
        2: some_fields("1050", reference="R"),
        3: some_fields("1000", reference="R", date=DAY + timedelta(days=1)),
    }
    past = saying(past_of("ABB"), fields)

    def made(*rules: Rule) -> list[Made]:
        in_order = [replace(rule, priority=place) for place, rule in enumerate(rules)]
        return replay(
            rules=split(in_order, run_type="continuous"), entries=past.entries, sign_mode="same"
        )

    assert made(EXACT) == made(EXACT, NEAR) == [Made(2, (1,), (3,), accepted=True)]
    assert made(NEAR, EXACT) == [Made(1, (1,), (3,), accepted=True)]


def test_what_is_ambiguous_is_suggested_and_not_accepted() -> None:
    fields = {
        1: some_fields("1000", reference="R"),
        2: some_fields("1050", reference="R", description="one"),
        3: some_fields("1050", reference="R", description="other"),
    }
    past = saying(past_of("ABB"), fields)

    made = replay(
        rules=split([NEAR], run_type="continuous"), entries=past.entries, sign_mode="same"
    )

    assert [one.accepted for one in made] == [False]


def test_no_rules_make_nothing() -> None:
    past = past_of("AB")

    assert replay(rules=split([], run_type="batch"), entries=past.entries, sign_mode="same") == []


def test_what_no_key_finds_is_tried_by_runs_alone() -> None:
    near = a_leaf("amount", tolerance_amount=5, tolerance_unit="percent")
    past = saying(past_of("AB"), {1: some_fields("1000"), 2: some_fields("1010")})

    def made(run_type: RunType) -> list[Made]:
        rules = split([a_rule(near, a_leaf("currency"), rule_id=1)], run_type=run_type)
        return replay(
            rules=rules, entries=past.entries, sign_mode="same", in_runs=run_type == "batch"
        )

    assert made("continuous") == []
    assert made("batch") == [Made(1, (1,), (2,), accepted=True)]
