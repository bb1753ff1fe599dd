"""Many breaks in one request: an answer for each, and each effect once."""

import asyncio
from typing import Any

import httpx2
import pytest

from integration.exceptions.break_reads import audited
from integration.exceptions.conftest import Rig
from integration.exceptions.force_calls import asked

ANN = "ann@example.com"
WHY = {"override_reason": "ACCEPTED", "notes": "Small differences of the year end"}


async def bulk(
    rig: Rig, what: str, numbers: list[int], key: str | None = None, **body: Any
) -> httpx2.Response:
    headers = {} if key is None else {"x-idempotency-key": key}
    usual: dict[str, Any] = {"assignee": ANN} if what == "assign" else WHY
    sent = {"ids": numbers} | usual | body
    return await rig.call("POST", f"/breaks/bulk/{what}", json=sent, headers=headers)


async def breaks_of(rig: Rig, *record_ids: int) -> list[int]:
    """Have these records late; their breaks in the same order."""
    await rig.late(*record_ids)
    known = {one["record_id"]: one["id"] for one in (await rig.json("/breaks"))["data"]}
    return [known[one] for one in record_ids]


def told(answer: httpx2.Response) -> list[tuple[int, str]]:
    return [(one["id"], one.get("status") or one["code"]) for one in answer.json()["results"]]


async def test_each_is_assigned_or_says_why_not(rig: Rig) -> None:
    first, second, resolved = await breaks_of(rig, 1, 3, 5)
    rig.log.arrive(2)
    rig.log.match(5, 2)
    await rig.deliver()

    answer = await bulk(rig, "assign", [second, 10**9, resolved, first, second])

    assert answer.status_code == 200
    assert told(answer) == [
        (second, "ASSIGNED"),
        (10**9, "not_found"),
        (resolved, "exception_invalid_state"),
        (first, "ASSIGNED"),
    ]
    found = (await rig.json("/breaks", assigned_to=ANN))["data"]
    assert {one["id"] for one in found} == {first, second}
    events = [one for _, one in await rig.events() if one.get("assigned_to")]
    assert len(events) == 2


async def test_each_is_resolved_by_a_match_of_its_own(rig: Rig) -> None:
    ids = await breaks_of(rig, *range(1, 25, 2))

    answer = await bulk(rig, "resolve", ids)

    assert told(answer) == [(one, "RESOLVED") for one in ids]
    sent = asked(rig, "force-match")
    assert sorted(one["record_id"] for one in sent) == list(range(1, 25, 2))
    assert {one["residual_treatment"] for one in sent} == {"write_off"}
    shown = (await rig.json("/breaks"))["data"]
    assert {(one["resolution_reason"], one["resolution_notes"]) for one in shown} == {
        ("ACCEPTED", WHY["notes"])
    }
    assert len({one["match_id"] for one in shown}) == len(ids)


async def test_what_cannot_be_resolved_says_why_and_the_others_are(rig: Rig) -> None:
    first, second = await breaks_of(rig, 1, 3)
    await bulk(rig, "resolve", [first])

    answer = await bulk(rig, "resolve", [first, second, 10**9], notes=None)

    assert told(answer) == [
        (first, "exception_invalid_state"),
        (second, "RESOLVED"),
        (10**9, "not_found"),
    ]
    shown = await rig.json(f"/breaks/{second}")
    assert shown["resolution_notes"] == "ACCEPTED"


async def test_a_retry_is_answered_byte_for_byte_and_matches_nothing_again(rig: Rig) -> None:
    ids = await breaks_of(rig, 1, 3)

    answers = [await bulk(rig, "resolve", ids, "k") for _ in range(2)]
    other = await bulk(rig, "resolve", ids[:1], "k")

    assert answers[0].content == answers[1].content
    assert [one.headers["x-idempotency-replayed"] for one in answers] == ["false", "true"]
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert len(asked(rig, "force-match")) == 2


async def test_a_retry_after_a_crash_in_the_middle_goes_on_where_it_was(rig: Rig) -> None:
    ids = await breaks_of(rig, 1, 3)
    await bulk(rig, "resolve", ids, "k")
    # As if the process had died before the answer of the whole was kept.
    await rig.worker.execute(
        "UPDATE idempotency_key SET status = NULL, body = NULL WHERE route LIKE '%/bulk/resolve'"
    )

    again = await bulk(rig, "resolve", ids, "k")

    assert told(again) == [(one, "RESOLVED") for one in ids]
    assert again.headers["x-idempotency-replayed"] == "true"
    assert len(asked(rig, "force-match")) == 2


async def test_the_same_request_many_times_at_once_has_one_effect(rig: Rig) -> None:
    ids = await breaks_of(rig, 1, 3, 5)

    answers = await asyncio.gather(*(bulk(rig, "resolve", ids, "k") for _ in range(10)))

    assert {one.status_code for one in answers} <= {200, 409}
    assert {tuple(told(one)) for one in answers if one.status_code == 200} == {
        tuple((one, "RESOLVED") for one in ids)
    }
    assert len(rig.matcher.operations) == 3


async def test_with_the_matcher_away_all_are_accepted_and_complete_later(rig: Rig) -> None:
    ids = await breaks_of(rig, 1, 3)
    rig.matcher.down = True

    answer = await bulk(rig, "resolve", ids)
    rig.matcher.down = False
    await rig.worker.execute("UPDATE operation SET next_attempt_at = '2020-01-01'")
    await rig.resumer.resume_due()

    assert told(answer) == [(one, "PENDING_RESOLUTION") for one in ids]
    assert {one["status"] for one in (await rig.json("/breaks"))["data"]} == {"RESOLVED"}


async def test_another_organisations_are_not_found_and_stay(rig: Rig) -> None:
    ids = await breaks_of(rig, 1)
    foreign = {"tieout-organization": "8"}

    answers = [
        await rig.call("POST", "/breaks/bulk/assign", json={"ids": ids, "assignee": ANN},
                       headers=foreign),
        await rig.call("POST", "/breaks/bulk/resolve", json={"ids": ids} | WHY, headers=foreign),
    ]  # fmt: skip

    assert [told(one) for one in answers] == [[(ids[0], "not_found")]] * 2
    assert (await rig.one_break())["version"] == 1


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("assign", {"ids": []}),
        ("assign", {"ids": list(range(1, 102))}),
        ("assign", {"ids": ["1"]}),
        ("assign", {"assignee": ""}),
        ("resolve", {"ids": []}),
        ("resolve", {"ids": list(range(1, 102))}),
        ("resolve", {"override_reason": " "}),
        ("resolve", {"notes": "x" * 1001}),
    ],
)
async def test_a_bad_body_is_refused_whole(rig: Rig, what: str, body: dict[str, Any]) -> None:
    answer = await bulk(rig, what, [1], **body)

    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")


async def test_a_hundred_are_taken(rig: Rig) -> None:
    answer = await bulk(rig, "assign", list(range(10**9, 10**9 + 100)))

    assert {code for _, code in told(answer)} == {"not_found"}
    assert len(told(answer)) == 100


async def test_each_that_is_assigned_is_told_as_it_was_and_is(rig: Rig) -> None:
    ids = await breaks_of(rig, 1, 3)

    await bulk(rig, "assign", [*ids, 10**9])

    changes = {one["action"]: one for one in await audited(rig)}
    assert changes.keys() == {
        "POST /internal/breaks/bulk/assign",
        *(f"POST /internal/breaks/bulk/assign/{one}" for one in ids),
    }
    one = changes[f"POST /internal/breaks/bulk/assign/{ids[0]}"]
    assert (one["before"]["status"], one["after"]["status"]) == ("OPEN", "ASSIGNED")
    assert (one["before"]["assigned_to"], one["after"]["assigned_to"]) == (None, ANN)


async def test_each_that_is_resolved_is_told_to_have_begun(rig: Rig) -> None:
    ids = await breaks_of(rig, 1, 3)

    await bulk(rig, "resolve", [*ids, 10**9])

    changes = {one["action"]: one for one in await audited(rig)}
    whole = changes.pop("POST /internal/breaks/bulk/resolve")
    assert (whole["status"], whole["after"]) == (202, {"ids": [*ids, 10**9]})
    assert changes.keys() == {f"POST /internal/breaks/bulk/resolve/{one}" for one in ids}
