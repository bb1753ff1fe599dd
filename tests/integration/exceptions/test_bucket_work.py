"""Assignees, comments and investigations of buckets, over the internal routes."""

from typing import Any

import pytest

from integration.exceptions.bucket_calls import buckets, create
from integration.exceptions.conftest import Rig


def near(record_id: int, failing: int = 1, state: str = "open") -> dict[str, Any]:
    message = f"would match {record_id} if the dates were 5 days apart"
    return {"record_id": record_id, "failing": failing, "state": state, "message": message}


def explanation(*found: dict[str, Any], all_open: bool = True) -> dict[str, Any]:
    searched = {"candidates": 7, "all_open": all_open}
    return {"entry": {}, "near_misses": list(found), "searched": searched}


async def one_bucket(rig: Rig) -> int:
    (found,) = await buckets(rig)
    return int(found["id"])


async def test_a_comment_is_shown_with_its_author_oldest_first(rig: Rig) -> None:
    number = (await create(rig)).json()["id"]

    said = [
        await rig.call("POST", f"/buckets/{number}/comments", json=body)
        for body in ({"body": "first"}, {"body": " second ", "mentions": [9, 8, 9]})
    ]
    shown = await rig.json(f"/buckets/{number}")

    assert [one.status_code for one in said] == [201, 201]
    assert [one.json() for one in said] == shown["comments"]
    assert [(one["body"], one["mentions"], one["author_id"]) for one in shown["comments"]] == [
        ("first", [], 3), (" second ", [9, 8], 3),
    ]  # fmt: skip
    assert "comments" not in (await buckets(rig))[0]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "$.body"),
        ({"body": " "}, "$.body"),
        ({"body": "a\x00"}, "$.body"),
        ({"body": "x" * 10_001}, "$.body"),
        ({"body": 1}, "$.body"),
        ({"body": "x", "mentions": [0]}, "$.mentions[0]"),
        ({"body": "x", "mentions": [1] * 51}, "$.mentions"),
        ({"body": "x", "loud": True}, "$.loud"),
    ],
)
async def test_a_wrong_comment_is_422_with_its_place(rig: Rig, body: Any, path: str) -> None:
    number = (await create(rig)).json()["id"]

    answered = await rig.call("POST", f"/buckets/{number}/comments", json=body)

    assert answered.status_code == 422
    assert [one["path"] for one in answered.json()["errors"]] == [path]


async def test_a_bucket_is_those_peoples_whom_it_was_given_last(rig: Rig) -> None:
    made = (await create(rig)).json()
    path = f"/buckets/{made['id']}/assignees"

    first = await rig.call("PUT", path, json={"user_ids": [4, 2, 4]})
    same = await rig.call("PUT", path, json={"user_ids": [4, 2]})
    nobody = await rig.call("PUT", path, json={"user_ids": []}, headers={"if-match": '"2"'})
    stale = await rig.call("PUT", path, json={"user_ids": [4]}, headers={"if-match": '"2"'})

    assert (made["assignee_ids"], first.json()["assignee_ids"]) == ([], [4, 2])
    assert [one.json()["version"] for one in (first, same, nobody)] == [2, 2, 3]
    assert nobody.json()["assignee_ids"] == []
    assert (stale.status_code, stale.json()["code"]) == (412, "precondition_failed")


async def test_a_bucket_keeps_its_people_when_its_status_changes(rig: Rig) -> None:
    await rig.late(1)
    number = await one_bucket(rig)
    await rig.call("PUT", f"/buckets/{number}/assignees", json={"user_ids": [4]})

    await rig.call("PATCH", f"/buckets/{number}", json={"status": "investigating"})
    await rig.late(3)

    assert (await buckets(rig))[0]["assignee_ids"] == [4]


async def test_an_investigation_asks_of_each_member_and_is_kept(rig: Rig) -> None:
    await rig.late(1, 3)
    number = await one_bucket(rig)
    rig.matcher.explanations = {1: explanation(near(2)), 3: explanation(near(4), near(6))}

    answered = await rig.call("POST", f"/buckets/{number}/investigations")
    shown = await rig.json(f"/buckets/{number}")

    told = answered.json()
    assert answered.status_code == 201
    assert (told["status"], told["outcome"], told["confidence_score"]) == (
        "completed", "match_found", 0.5,
    )  # fmt: skip
    assert (told["candidate_records_searched"], told["suggested_record_ids"]) == (14, [2, 4, 6])
    assert told["filter_params"] == {}
    assert shown["investigation"] == told
    assert shown["investigation_sessions"] == [told]


async def test_filters_narrow_what_is_investigated(rig: Rig) -> None:
    await rig.late(1, amount_minor="250", direction="debit")
    await rig.late(3)
    number = await one_bucket(rig)
    rig.matcher.explanations = {one: explanation(near(one + 1)) for one in (1, 3)}

    answered = await rig.call(
        "POST", f"/buckets/{number}/investigations",
        json={"direction": "debit", "date_from": "2026-01-01", "amount_max": -1},
    )  # fmt: skip

    assert answered.json()["suggested_record_ids"] == [2]
    assert answered.json()["filter_params"] == {
        "direction": "debit", "date_from": "2026-01-01", "amount_max": -1,
    }  # fmt: skip


async def test_a_member_that_is_open_no_longer_is_left_out(rig: Rig) -> None:
    await rig.late(1, 3, 5)
    number = await one_bucket(rig)
    matched = {"entry": {}, "match": {"status": "accepted", "members": []}}
    rig.matcher.explanations = {1: matched, 5: {"entry": {}}}

    told = (await rig.call("POST", f"/buckets/{number}/investigations")).json()

    assert (told["outcome"], told["candidate_records_searched"]) == ("no_match", 0)


async def test_a_suggestion_without_doubt_is_what_is_recommended(rig: Rig) -> None:
    await rig.late(1)
    number = await one_bucket(rig)
    members = [{"record_id": 1}, {"record_id": 2}]
    match = {"status": "suggested", "members": members, "candidates": 2, "doubt": None}
    rig.matcher.explanations = {1: {"entry": {}, "match": match | {"others": []}}}

    told = (await rig.call("POST", f"/buckets/{number}/investigations")).json()

    assert (told["outcome"], told["suggested_record_ids"]) == ("match_found", [2])


async def test_five_sessions_are_shown_the_newest_first(rig: Rig) -> None:
    number = (await create(rig)).json()["id"]
    made = [
        (await rig.call("POST", f"/buckets/{number}/investigations")).json()["id"] for _ in range(6)
    ]

    shown = await rig.json(f"/buckets/{number}")

    assert [one["id"] for one in shown["investigation_sessions"]] == made[:0:-1]
    assert shown["investigation"]["id"] == made[-1]


async def test_a_key_has_one_effect_on_each_of_them(rig: Rig) -> None:
    number = (await create(rig)).json()["id"]
    headers = {"x-idempotency-key": "once"}
    calls: list[tuple[str, str, Any, Any]] = [
        ("POST", "comments", {"body": "b"}, {"body": "c"}),
        ("PUT", "assignees", {"user_ids": [1]}, {"user_ids": [2]}),
        ("POST", "investigations", {"direction": "debit"}, {"direction": "credit"}),
    ]

    for method, what, body, other in calls:
        path = f"/buckets/{number}/{what}"
        first, again = [await rig.call(method, path, json=body, headers=headers) for _ in range(2)]
        reused = await rig.call(method, path, json=other, headers=headers)
        assert (again.content, again.headers["x-idempotency-replayed"]) == (first.content, "true")
        assert (reused.status_code, reused.json()["code"]) == (422, "idempotency_key_reused")

    shown = await rig.json(f"/buckets/{number}")
    assert (len(shown["comments"]), len(shown["investigation_sessions"])) == (1, 1)


async def test_a_matcher_that_does_not_answer_is_503_and_nothing_is_kept(rig: Rig) -> None:
    await rig.late(1)
    number = await one_bucket(rig)
    rig.matcher.down = True

    answered = await rig.call("POST", f"/buckets/{number}/investigations")

    assert answered.status_code == 503
    assert (await rig.json(f"/buckets/{number}"))["investigation_sessions"] == []


@pytest.mark.parametrize(
    ("method", "what", "body"),
    [
        ("POST", "comments", {"body": "b"}),
        ("PUT", "assignees", {"user_ids": []}),
        ("POST", "investigations", {}),
    ],
)
async def test_of_another_organisation_it_is_404(
    rig: Rig, method: str, what: str, body: dict[str, Any]
) -> None:
    number = (await create(rig)).json()["id"]
    headers = {"tieout-organization": "8"}

    answered = await rig.call(method, f"/buckets/{number}/{what}", json=body, headers=headers)

    assert answered.status_code == 404
