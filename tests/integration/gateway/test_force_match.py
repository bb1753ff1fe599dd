from typing import Any

import pytest

from integration.gateway.conftest import Gateway
from tieout_contracts.ids import Kind, uuid_of

BREAK = {
    "id": 71,
    "record_id": 501,
    "status": "RESOLVED",
    "severity": "LOW",
    "reason_code": "UNMATCHED_OVERDUE",
    "reason": "late",
    "resolution_type": "FORCE_MATCH",
    "resolution_reason": "BUSINESS_DECISION",
    "resolution_notes": "seen",
    "created_at": "2026-01-08T00:00:10Z",
    "updated_at": "2026-01-08T00:00:10Z",
    "due_at": None,
    "version": 3,
}
FORCE_PATH = f"/v1/exceptions/{uuid_of(Kind.BREAK, 71)}/force-match"
FORCE = {"notes": " seen ", "overrideReason": "BUSINESS_DECISION"}


async def test_a_force_match_is_answered_in_lerians_words(gateway: Gateway) -> None:
    gateway.exceptions.answer("POST", "/internal/breaks/71/force-match", BREAK)
    counterpart = {"counterpartRecordIds": [str(uuid_of(Kind.RECORD, 502))]}

    answer = await gateway.ask("POST", FORCE_PATH, json=FORCE | counterpart)

    assert answer.status_code == 200
    assert answer.headers["x-idempotency-replayed"] == "false"
    assert gateway.exceptions.calls[0].json == {
        "notes": " seen ",
        "overrideReason": "BUSINESS_DECISION",
        "counterpart_record_ids": [502],
    }
    assert answer.json() == {
        "id": str(uuid_of(Kind.BREAK, 71)),
        "transactionId": str(uuid_of(Kind.RECORD, 501)),
        "status": "RESOLVED",
        "severity": "LOW",
        "reason": "late",
        "reasonCode": "UNMATCHED_OVERDUE",
        "resolutionType": "FORCE_MATCH",
        "resolutionReason": "BUSINESS_DECISION",
        "resolutionNotes": "seen",
        "createdAt": "2026-01-08T00:00:10.000Z",
        "updatedAt": "2026-01-08T00:00:10.000Z",
    }


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"notes": "n"}, "$.overrideReason"),
        (FORCE | {"notes": "  "}, "$.notes"),
        (FORCE | {"notes": "x" * 1001}, "$.notes"),
        (FORCE | {"overrideReason": 1}, "$.overrideReason"),
        (FORCE | {"reason": "a member we do not know"}, "$.reason"),
    ],
)
async def test_a_bad_force_match_is_400(gateway: Gateway, body: dict[str, Any], path: str) -> None:
    answer = await gateway.ask("POST", FORCE_PATH, json=body)

    told = answer.json()
    assert (answer.status_code, told["status"], told["code"]) == (400, 400, "validation_failed")
    assert (told["title"], told["message"]) == ("Bad Request", told["detail"])
    assert [error["path"] for error in told["errors"]] == [path]
    assert "Value error" not in told["detail"]
    assert gateway.exceptions.calls == []


async def test_a_wrong_state_is_422(gateway: Gateway) -> None:
    path = "/internal/breaks/71/force-match"
    gateway.exceptions.refuse("POST", path, 422, "exception_invalid_state")

    answer = await gateway.ask("POST", FORCE_PATH, json=FORCE)

    assert (answer.status_code, answer.json()["code"]) == (422, "exception_invalid_state")
