"""The body of a new rule: what is refused, what is stored, what the defaults are."""

from typing import Any

import pytest

from tieout_matcher.domain.filters import read_condition
from tieout_matcher.domain.rule import Rollup, Rule, RuleError
from tieout_matcher.domain.rule_draft import (
    MAX_DESCRIPTION,
    RuleDraft,
    read_change,
    read_draft,
    rule_of,
)
from unit.matcher.builders import a_leaf

FILTERS = {"rules": [a_leaf("reference")]}


def body(**given: Any) -> dict[str, Any]:
    return {"reconciliation_id": 5, "filters": FILTERS} | given


def rollup_body(rollup: Any, group_by: Any = "date", **given: Any) -> dict[str, Any]:
    return body(cardinality="many_to_one", rollup=rollup, group_by=group_by, **given)


WINDOW = {"lookback_days": 3, "date_field": "date"}
NEAR = {"rules": [a_leaf("amount", operand="gt")]}
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"reconciliation_id": 5}, "$.filters"),
    ({"filters": FILTERS}, "$.reconciliation_id"),
    (body(colour="red"), "$.colour"),
    *(
        (body(reconciliation_id=wrong), "$.reconciliation_id")
        for wrong in (None, True, 1.5, "", "x", "-1", "٣", 0, -1, 2**53, 10**30, [5])
    ),
    *((body(priority=wrong), "$.priority") for wrong in (None, "1", True, 1.0, 2**31)),
    *((body(status=wrong), "$.status") for wrong in ("retired", [], None)),
    *((body(cardinality=wrong), "$.cardinality") for wrong in ("one_to_many", "", [], {})),
    *((body(evaluate=wrong), "$.evaluate") for wrong in ("sometimes", "", 5)),
    *(
        (body(min_score_to_accept=wrong), "$.min_score_to_accept")
        for wrong in (-1, 101, 80.0, "80", True)
    ),
    (body(search="subset_sum"), "$.search"),
    (body(search="anneal", cardinality="many_to_many"), "$.search"),
    (body(cardinality="many_to_many", group_by="date"), "$.group_by"),
    (body(cardinality="many_to_many", rollup={}), "$.rollup"),
    (body(rollup="weekly"), "$.rollup"),
    (body(rollup=[]), "$.rollup"),
    (body(rollup={"days": 3}), "$.rollup.days"),
    (body(rollup={"group_by_kind": "week"}), "$.rollup.group_by_kind"),
    *((body(rollup={"lookback_days": wrong}), "$.rollup.lookback_days") for wrong in (0, 1.0, "2")),
    (body(rollup={"date_field": 5}), "$.rollup.date_field"),
    (body(many_side="c"), "$.many_side"),
    (body(group_by=5), "$.group_by"),
    (body(group_by=["date", 5]), "$.group_by"),
    (body(group_by=["date"] * 17), "$.group_by"),
    (rollup_body(None), "$.rollup"),
    (rollup_body({}, None), "$.group_by"),
    (rollup_body({}, []), "$.group_by"),
    (rollup_body({}, ["date", "colour"]), "$.group_by[1]"),
    (rollup_body({}, ["date", "amount"]), "$.group_by[1]"),
    (rollup_body({}, ["counterparty", "date"]), "$.group_by[0]"),
    (rollup_body({}, ["metadata.day"]), "$.group_by[0]"),
    (rollup_body({"lookback_days": 3}), "$.rollup.date_field"),
    (rollup_body({"date_field": "date"}), "$.rollup.lookback_days"),
    (rollup_body(WINDOW | {"lookback_days": 367}), "$.rollup.lookback_days"),
    (rollup_body(WINDOW, "value_date"), "$.rollup.date_field"),
    (
        rollup_body(
            {"group_by_kind": "identifier", "lookback_days": 3, "date_field": "reference"},
            "metadata.batch",
        ),
        "$.rollup.date_field",
    ),
    (rollup_body({}, filters=NEAR), "$.filters"),
    (body(cardinality="many_to_many", filters=NEAR), "$.filters"),
    (body(description=5), "$.description"),
    (body(description="x" * (MAX_DESCRIPTION + 1)), "$.description"),
    (body(description="a\x00b"), "$.description"),
    (body(description="\ud800"), "$.description"),
    (body(group_by=["a\x00b"]), "$.group_by[0]"),
    (body(rollup={"a": [{"b\x00": 1}]}), "$.rollup.a[0]"),
    (body(rollup={"a": float("nan")}), "$.rollup.a"),
    (body(rollup={"a": float("inf")}), "$.rollup.a"),
    (body(filters={"rules": [a_leaf("metadata.a\x00")]}), "$.filters.rules[0].key"),
]


@pytest.mark.parametrize(("given", "path"), REFUSED)
def test_a_wrong_body_is_refused_with_its_place(given: dict[str, Any], path: str) -> None:
    with pytest.raises(RuleError) as refused:
        read_draft(given)

    assert refused.value.path == path


def test_the_defaults() -> None:
    draft = read_draft(body())

    assert (draft.reconciliation_id, draft.priority, draft.status) == (5, 0, "active")
    assert draft.stored == {
        "filters": FILTERS,
        "group_by": [],
        "cardinality": "one_to_one",
        "rollup": None,
        "description": None,
        "many_side": "a",
        "evaluate": "arrival",
        "min_score_to_accept": 0,
        "search": None,
    }


def test_with_one_to_one_rollup_and_group_by_are_stored_and_not_used() -> None:
    rollup = {"group_by_kind": "date", "lookback_days": 2, "date_field": "date"}

    draft = read_draft(body(group_by="date", rollup=rollup, cardinality="one_to_one"))

    assert draft.stored["rollup"] == rollup
    assert draft.stored["group_by"] == ["date"]
    assert read_draft(body(rollup=None)).stored["rollup"] is None
    assert (made(draft).group_by, made(draft).rollup) == ((), None)


def made(draft: RuleDraft) -> Rule:
    return rule_of(rule_id=9, version=2, priority=3, status="active", stored=draft.stored)


def test_a_rollup_is_kept_as_seed_001_shows_it_and_makes_a_rule() -> None:
    window = {"lookback_days": 2, "date_field": "date"}
    given = rollup_body(window, ["date", "counterparty"], many_side="b", min_score_to_accept=70)

    draft = read_draft(given)

    assert draft.stored["rollup"] == window | {"group_by_kind": "date"}
    assert made(draft) == Rule(
        rule_id=9,
        version=2,
        priority=3,
        status="active",
        condition=read_condition(FILTERS),
        cardinality="many_to_one",
        many_side="b",
        group_by=("date", "counterparty"),
        rollup=Rollup(kind="date", lookback_days=2, date_field="date"),
        min_score_to_accept=70,
    )


def test_a_group_of_any_field_may_be_an_identifier() -> None:
    draft = read_draft(rollup_body({"group_by_kind": "identifier"}, "metadata.batch"))

    assert made(draft).group_by == ("metadata.batch",)
    assert made(draft).rollup == Rollup(kind="identifier")


def test_many_to_many_is_searched_by_subset_sum_whether_it_says_so_or_not() -> None:
    drafts = [
        read_draft(body(cardinality="many_to_many", **said))
        for said in ({}, {"search": "subset_sum"}, {"search": None})
    ]

    assert [made(draft).search for draft in drafts] == ["subset_sum"] * 3


def test_a_change_keeps_what_it_leaves_out_and_is_checked_whole() -> None:
    current = read_draft(rollup_body({}, description="daily"))

    changed = read_change(current, {"priority": 4})

    assert changed.stored == current.stored
    assert changed.priority == 4
    with pytest.raises(RuleError) as refused:
        read_change(current, {"rollup": None})
    assert refused.value.path == "$.rollup"


def test_identifiers_may_be_decimal_strings() -> None:
    assert read_draft(body(reconciliation_id="12")).reconciliation_id == 12
