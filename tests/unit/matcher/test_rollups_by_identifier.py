"""Rollups by identifier: each sentence of what they mean, by hand."""

import pytest

from tieout_matcher.domain.passes import cohort_search as solver
from tieout_matcher.domain.rule import Group
from unit.matcher.groups import (
    SUM,
    by_identifier,
    entries,
    found,
    proposals,
    remarks,
    said,
    solve,
)
from unit.matcher.pair_cases import leaf

LINKED = leaf("metadata.batch", "reference")


def test_a_cohort_matches_the_record_that_it_adds_up_to() -> None:
    given = entries("A 10.00 batch=7", "A 2.50 batch=7", "A 5.00 batch=8", "B 12.50", "B 5.00")

    assert found(by_identifier(), given) == ["101 102 = 104", "103 = 105"]


def test_a_cohort_is_everything_with_its_group_key_or_nothing() -> None:
    given = entries("A 10.00 batch=7", "A 2.50 batch=7", "A 5.00 batch=7", "B 12.50")

    assert found(by_identifier(), given) == []


def test_all_values_of_group_by_make_the_cohort() -> None:
    rule = by_identifier(group_by="metadata.batch counterparty")
    given = entries(
        "A 10.00 batch=7 counterparty=x", "A 2.50 batch=7 counterparty=y", "B 10.00", "B 2.50"
    )

    assert found(rule, given) == ["101 = 103", "102 = 104"]


def test_amounts_are_added_up_with_their_signs() -> None:
    given = entries("A 10.00 batch=7", "A -2.50 batch=7", "B 7.50")

    assert found(by_identifier(), given) == ["101 102 = 103"]


def test_members_of_another_currency_are_another_cohort() -> None:
    given = entries(
        "A 10.00 batch=7", "A 2.50 batch=7 currency=USD", "B 10.00", "B 2.50 currency=USD"
    )

    assert found(by_identifier(), given) == ["101 = 103", "102 = 104"]


def test_the_tolerance_is_on_the_sum_and_the_difference_becomes_the_adjustment() -> None:
    rule = by_identifier(leaf("amount", tolerance="0.5 dollar"))
    given = entries("A 10.00 batch=7", "A 2.50 batch=7", "B 12.10")

    (one,) = proposals(solve(rule, given))

    assert (one.kind, one.doubt, one.score, one.difference_minor) == ("rollup", None, 60, 40)
    assert found(by_identifier(leaf("amount", tolerance="0.39 dollar")), given) == []


def test_percent_is_of_side_b_downwards_to_its_minor_unit() -> None:
    rule = by_identifier(leaf("amount", tolerance="1 percent"))

    assert found(rule, entries("A 0.50 batch=7", "A 0.50 batch=7", "B 0.99")) == []
    assert found(rule, entries("A 0.50 batch=7", "A 0.51 batch=7", "B 1.00")) == ["101 102 = 103"]


def test_percent_is_of_the_sum_where_side_b_is_the_many() -> None:
    rule = by_identifier(leaf("amount", tolerance="10 percent"), many_side="b")

    assert found(rule, entries("B 60.00 batch=7", "B 40.00 batch=7", "A 110.00")) == [
        "103 = 101 102"
    ]
    assert found(rule, entries("B 60.00 batch=7", "B 39.99 batch=7", "A 110.00")) == []
    assert found(rule, entries("B 60.00 batch=7", "B 40.00 batch=7", "A 90.00")) == [
        "103 = 101 102"
    ]
    assert found(rule, entries("B 60.00 batch=7", "B 40.00 batch=7", "A 89.99")) == []


def test_a_sum_of_side_b_may_be_far_from_the_record_when_the_percentage_is_high() -> None:
    rule = by_identifier(leaf("amount", tolerance="50 percent"), many_side="b")

    assert found(rule, entries("B 60.00 batch=7", "B 40.00 batch=7", "A 50.00"))
    assert not found(rule, entries("B 60.00 batch=7", "B 40.01 batch=7", "A 50.00"))


def test_without_a_condition_on_the_amount_the_sum_must_be_equal() -> None:
    rule = by_identifier(LINKED)

    assert found(rule, entries("A 10.00 batch=7", "A 1.00 batch=7", "B 11.00 reference=7")) == [
        "101 102 = 103"
    ]
    assert found(rule, entries("A 10.00 batch=7", "A 1.00 batch=7", "B 11.01 reference=7")) == []


def test_every_other_condition_must_hold_for_every_member() -> None:
    rule = by_identifier(SUM, leaf("counterparty"))
    given = ["A 10.00 batch=7 counterparty=x", "A 2.50 batch=7 counterparty=y"]

    assert found(rule, entries(*given, "B 12.50 counterparty=x")) == []
    assert found(rule, entries(*given, "B 10.00 counterparty=x")) == []
    assert found(rule, entries(*given, "A 1.00 batch=9", "B 1.00 counterparty=x")) == []


def test_one_alternative_must_hold_for_the_whole_group() -> None:
    rule = by_identifier(
        SUM, Group(operand="or", children=(leaf("reference"), leaf("external_id")))
    )
    mixed = entries("A 1.00 batch=7 reference=r", "A 2.00 batch=7 external_id=x",
                    "B 3.00 reference=r external_id=x")  # fmt: skip
    whole = entries("A 1.00 batch=7 external_id=x", "A 2.00 batch=7 external_id=x",
                    "B 3.00 reference=r external_id=x")  # fmt: skip

    assert found(rule, mixed) == []
    assert found(rule, whole) == ["101 102 = 103"]


def test_the_score_takes_the_least_close_member() -> None:
    rule = by_identifier(SUM, leaf("date", tolerance="4 day"))
    given = entries("A 1.00 batch=7", "A 2.00 -2 batch=7", "B 3.00")

    (one,) = proposals(solve(rule, given))

    assert one.score == 91  # (4 * 1 + 2 * (1 - 2/8)) / 6


def test_a_score_below_what_the_rule_accepts_is_suggested() -> None:
    rule = by_identifier(SUM, leaf("date", tolerance="4 day"), min_score_to_accept=92)
    given = entries("A 1.00 batch=7", "A 2.00 -2 batch=7", "B 3.00")

    assert found(rule, given) == ["102 101 = 103 below_min_score"]


def test_pending_members_and_manual_mode_are_suggested() -> None:
    given = entries("A 1.00 batch=7 status=pending", "A 2.00 batch=7", "B 3.00")
    posted = entries("A 1.00 batch=7", "A 2.00 batch=7", "B 3.00")

    assert found(by_identifier(), given, only_suggest=True) == ["101 102 = 103 pending"]
    assert found(by_identifier(), posted, only_suggest=True) == ["101 102 = 103 manual_mode"]


def test_a_record_with_an_empty_group_key_is_left_out() -> None:
    given = entries("A 10.00 batch=7", "A 2.50", "B 10.00")

    assert found(by_identifier(), given) == ["101 = 103"]
    assert said(by_identifier(), given) == ["102 group_key_missing"]


@pytest.mark.parametrize(
    ("first", "last", "remark"),
    [
        ("-3", "0", []),
        ("-4", "0", ["103 outside_window 1 day"]),
        ("-3", "+2", ["103 outside_window 2 days"]),
    ],
)
def test_a_cohort_with_a_member_outside_the_window_does_not_match(
    first: str, last: str, remark: list[str]
) -> None:
    rule = by_identifier(lookback=3)
    given = entries(f"A 1.00 {first} batch=7", f"A 2.00 {last} batch=7", "B 3.00")

    assert bool(found(rule, given)) is not bool(remark)
    assert said(rule, given) == remark


def test_a_cohort_outside_the_window_is_not_split() -> None:
    given = entries("A 1.00 -9 batch=7", "A 2.00 batch=7", "B 2.00")

    assert found(by_identifier(lookback=3), given) == []


def test_a_cohort_that_fits_several_records_is_suggested_for_the_least_cost() -> None:
    rule = by_identifier(leaf("amount", tolerance="0.5 dollar"))
    given = entries("A 10.00 batch=7", "B 10.25", "B 10.00 +1", "B 10.00 +2")

    (one,) = proposals(solve(rule, given))

    assert (one.side_b[0].record_id, one.doubt, one.others) == (103, "ambiguous", (104, 102))
    assert one.candidates == 3


def test_a_record_that_several_cohorts_fit_is_suggested() -> None:
    given = entries("A 10.00 batch=7", "A 10.00 batch=8", "B 10.00")

    (one,) = proposals(solve(by_identifier(), given))

    assert (one.doubt, one.others, one.candidates) == ("ambiguous", (102,), 2)


def test_records_that_say_the_same_are_no_ambiguity_while_there_is_one_for_each() -> None:
    given = entries("A 10.00 batch=7", "A 10.00 batch=8", "B 10.00", "B 10.00", "B 10.00")

    assert found(by_identifier(), given) == ["101 = 103", "102 = 104"]
    assert found(by_identifier(), given[1:]) == ["102 = 103"]


def test_what_a_person_took_apart_is_not_made_again_and_the_next_is_found() -> None:
    rule = by_identifier(leaf("amount", tolerance="0.5 dollar"))
    given = entries("A 10.00 batch=7", "A 1.00 batch=7", "B 11.00", "B 11.10")
    blocked = frozenset({((101, 102), (103,))})

    assert found(rule, given, blocked=blocked) == ["101 102 = 104"]


def test_more_members_than_a_match_may_have_are_left_and_said() -> None:
    many = [f"A 0.01 batch=7 reference=r{number}" for number in range(501)]

    assert found(by_identifier(), entries(*many[:500], "B 5.00"))
    assert found(by_identifier(), entries(*many, "B 5.01")) == []
    assert said(by_identifier(), entries(*many, "B 5.01")) == ["602 too_many_members"]


def test_the_only_cohort_of_a_record_tells_by_how_much_it_misses() -> None:
    rule = by_identifier(LINKED)
    given = ["A 10.00 batch=7", "A 1.00 batch=7"]

    assert said(rule, entries(*given, "B 11.50 reference=7")) == [
        "103 rollup_incomplete 0.50 EUR less"
    ]
    assert said(rule, entries(*given, "B 9.00 reference=7")) == [
        "103 rollup_incomplete 2.00 EUR more"
    ]


def test_less_and_more_are_meant_without_the_sign_of_the_record() -> None:
    given = entries("A -10.00 batch=7", "B -11.50 reference=7")

    assert said(by_identifier(LINKED), given) == ["102 rollup_incomplete 1.50 EUR less"]


def test_nothing_is_said_where_a_group_could_belong_to_several() -> None:
    given = entries("A 10.00 batch=7", "B 11.50 reference=7", "B 12.00 reference=7")

    assert said(by_identifier(LINKED), given) == []


def test_nothing_is_said_of_a_group_whose_other_conditions_fail() -> None:
    rule = by_identifier(LINKED, leaf("date", tolerance="1 day"))
    given = entries("A 10.00 batch=7", "B 11.50 +2 reference=7")

    assert said(rule, given) == []


def test_what_could_go_together_is_decided_together_and_the_rest_apart() -> None:
    given = entries("A 10.00 batch=7", "A 10.00 batch=8", "B 10.00", "A 3.00 batch=9", "B 3.00")

    parts = [sorted(one.entries) for one in solve(by_identifier(), given)]

    assert sorted(parts) == [[101, 102, 103], [104, 105]]


def test_too_many_equal_sums_are_left_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver, "MAX_TABLE_PAIRS", 3)
    given = entries("A 1.00 batch=7", "A 1.00 batch=8", "B 1.00", "B 1.00 +1")

    assert found(by_identifier(), given) == []
    assert said(by_identifier(), given) == ["103 block_too_large", "104 block_too_large"]


def test_nothing_is_said_of_entries_that_match() -> None:
    given = entries("A 10.00 batch=7", "B 10.00 reference=7")

    assert remarks(solve(by_identifier(LINKED), given)) == []
