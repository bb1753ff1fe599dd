"""Which rules decide on arrival, which in passes, and what an author is warned of."""

from typing import Any

import pytest

from tieout_matcher.domain.plan import compile_rules
from tieout_matcher.domain.rule import Rollup, Rule
from tieout_matcher.domain.rule_split import split
from tieout_matcher.domain.rule_warnings import warnings_of
from unit.matcher.builders import a_leaf, a_rule

NEAR = a_leaf("amount", tolerance_amount=5)
DATED = a_leaf("date")
PASS_ONLY: list[tuple[list[dict[str, Any]], dict[str, Any]]] = [
    ([NEAR], {}),
    ([DATED, {"operand": "or", "rules": [DATED, {"rules": [NEAR]}]}], {}),
    ([a_leaf("reference", operand="neq")], {}),
    ([DATED], {"evaluate": "pass"}),
    ([DATED], {"min_score_to_accept": 1}),
    ([DATED], {"cardinality": "many_to_many", "search": "subset_sum"}),
    ([DATED], {"cardinality": "many_to_one", "group_by": ("date",), "rollup": Rollup()}),
]


def ids(rules: tuple[Rule, ...]) -> list[int]:
    return [rule.rule_id for rule in rules]


@pytest.mark.parametrize(("leaves", "given"), PASS_ONLY)
def test_from_the_first_rule_that_cannot_decide_on_arrival_on_all_are_of_passes(
    leaves: list[dict[str, Any]], given: dict[str, Any]
) -> None:
    rules = [
        a_rule(DATED, rule_id=5, priority=1),
        a_rule(*leaves, rule_id=3, priority=1, **given),
        a_rule(DATED, rule_id=2, priority=1),
        a_rule(DATED, rule_id=4, priority=0),
        a_rule(NEAR, rule_id=1, priority=-1, status="proposed"),
    ]

    parts = split(rules, run_type="continuous")

    assert (ids(parts.arrival), ids(parts.passes)) == ([4, 2], [3, 5])
    assert ids(parts.active) == [4, 2, 3, 5]
    assert parts.needs_passes


def test_nothing_is_decided_on_arrival_in_batch_runs() -> None:
    parts = split([a_rule(DATED)], run_type="batch")

    assert (ids(parts.arrival), ids(parts.passes), parts.needs_passes) == ([], [1], True)


@pytest.mark.parametrize(
    ("rules", "needed"),
    [
        ([], False),
        ([a_rule(DATED)], False),
        ([a_rule(NEAR, status="proposed")], False),
        ([a_rule(DATED, a_leaf("reference"))], True),
        ([a_rule(DATED, a_leaf("metadata.a", "description"))], True),
        ([a_rule(DATED, evaluate="pass")], True),
    ],
)
def test_passes_are_needed_for_their_rules_and_for_mismatches_of_identities(
    rules: list[Rule], needed: bool
) -> None:
    assert split(rules, run_type="continuous").needs_passes is needed


@pytest.mark.parametrize(("leaves", "given"), PASS_ONLY)
def test_a_rule_of_passes_is_never_compiled_to_equalities(
    leaves: list[dict[str, Any]], given: dict[str, Any]
) -> None:
    rule = a_rule(*leaves, **given)

    with pytest.raises(ValueError, match="rule 1 is tried in passes"):
        compile_rules([rule], sign_mode="same")


PERCENT = a_leaf("amount", tolerance_amount=5, tolerance_unit="percent")
WORDS = a_leaf("description", operand="contains")


@pytest.mark.parametrize(
    ("rule", "paths"),
    [
        (a_rule(DATED, PERCENT), []),
        (a_rule(WORDS), []),
        (a_rule(PERCENT), ["$.filters.rules[0]"]),
        (a_rule(PERCENT, WORDS), ["$.filters"]),
        (a_rule(PERCENT, a_leaf("currency")), ["$.filters"]),
        (a_rule(DATED, PERCENT, operand="or"), ["$.filters.rules[1]"]),
        (
            a_rule(
                DATED, {"rules": [PERCENT, WORDS]}, {**PERCENT, "tolerance_amount": 6}, operand="or"
            ),
            ["$.filters.rules[1]", "$.filters.rules[2]"],
        ),
        (a_rule(PERCENT, cardinality="many_to_many", search="subset_sum"), []),
    ],
)
def test_an_alternative_that_no_key_finds_is_warned_of_with_its_place(
    rule: Rule, paths: list[str]
) -> None:
    found = warnings_of(rule, split([rule], run_type="continuous"), run_type="continuous")

    assert [one.path for one in found if one.code == "no_usable_plan"] == paths


@pytest.mark.parametrize(
    ("leaves", "warned"),
    [
        ([a_leaf("amount")], True),
        ([a_leaf("amount"), a_leaf("date"), a_leaf("currency")], True),
        ([a_leaf("amount"), a_leaf("counterparty")], False),
        ([a_leaf("amount"), a_leaf("reference", operand="gt")], True),
    ],
)
def test_a_rule_of_sets_with_nothing_but_money_in_common_is_warned_of(
    leaves: list[dict[str, Any]], warned: bool
) -> None:
    rule = a_rule(*leaves, cardinality="many_to_many", search="subset_sum")

    found = warnings_of(rule, split([rule], run_type="batch"), run_type="batch")

    assert ("sums_alone" in [one.code for one in found]) == warned
    pair = a_rule(*leaves)
    assert "sums_alone" not in [
        one.code for one in warnings_of(pair, split([pair], run_type="batch"), run_type="batch")
    ]


@pytest.mark.parametrize(
    ("first", "given", "warned"),
    [
        (a_rule(NEAR), {}, True),
        (a_rule(NEAR), {"evaluate": "pass"}, False),
        (a_rule(NEAR), {"status": "proposed"}, False),
        (a_rule(NEAR, status="proposed"), {}, False),
        (a_rule(DATED), {}, False),
    ],
)
def test_a_rule_behind_one_of_passes_is_warned_of(
    first: Rule, given: dict[str, Any], warned: bool
) -> None:
    rule = a_rule(DATED, rule_id=2, **given)
    parts = split([first, rule], run_type="continuous")
    batch = split([first, rule], run_type="batch")

    found = warnings_of(rule, parts, run_type="continuous")

    assert [(one.code, one.path) for one in found] == [("after_pass_rule", "$.priority")] * warned
    assert warnings_of(rule, batch, run_type="batch") == []
