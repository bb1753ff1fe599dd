"""Force match: intent, effect, completion; one effect, whoever comes first."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from integration.exceptions.conftest import Rig
from integration.exceptions.force_calls import BODY, asked, force, one_late, statuses


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
