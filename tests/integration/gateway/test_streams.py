"""Data streams and what they demand, passed on to ingest."""

import pytest

from integration.gateway.conftest import Gateway
from integration.gateway.test_writes import BULK

STREAM = {
    "id": 11, "key": "bank", "name": "Bank", "description": None, "type": "api", "profile": None,
    "expected_days": 2, "arrival_grace_seconds": 3600, "overlap": "dedupe", "version": 2,
    "created_at": "2026-01-05T09:00:00Z",
}  # fmt: skip
DEFINITION = {
    "id": 61, "key": "branch", "name": "Branch", "type": "string", "optional": False,
    "data_stream_key": "bank",
}  # fmt: skip
DEFINITIONS = "/v1/data_stream_property_definitions"


async def test_a_change_of_a_stream_sends_only_what_was_stated(gateway: Gateway) -> None:
    gateway.ingest.answer("PATCH", "/internal/streams/bank", STREAM)

    answer = await gateway.ask(
        "PATCH",
        "/v1/data_streams/bank",
        json={"name": "Bank", "description": None},
        headers={"idempotency-key": "k"},
    )

    assert (answer.status_code, answer.json()["name"]) == (200, "Bank")
    assert answer.headers["x-idempotency-replayed"] == "false"
    (call,) = gateway.ingest.calls
    assert call.json == {"name": "Bank", "description": None}
    assert call.headers["x-idempotency-key"] == "k"


@pytest.mark.parametrize("body", [{"key": "b"}, {"name": None}, {"expected_days": "2"}])
async def test_a_bad_change_of_a_stream_is_422(gateway: Gateway, body: dict[str, object]) -> None:
    answer = await gateway.ask("PATCH", "/v1/data_streams/bank", json=body)

    assert answer.status_code == 422
    assert gateway.ingest.calls == []


async def test_a_property_definition_is_passed_on_with_its_defaults(gateway: Gateway) -> None:
    gateway.ingest.answer("POST", "/internal/property_definitions", DEFINITION, 201)
    stated = {name: one for name, one in DEFINITION.items() if name not in {"id", "optional"}}

    answer = await gateway.ask("POST", DEFINITIONS, json=stated)
    unknown = await gateway.ask("POST", DEFINITIONS, json=stated | {"type": "money"})

    assert (answer.status_code, answer.json()) == (201, DEFINITION)
    assert gateway.ingest.calls[0].json == stated | {"optional": False}
    assert (unknown.status_code, unknown.json()["errors"][0]["path"]) == (422, "$.type")


async def test_property_definitions_are_a_bare_array_of_one_stream(gateway: Gateway) -> None:
    gateway.ingest.answer("GET", "/internal/property_definitions", [DEFINITION])

    listed = await gateway.ask("GET", f"{DEFINITIONS}?data_stream_key=bank")
    of_none = await gateway.ask("GET", DEFINITIONS)

    assert listed.json() == [DEFINITION]
    assert gateway.ingest.calls[0].query == {"data_stream_key": "bank"}
    assert of_none.status_code == 422


async def test_a_change_and_a_removal_of_a_property_reach_the_owner(gateway: Gateway) -> None:
    path = "/internal/property_definitions/61"
    gateway.ingest.answer("PATCH", path, DEFINITION | {"optional": True})
    gateway.ingest.answer("DELETE", path, None, 204)

    changed = await gateway.ask("PATCH", f"{DEFINITIONS}/61", json={"optional": True})
    removed = await gateway.ask("DELETE", f"{DEFINITIONS}/61")

    assert changed.json()["optional"] is True
    assert gateway.ingest.calls[0].json == {"optional": True}
    assert (removed.status_code, removed.content) == (204, b"")


@pytest.mark.parametrize("what", ["cancel", "retry"])
async def test_a_bulk_request_is_cancelled_or_retried_by_its_owner(
    gateway: Gateway, what: str
) -> None:
    told = BULK | {
        "id": 32, "source": "bulk_api", "created_at": "2026-01-05T09:00:00Z",
        "on_conflict": "skip", "parent_bulk_request_id": 31,
        "cancellation_requested_at": "2026-01-05T09:00:01Z",
    }  # fmt: skip
    gateway.ingest.answer("POST", f"/internal/bulk_requests/31/{what}", told, 202)
    gateway.ingest.refuse("POST", f"/internal/bulk_requests/33/{what}", 409, "not_retryable")

    answer = await gateway.ask("POST", f"/v1/bulk_requests/31/{what}")
    refused = await gateway.ask("POST", f"/v1/bulk_requests/33/{what}")

    assert (answer.status_code, answer.json()["id"]) == (202, 32)
    assert answer.json()["parent_bulk_request_id"] == 31
    assert answer.json()["cancellation_requested_at"] == "2026-01-05T09:00:01Z"
    assert (refused.status_code, refused.json()["error"]) == (409, "not_retryable")
