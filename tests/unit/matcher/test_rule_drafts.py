"""The body of a new rule: what is refused, what is stored, what the defaults are."""

from typing import Any

import pytest

from tieout_matcher.domain.rule import RuleError
from tieout_matcher.domain.rule_draft import MAX_DESCRIPTION, read_draft
from unit.matcher.builders import a_leaf

FILTERS = {"rules": [a_leaf("reference")]}


def body(**given: Any) -> dict[str, Any]:
    return {"reconciliation_id": 5, "filters": FILTERS} | given


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"reconciliation_id": 5}, "$.filters", "validation_failed"),
    ({"filters": FILTERS}, "$.reconciliation_id", "validation_failed"),
    (body(colour="red"), "$.colour", "validation_failed"),
    *(
        (body(reconciliation_id=wrong), "$.reconciliation_id", "validation_failed")
        for wrong in (None, True, 1.5, "", "x", "-1", "٣", 0, -1, 2**53, 10**30, [5])
    ),
    *(
        (body(priority=wrong), "$.priority", "validation_failed")
        for wrong in (None, "1", True, 1.0, 2**31)
    ),
    (body(status="retired"), "$.status", "validation_failed"),
    (body(status=[]), "$.status", "validation_failed"),
    (body(cardinality="one_to_many"), "$.cardinality", "validation_failed"),
    (body(cardinality="many_to_one"), "$.cardinality", "not_supported"),
    (body(cardinality="many_to_many"), "$.cardinality", "not_supported"),
    (body(evaluate="sometimes"), "$.evaluate", "validation_failed"),
    (body(evaluate="pass"), "$.evaluate", "not_supported"),
    (body(search="subset_sum"), "$.search", "not_supported"),
    (body(min_score_to_accept=80), "$.min_score_to_accept", "not_supported"),
    (body(rollup="weekly"), "$.rollup", "validation_failed"),
    (body(rollup=[]), "$.rollup", "validation_failed"),
    (body(many_side="c"), "$.many_side", "validation_failed"),
    (body(group_by=5), "$.group_by", "validation_failed"),
    (body(group_by=["date", 5]), "$.group_by", "validation_failed"),
    (body(description=5), "$.description", "validation_failed"),
    (body(description="x" * (MAX_DESCRIPTION + 1)), "$.description", "validation_failed"),
    (body(description="a\x00b"), "$.description", "validation_failed"),
    (body(description="\ud800"), "$.description", "validation_failed"),
    (body(group_by=["a\x00b"]), "$.group_by[0]", "validation_failed"),
    (body(rollup={"a": [{"b\x00": 1}]}), "$.rollup.a[0]", "validation_failed"),
    (body(rollup={"a": float("nan")}), "$.rollup.a", "validation_failed"),
    (body(rollup={"a": float("inf")}), "$.rollup.a", "validation_failed"),
    (
        body(filters={"rules": [a_leaf("metadata.a\x00")]}),
        "$.filters.rules[0].key",
        "validation_failed",
    ),
]


@pytest.mark.parametrize(("given", "path", "code"), REFUSED)
def test_a_wrong_body_is_refused_with_its_place(
    given: dict[str, Any], path: str, code: str
) -> None:
    with pytest.raises(RuleError) as refused:
        read_draft(given)

    assert (refused.value.path, refused.value.code) == (path, code)


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
    }


def test_with_one_to_one_rollup_and_group_by_are_stored_and_not_used() -> None:
    rollup = {"group_by_kind": "date", "lookback_days": 2, "date_field": "date"}

    draft = read_draft(body(group_by="date", rollup=rollup, cardinality="one_to_one"))

    assert draft.stored["rollup"] == rollup
    assert draft.stored["group_by"] == ["date"]
    assert read_draft(body(rollup=None)).stored["rollup"] is None


def test_identifiers_may_be_decimal_strings() -> None:
    assert read_draft(body(reconciliation_id="12")).reconciliation_id == 12
