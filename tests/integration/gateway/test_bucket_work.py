"""End Close's exceptions at the public door: people, comments, investigations."""

from typing import Any

import pytest

from integration.gateway.conftest import Gateway

AGGREGATES = {
    "record_count": 0, "total_amount": 0, "debit_count": 0, "debit_sum": 0, "credit_count": 0,
    "credit_sum": 0, "avg_age_days": 0, "oldest_at": None, "newest_at": None,
}  # fmt: skip
AT = "2026-01-08T00:00:10Z"
COMMENT = {"id": 91, "author_id": 3, "body": "b", "mentions": [], "created_at": AT}
INVESTIGATION = {
    "id": 95, "status": "completed", "outcome": "no_match", "recommendation_text": "none",
    "confidence_score": 1.0, "candidate_records_searched": 4, "suggested_record_ids": [],
    "filter_params": {}, "completed_at": AT, "created_at": AT,
}  # fmt: skip
BUCKET = {
    "id": 61, "reconciliation_id": 41, "reconciliation_name": "r", "data_stream_id": 11,
    "data_stream_name": "s", "data_stream_key": "k", "title": "t", "description": None,
    "status": "open", "created_at": AT, "updated_at": AT, "opened_at": AT, "closed_at": None,
    "decimal_places": 2, "version": 1, "assignee_ids": [], "aggregates": AGGREGATES,
}  # fmt: skip
PATH, OWN = "/v1/reconciliation_exceptions/61", "/internal/buckets/61"


async def own_number(gateway: Gateway) -> int:
    """Find the number of the account that the organisation was made with."""
    gateway.exceptions.answer("POST", f"{OWN}/comments", COMMENT, 201)
    await gateway.ask("POST", f"{PATH}/comments", json={"body": "b"})
    number = int(gateway.exceptions.calls[-1].headers["tieout-account"])
    gateway.exceptions.calls.clear()
    return number


async def test_a_comment_is_its_authors_by_subject(gateway: Gateway) -> None:
    own = await own_number(gateway)
    told = COMMENT | {"author_id": own, "mentions": [own]}
    gateway.exceptions.answer("POST", f"{OWN}/comments", told, 201)

    answer = await gateway.ask(
        "POST", f"{PATH}/comments", json={"body": "b", "mentions": [str(own)]}
    )

    assert answer.status_code == 201
    assert gateway.exceptions.calls[-1].json == {"body": "b", "mentions": [own]}
    assert answer.json() == {
        "id": 91, "body": "b", "author_workos_id": f"account:{own}", "mentions": [own],
        "created_at": AT,
    }  # fmt: skip


async def test_assignees_are_shown_with_their_subjects(gateway: Gateway) -> None:
    own = await own_number(gateway)
    told = BUCKET | {"assignee_ids": [own], "version": 2}
    gateway.exceptions.answer("PUT", f"{OWN}/assignees", told)

    answer = await gateway.ask(
        "PUT", f"{PATH}/assignees", json={"user_ids": [own]}, headers={"if-match": '"1"'}
    )

    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    assert answer.json()["assignees"] == [{"id": own, "workos_user_id": f"account:{own}"}]
    assert gateway.exceptions.calls[-1].headers["if-match"] == '"1"'


@pytest.mark.parametrize(
    ("method", "what", "body", "path"),
    [
        ("PUT", "assignees", {"user_ids": [987654]}, "$.user_ids[0]"),
        ("POST", "comments", {"body": "b", "mentions": [987654]}, "$.mentions[0]"),
    ],
)
async def test_people_who_are_none_are_422_and_nothing_is_written(
    gateway: Gateway, method: str, what: str, body: dict[str, Any], path: str
) -> None:
    gateway.exceptions.answer("GET", OWN, BUCKET | {"filtered_aggregates": AGGREGATES})

    answer = await gateway.ask(method, f"{PATH}/{what}", json=body)

    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"path": path, "message": "there is no such user"}]
    assert {call.method for call in gateway.exceptions.calls} == {"GET"}


async def test_an_investigation_is_shown_whole(gateway: Gateway) -> None:
    gateway.exceptions.answer("POST", f"{OWN}/investigations", INVESTIGATION, 201)

    bare = await gateway.ask("POST", f"{PATH}/investigations")
    narrowed = await gateway.ask("POST", f"{PATH}/investigations", json={"age_bucket": "gt_90d"})

    assert (bare.status_code, bare.json()) == (201, INVESTIGATION)
    assert [call.json for call in gateway.exceptions.calls] == [{}, {"age_bucket": "gt_90d"}]
    assert narrowed.status_code == 201


@pytest.mark.parametrize(
    "body", [{"amount_min": 1.5}, {"amount_min": "1"}, {"age_bucket": "old"}, {"colour": 1}]
)
async def test_a_wrong_filter_of_an_investigation_is_422(
    gateway: Gateway, body: dict[str, Any]
) -> None:
    answer = await gateway.ask("POST", f"{PATH}/investigations", json=body)

    assert answer.status_code == 422
    assert gateway.exceptions.calls == []


async def test_only_the_single_view_has_comments_and_investigations(gateway: Gateway) -> None:
    shown = BUCKET | {
        "filtered_aggregates": AGGREGATES, "comments": [COMMENT],
        "investigation_sessions": [INVESTIGATION],
    }  # fmt: skip
    gateway.exceptions.answer("GET", OWN, shown)
    page = {"data": [BUCKET], "has_more": False, "offset": 0}
    gateway.exceptions.answer("GET", "/internal/buckets", page)

    one = (await gateway.ask("GET", PATH)).json()
    (listed,) = (await gateway.ask("GET", "/v1/reconciliation_exceptions")).json()["data"]

    assert one["comments"][0]["author_workos_id"] == "account:3"
    assert one["investigation"] == one["investigation_sessions"][0] == INVESTIGATION
    alone = {"comments", "investigation", "investigation_sessions", "filtered_aggregates"}
    assert one.keys() - listed.keys() == alone
