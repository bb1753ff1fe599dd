"""Corrections and deletions of records, passed on to ingest."""

import pytest

from integration.gateway.conftest import Gateway
from integration.gateway.test_writes import STORED


async def test_a_correction_of_a_record_sends_only_what_was_stated(gateway: Gateway) -> None:
    path = "/internal/records/501"
    gateway.ingest.answer("PATCH", path, STORED | {"version": 2}, x_idempotency_replayed="true")

    answer = await gateway.ask(
        "PATCH",
        "/v1/records/501",
        json={"amount": 10**37, "description": None},
        headers={"idempotency-key": "k"},
    )
    wrong = await gateway.ask("PATCH", "/v1/records/501", json={"status": "posted", "amount": -1})

    assert (answer.status_code, answer.json()["version"]) == (200, 2)
    assert answer.headers["x-idempotency-replayed"] == "true"
    (call,) = gateway.ingest.calls
    assert call.json == {"amount": 10**37, "description": None}
    assert call.headers["x-idempotency-key"] == "k"
    assert {one["path"] for one in wrong.json()["errors"]} == {"$.status", "$.amount"}


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_a_matched_record_is_409_and_says_by_which_match(
    gateway: Gateway, method: str
) -> None:
    gateway.ingest.refuse(method, "/internal/records/501", 409, "already_matched")

    answer = await gateway.ask(
        method, "/v1/records/501", **({"json": {"amount": 1}} if method == "PATCH" else {})
    )

    assert (answer.status_code, answer.json()["error"]) == (409, "already_matched")


async def test_deleting_a_record_answers_nothing(gateway: Gateway) -> None:
    gateway.ingest.answer("DELETE", "/internal/records/501", None, 204)

    answer = await gateway.ask("DELETE", "/v1/records/501")

    assert (answer.status_code, answer.content) == (204, b"")
