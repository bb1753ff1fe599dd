"""Two of one identity that money or dates keep apart are told of, once and with the difference."""

from datetime import timedelta
from typing import Any

import pytest

from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.passes.mismatches import mismatches
from tieout_matcher.domain.passes.proposal import Remark
from tieout_matcher.domain.rule import Group, Rule
from unit.matcher.builders import DAY
from unit.matcher.pair_cases import leaf, open_entries, pass_rule

BY_REFERENCE = pass_rule(leaf("reference"), leaf("date"), leaf("counterparty"), rule_id=7)
SAME = {"reference": "R", "counterparty": "acme"}


def told(*entries: Facts, rules: list[Rule] | None = None) -> list[Remark]:
    found = mismatches(rules=rules or [BY_REFERENCE], entries=entries)
    assert all(one.proposals == () for one in found)
    return [remark for one in found for remark in one.remarks]


def two(a: dict[str, Any], b: dict[str, Any]) -> list[Facts]:
    return open_entries(("A", SAME | a), ("B", SAME | b))


@pytest.mark.parametrize(
    ("a", "b", "code", "difference"),
    [
        ({}, {"amount_minor": "1050"}, "amount_mismatch", "0.50 EUR"),
        ({}, {"direction": "debit"}, "amount_mismatch", "20.00 EUR"),
        ({}, {"amount_minor": "10005", "exponent": 3}, "amount_mismatch", "0.005 EUR"),
        ({}, {"date": DAY + timedelta(days=3)}, "date_mismatch", "3 days"),
        ({"date": DAY + timedelta(days=1)}, {}, "date_mismatch", "1 day"),
        ({}, {"currency": "USD"}, "currency_mismatch", "EUR and USD"),
        (
            {"date": DAY + timedelta(days=1)},
            {"currency": "USD", "amount_minor": "1"},
            "currency_mismatch",
            "EUR and USD",
        ),
        (
            {"date": DAY + timedelta(days=1)},
            {"amount_minor": "1001"},
            "amount_mismatch",
            "0.01 EUR",
        ),
    ],
)
def test_the_most_telling_difference_is_told_of_the_entry_of_side_b(
    a: dict[str, Any], b: dict[str, Any], code: str, difference: str
) -> None:
    (remark,) = told(*two(a, b))

    assert remark == Remark(
        record_id=102, code=code, rule_id=7, other_record_id=101, difference=difference
    )  # type: ignore[arg-type]  # one of the codes


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ({}, {}),
        ({}, {"counterparty": "other", "amount_minor": "1"}),
        ({"counterparty": None}, {"amount_minor": "1"}),
        ({}, {"reference": "S", "amount_minor": "1"}),
        ({"reference": None}, {"reference": None, "amount_minor": "1"}),
    ],
    ids=["nothing differs", "other words", "a missing value", "other identity", "no identity"],
)
def test_nothing_is_told_where_more_or_nothing_keeps_them_apart(
    a: dict[str, Any], b: dict[str, Any]
) -> None:
    assert told(*two(a, b)) == []


@pytest.mark.parametrize("side", ["A", "B"])
def test_a_third_entry_of_the_identity_silences_it(side: Any) -> None:
    entries = open_entries(
        ("A", SAME), ("B", SAME | {"amount_minor": "1"}), (side, SAME | {"currency": "USD"})
    )

    assert told(*entries[:2]) != []
    assert told(*entries) == []


def test_a_condition_with_a_tolerance_is_told_of_beyond_it() -> None:
    rule = pass_rule(
        leaf("reference"), leaf("amount", tolerance="1 dollar"), leaf("date", tolerance="2 day")
    )
    near = {"amount_minor": "1100", "date": DAY + timedelta(days=2)}

    assert told(*two({}, near), rules=[rule]) == []
    (remark,) = told(*two({}, near | {"amount_minor": "1101"}), rules=[rule])
    assert remark.difference == "1.01 EUR"


def test_a_missing_date_keeps_two_apart_but_is_no_difference_to_tell() -> None:
    rule = pass_rule(leaf("reference"), leaf("value_date"))

    assert told(*two({"value_date": DAY}, {}), rules=[rule]) == []
    (remark,) = told(*two({"value_date": DAY}, {"amount_minor": "1001"}), rules=[rule])
    assert remark.code == "amount_mismatch"


def test_what_another_rule_or_alternative_would_take_is_no_mismatch() -> None:
    strict = pass_rule(leaf("reference"), leaf("date"))
    loose = pass_rule(leaf("counterparty"), leaf("date", tolerance="5 day"), rule_id=2)
    either = pass_rule(
        Group(operand="or", children=(Group(operand="and", children=strict.condition.children),
                                      Group(operand="and", children=loose.condition.children)))
    )  # fmt: skip
    entries = two({}, {"date": DAY + timedelta(days=3)})

    assert len(told(*entries, rules=[strict])) == 1
    assert told(*entries, rules=[strict, loose]) == []
    assert told(*entries, rules=[either]) == []


def test_an_entry_is_told_of_once_by_the_first_rule() -> None:
    by_name = pass_rule(leaf("external_id"), rule_id=1)
    entries = open_entries(
        ("A", SAME | {"external_id": "x"}),
        ("B", SAME | {"external_id": "x", "amount_minor": "1"}),
    )

    assert [one.rule_id for one in told(*entries, rules=[BY_REFERENCE, by_name])] == [7]
    assert [one.rule_id for one in told(*entries, rules=[by_name, BY_REFERENCE])] == [1]
