"""Adjusting an entry: the same steps as a force match, with an amount that a person states."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest

from integration.exceptions.conftest import Rig
from integration.exceptions.force_calls import asked, one_late, statuses

BODY = {
    "notes": "The bank kept its fee back",
    "reason_code": "FEE_ADJUSTMENT",
    "amount": "-2.50",
    "currency": "EUR",
}


async def adjust(rig: Rig, break_id: int, key: str | None = None, **body: Any) -> httpx2.Response:
    headers = {} if key is None else {"x-idempotency-key": key}
    path = f"/breaks/{break_id}/adjust-entry"
    return await rig.call("POST", path, json=BODY | body, headers=headers)


async def test_it_resolves_the_break_and_says_how(rig: Rig) -> None:
    break_id = await one_late(rig)

    answer = await adjust(
        rig, break_id, counterpart_record_ids=[4, 2, 4], effective_at="2026-02-20T01:00:00+01:00"
    )

    shown = answer.json()
    assert answer.status_code == 200
    assert {name: shown[name] for name in shown if name.startswith("resolution")} == {
        "resolution_type": "ADJUST_ENTRY",
        "resolution_reason": "FEE_ADJUSTMENT",
        "resolution_notes": "The bank kept its fee back",
    }
    (sent,) = asked(rig, "adjust-entry")
    assert sent == {
        "operation_id": sent["operation_id"],
        "reconciliation_id": 5,
        "record_id": 1,
        "counterpart_record_ids": [4, 2],
        "amount": "-2.50",
        "currency": "EUR",
        "note": "FEE_ADJUSTMENT (effective 2026-02-20T00:00:00+00:00)",
    }
    resolved = [one for _, one in await rig.events() if one.get("resolution_type")]
    assert [one["resolution_type"] for one in resolved] == ["ADJUST_ENTRY"]
    assert [new for _, new in await statuses(rig)] == ["OPEN", "PENDING_RESOLUTION", "RESOLVED"]


async def test_a_retry_gets_the_stored_answer_byte_for_byte(rig: Rig) -> None:
    break_id = await one_late(rig)

    first = await adjust(rig, break_id, "k1")
    rig.clock.now += timedelta(days=2)
    again = await adjust(rig, break_id, "k1")
    other = await adjust(rig, break_id, "k1", amount="2.50")

    assert (again.content, again.headers["x-idempotency-replayed"]) == (first.content, "true")
    assert len(asked(rig, "adjust-entry")) == 1
    assert other.json()["code"] == "idempotency_key_reused"


async def test_what_a_mismatch_differs_from_is_its_counterpart_unless_named(rig: Rig) -> None:
    for record_id in (1, 2):
        rig.log.arrive(record_id)
    rig.log.mismatch(2, 1)
    await rig.deliver()
    break_id = (await rig.one_break())["id"]
    rig.matcher.refusal = {"status": "refused", "code": "amounts_differ", "message": "no"}

    await adjust(rig, break_id)
    await adjust(rig, break_id, counterpart_record_ids=[])
    await adjust(rig, break_id, counterpart_record_ids=[3])

    named = [one["counterpart_record_ids"] for one in asked(rig, "adjust-entry")]
    assert named == [[1], [], [3]]


async def test_a_refusal_gives_the_break_back_and_says_why(rig: Rig) -> None:
    break_id = await one_late(rig)
    refusal = {"status": "refused", "code": "amounts_differ", "message": "ties with -1250.00 EUR"}
    rig.matcher.refusal = refusal

    answer = await adjust(rig, break_id, "k1")

    assert (answer.status_code, answer.json()["code"]) == (422, "amounts_differ")
    assert answer.json()["detail"] == refusal["message"]
    assert (await rig.one_break())["status"] == "OPEN"
    rig.matcher.refusal = None
    assert (await adjust(rig, break_id, "k1")).json()["status"] == "RESOLVED"


async def test_a_matcher_that_is_away_is_asked_later(rig: Rig) -> None:
    break_id = await one_late(rig)
    rig.matcher.down = True

    waiting = await adjust(rig, break_id, "k1")
    rig.matcher.down = False
    rig.clock.now += timedelta(minutes=1)
    await rig.resumer.resume_due()
    again = await adjust(rig, break_id, "k1")

    assert waiting.json()["status"] == "PENDING_RESOLUTION"
    assert (again.json()["status"], again.json()["resolution_type"]) == ("RESOLVED", "ADJUST_ENTRY")
    assert {one["amount"] for one in asked(rig, "adjust-entry")} == {"-2.50"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": "0"},
        {"amount": "-0.00"},
        {"amount": "1,50"},
        {"amount": "1e3"},
        {"amount": 1.5},
        {"amount": "9" * 61},
        {"amount": None},
        {"currency": "eur"},
        {"currency": "E"},
        {"notes": " "},
        {"notes": "x" * 1001},
        {"reason_code": ""},
        {"reason_code": "x" * 256},
        {"effective_at": "2026-02-20T01:00:00"},
        {"counterpart_record_ids": [0]},
        {"residual_treatment": "fee"},
    ],
)
async def test_a_bad_body_changes_nothing(rig: Rig, wrong: dict[str, Any]) -> None:
    break_id = await one_late(rig)

    answer = await adjust(rig, break_id, **wrong)

    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")
    assert (await rig.one_break())["version"] == 1
