"""Force match: intent, effect, completion; one effect, whoever comes first."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from integration.exceptions.conftest import Rig

BODY = {"notes": "Agreed with the bank", "overrideReason": "BUSINESS_DECISION"}


async def force(rig: Rig, break_id: int, key: str | None = None, **body: Any) -> httpx2.Response:
    headers = {} if key is None else {"x-idempotency-key": key}
    return await rig.call(
        "POST", f"/breaks/{break_id}/force-match", json=BODY | body, headers=headers
    )


async def one_late(rig: Rig) -> int:
    await rig.late(1)
    return int((await rig.one_break())["id"])


def asked(rig: Rig, what: str) -> list[dict[str, Any]]:
    return [body for command, body in rig.matcher.asked if command == what]


async def tell_forced(rig: Rig) -> None:
    """Let the matcher's outcome of the one operation arrive."""
    ((operation_id, outcome),) = rig.matcher.operations.items()
    match_id = rig.log.match(1, kind="force", operation_id=operation_id)
    assert outcome["status"] == "done"
    rig.matcher.operations[operation_id] = outcome | {"match_id": match_id}
    await rig.deliver()


async def statuses(rig: Rig) -> list[tuple[str | None, str]]:
    return [
        (one.get("old_status"), one["new_status"])
        for _, one in await rig.events()
        if one["type"] == "break.changed"
    ]


async def test_it_resolves_the_break_and_answers_so(rig: Rig) -> None:
    break_id = await one_late(rig)

    response = await force(rig, break_id, counterpart_record_ids=[2], residual_treatment="fee")

    assert response.status_code == 200
    assert response.headers["x-idempotency-replayed"] == "false"
    answer = response.json()
    assert {name: answer[name] for name in answer if name.startswith("resolution")} == {
        "resolution_type": "FORCE_MATCH",
        "resolution_reason": "BUSINESS_DECISION",
        "resolution_notes": "Agreed with the bank",
    }
    assert (answer["status"], answer["record_id"]) == ("RESOLVED", 1)
    (sent,) = asked(rig, "force-match")
    assert answer["match_id"] == 9000 + sent["operation_id"]
    assert sent == {
        "operation_id": sent["operation_id"],
        "reconciliation_id": 5,
        "record_id": 1,
        "counterpart_record_ids": [2],
        "residual_treatment": "fee",
    }
    assert await statuses(rig) == [
        (None, "OPEN"),
        ("OPEN", "PENDING_RESOLUTION"),
        ("PENDING_RESOLUTION", "RESOLVED"),
    ]


async def test_a_retry_gets_the_stored_answer_byte_for_byte(rig: Rig) -> None:
    break_id = await one_late(rig)

    first = await force(rig, break_id, "k1")
    rig.clock.now += timedelta(days=2)
    again = await force(rig, break_id, "k1")

    assert again.content == first.content
    assert (again.status_code, again.headers["x-idempotency-replayed"]) == (200, "true")
    assert len(asked(rig, "force-match")) == 1


async def test_fifty_at_once_with_one_key_have_one_effect(rig: Rig) -> None:
    break_id = await one_late(rig)

    answers = await asyncio.gather(*(force(rig, break_id, "k1") for _ in range(50)))

    by_status = Counter(one.status_code for one in answers)
    assert by_status[200] >= 1
    assert by_status.keys() <= {200, 409}
    assert len({one.content for one in answers if one.status_code == 200}) == 1
    assert len(rig.matcher.operations) == 1
    assert await rig.worker.fetchval("SELECT count(*) FROM operation") == 1
    assert [new for _, new in await statuses(rig)].count("RESOLVED") == 1


async def test_fifty_at_once_without_a_key_have_one_effect(rig: Rig) -> None:
    break_id = await one_late(rig)

    answers = await asyncio.gather(*(force(rig, break_id) for _ in range(50)))

    by_status = Counter(one.status_code for one in answers)
    assert by_status == {200: 1, 422: 49}
    assert {one.json()["code"] for one in answers if one.status_code == 422} == {
        "exception_invalid_state"
    }


async def test_the_same_key_with_another_request_is_refused(rig: Rig) -> None:
    break_id = await one_late(rig)
    await force(rig, break_id, "k1")

    response = await force(rig, break_id, "k1", notes="something else")

    assert (response.status_code, response.json()["code"]) == (422, "idempotency_key_reused")


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (b"", "$"),
        (b"[]", "$"),
        (b'{"notes":"x"}', "$.overrideReason"),
        (b'{"overrideReason":"x"}', "$.notes"),
        (b'{"notes":" \\t","overrideReason":"x"}', "$.notes"),
        (b'{"notes":"x","overrideReason":"\\u2003"}', "$.overrideReason"),
        (b'{"notes":null,"overrideReason":"x"}', "$.notes"),
        (b'{"notes":7,"overrideReason":"x"}', "$.notes"),
        (b'{"notes":"a\\u0000","overrideReason":"x"}', "$.notes"),
        (b'{"notes":"' + b"x" * 1001 + b'","overrideReason":"x"}', "$.notes"),
        (b'{"notes":"x","overrideReason":"' + b"x" * 256 + b'"}', "$.overrideReason"),
        (b'{"notes":"x","overrideReason":"x","residual_treatment":"gift"}', "$.residual_treatment"),
        (
            b'{"notes":"x","overrideReason":"x","counterpart_record_ids":["1"]}',
            "$.counterpart_record_ids[0]",
        ),
        (b'{"notes":"\\ud800","overrideReason":"x"}', "$"),
    ],
)
async def test_a_bad_body_is_400_and_changes_nothing(rig: Rig, body: bytes, path: str) -> None:
    break_id = await one_late(rig)

    response = await rig.call("POST", f"/breaks/{break_id}/force-match", content=body)

    assert (response.status_code, response.json()["code"]) == (400, "bad_request")
    assert path in [one["path"] for one in response.json()["errors"]]
    assert (await rig.one_break())["status"] == "OPEN"


async def test_the_longest_texts_are_taken_as_they_are(rig: Rig) -> None:
    break_id = await one_late(rig)
    notes = " " + "ü" * 998 + "\n"

    answer = (await force(rig, break_id, notes=notes, overrideReason="€" * 255)).json()

    assert (answer["resolution_notes"], answer["resolution_reason"]) == (notes, "€" * 255)


async def test_carry_is_said_not_to_be_built(rig: Rig) -> None:
    break_id = await one_late(rig)

    response = await force(rig, break_id, residual_treatment="carry")

    assert (response.status_code, response.json()["code"]) == (422, "not_supported")


async def test_unknown_and_foreign_are_404(rig: Rig) -> None:
    break_id = await one_late(rig)

    unknown = await force(rig, break_id + 1)
    foreign = await rig.call(
        "POST",
        f"/breaks/{break_id}/force-match",
        json=BODY,
        headers={"tieout-organization": "8"},
    )

    assert (unknown.status_code, foreign.status_code) == (404, 404)


@pytest.mark.parametrize(
    ("if_match", "status"), [('"1"', 200), ("1", 200), ("*", 200), ('"2"', 412), ("x", 412)]
)
async def test_a_stale_version_is_412(rig: Rig, if_match: str, status: int) -> None:
    break_id = await one_late(rig)

    response = await rig.call(
        "POST", f"/breaks/{break_id}/force-match", json=BODY, headers={"if-match": if_match}
    )

    assert response.status_code == status


async def test_a_resolved_or_waiting_break_cannot_be_forced(rig: Rig) -> None:
    break_id = await one_late(rig)
    rig.matcher.down = True

    waiting = await force(rig, break_id)
    second = await force(rig, break_id)
    rig.matcher.down = False
    rig.clock.now += timedelta(seconds=10)
    await rig.resumer.resume_due()
    third = await force(rig, break_id)

    assert (waiting.status_code, waiting.json()["status"]) == (200, "PENDING_RESOLUTION")
    for refused in (second, third):
        assert (refused.status_code, refused.json()["code"]) == (422, "exception_invalid_state")


async def test_an_unreachable_matcher_leaves_it_pending_until_the_resumer_completes(
    rig: Rig,
) -> None:
    break_id = await one_late(rig)
    rig.matcher.down = True

    first = await force(rig, break_id, "k1")
    attached = await force(rig, break_id, "k1")
    too_early = await rig.resumer.resume_due()
    rig.matcher.down = False
    rig.clock.now += timedelta(seconds=6)
    resumed = await rig.resumer.resume_due()
    done = await force(rig, break_id, "k1")

    assert first.json()["status"] == attached.json()["status"] == "PENDING_RESOLUTION"
    assert attached.headers["x-idempotency-replayed"] == "true"
    assert (too_early, resumed) == (0, 1)
    assert (done.json()["status"], done.headers["x-idempotency-replayed"]) == ("RESOLVED", "true")
    assert len(rig.matcher.operations) == 1


async def test_after_too_many_tries_it_is_cancelled_at_the_matcher_then_reverted(
    rig: Rig,
) -> None:
    break_id = await one_late(rig)
    rig.matcher.down = True
    await force(rig, break_id, "k1")
    for _ in range(4):
        rig.clock.now += timedelta(minutes=2)
        assert await rig.resumer.resume_due() == 1
    assert (await rig.one_break())["status"] == "PENDING_RESOLUTION"
    assert len(asked(rig, "cancel")) == 1

    rig.matcher.down = False
    rig.clock.now += timedelta(minutes=2)
    await rig.resumer.resume_due()

    assert (await rig.one_break())["status"] == "OPEN"
    assert [one["status"] for one in rig.matcher.operations.values()] == ["cancelled"]
    refused = [one for _, one in await rig.events() if one["type"] == "break.resolution_refused"]
    assert [(one["status"], one["code"]) for one in refused] == [("OPEN", "not_carried_out")]
    again = await force(rig, break_id, "k1")
    assert (again.json()["status"], again.headers["x-idempotency-replayed"]) == (
        "RESOLVED",
        "false",
    )


async def test_what_was_made_before_the_cancelling_stands(rig: Rig) -> None:
    break_id = await one_late(rig)
    rig.matcher.down = True
    await force(rig, break_id)
    (sent,) = asked(rig, "force-match")
    rig.matcher.operations[sent["operation_id"]] = {"status": "done", "match_id": 77}
    rig.matcher.down = False
    rig.clock.now += timedelta(minutes=2)
    await rig.worker.execute("UPDATE operation SET attempts = 3")

    await rig.resumer.resume_due()

    assert len(asked(rig, "cancel")) == 1
    assert ((await rig.one_break())["status"], (await rig.one_break())["match_id"]) == (
        "RESOLVED",
        77,
    )


async def test_a_refusal_gives_the_break_back_and_the_key_free(rig: Rig) -> None:
    break_id = await one_late(rig)
    rig.matcher.refusal = {"status": "refused", "code": "same_side", "message": "both on side A"}

    refused = await force(rig, break_id, "k1", counterpart_record_ids=[3])
    rig.matcher.refusal = None
    taken = await force(rig, break_id, "k1", counterpart_record_ids=[2])

    assert (refused.status_code, refused.json()["code"]) == (422, "same_side")
    assert refused.json()["detail"] == "both on side A"
    assert taken.status_code == 200
    assert await statuses(rig) == [
        (None, "OPEN"),
        ("OPEN", "PENDING_RESOLUTION"),
        ("PENDING_RESOLUTION", "OPEN"),
        ("OPEN", "PENDING_RESOLUTION"),
        ("PENDING_RESOLUTION", "RESOLVED"),
    ]


async def test_an_entry_matched_meanwhile_resolves_the_break_by_that_match(rig: Rig) -> None:
    break_id = await one_late(rig)
    rig.matcher.refusal = {
        "status": "refused",
        "code": "entry_not_open",
        "message": "record 1 is matched by match 55",
        "matched_by": 55,
    }

    response = await force(rig, break_id)

    assert (response.status_code, response.json()["code"]) == (422, "exception_invalid_state")
    found = await rig.one_break()
    assert (found["status"], found["match_id"], found["resolution_type"]) == ("RESOLVED", 55, None)


async def test_a_counterpart_matched_meanwhile_leaves_the_break_open(rig: Rig) -> None:
    break_id = await one_late(rig)
    rig.matcher.refusal = {"status": "refused", "code": "entry_not_open", "matched_by": 55}

    await force(rig, break_id, counterpart_record_ids=[2])

    assert (await rig.one_break())["status"] == "OPEN"


async def test_the_outcome_completes_what_no_answer_reached(rig: Rig) -> None:
    break_id = await one_late(rig)
    rig.matcher.down = True
    await force(rig, break_id, "k1")
    (sent,) = asked(rig, "force-match")
    rig.matcher.operations[sent["operation_id"]] = {"status": "done", "match_id": 0}

    await tell_forced(rig)
    await rig.deliver(rig.log.outcomes)
    rig.matcher.down = False
    rig.clock.now += timedelta(minutes=5)

    assert await rig.resumer.resume_due() == 0
    replayed = await force(rig, break_id, "k1")
    assert (replayed.status_code, replayed.headers["x-idempotency-replayed"]) == (200, "true")
    answer = replayed.json()
    assert (answer["status"], answer["resolution_notes"]) == ("RESOLVED", BODY["notes"])
    assert answer == (await rig.json(f"/breaks/{break_id}"))
    assert [new for _, new in await statuses(rig)].count("RESOLVED") == 1


async def test_the_outcome_after_the_answer_has_no_second_effect(rig: Rig) -> None:
    break_id = await one_late(rig)
    answer = (await force(rig, break_id, "k1")).json()

    await tell_forced(rig)

    assert await rig.json(f"/breaks/{break_id}") == answer
    assert await rig.worker.fetchval("SELECT count(*) FROM overdue_entry") == 0
    assert [new for _, new in await statuses(rig)].count("RESOLVED") == 1


async def test_a_revoked_force_match_opens_the_break_again(rig: Rig) -> None:
    break_id = await one_late(rig)
    rig.matcher.down = True
    await force(rig, break_id)
    (sent,) = asked(rig, "force-match")
    rig.matcher.operations[sent["operation_id"]] = {"status": "done", "match_id": 0}
    await tell_forced(rig)

    rig.log.revoke(next(iter(rig.log.matches)))
    await rig.deliver()

    found = await rig.one_break()
    assert (found["status"], found["reopened_count"]) == ("OPEN", 1)
    assert (found["resolution_type"], found["resolution_notes"]) == (None, None)


async def test_requests_resumers_and_outcomes_at_once_have_one_effect(rig: Rig) -> None:
    break_id = await one_late(rig)
    rig.matcher.down = True
    await force(rig, break_id, "k1")
    (sent,) = asked(rig, "force-match")
    rig.matcher.operations[sent["operation_id"]] = {"status": "done", "match_id": 5004}
    rig.matcher.down = False
    rig.clock.now += timedelta(minutes=1)

    await asyncio.gather(
        tell_forced(rig),
        *(rig.resumer.resume_due() for _ in range(5)),
        *(force(rig, break_id, "k1") for _ in range(10)),
    )

    assert [new for _, new in await statuses(rig)].count("RESOLVED") == 1
    assert (await rig.one_break())["version"] == 3
