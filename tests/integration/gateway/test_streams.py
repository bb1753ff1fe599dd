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


OPERATION = {
    "id": 91, "organization_id": 1, "stream_id": 11, "data_stream_key": "bank", "kind": "reset",
    "is_async": True, "account_id": 3, "status": "running", "progress": 40, "records": 10,
    "done": 4, "done_to": 4, "up_to": 10, "error_code": None, "error_message": None,
    "created_at": "2026-01-05T09:00:00Z", "started_at": "2026-01-05T09:00:00Z",
    "completed_at": None,
}  # fmt: skip
SHOWN = {
    "id": 91, "data_stream_id": 11, "data_stream_key": "bank", "kind": "reset",
    "status": "running", "progress": 40, "error_message": None,
    "started_at": "2026-01-05T09:00:00Z", "completed_at": None,
    "created_at": "2026-01-05T09:00:00Z", "requested_by_user_id": 3,
}  # fmt: skip


async def test_a_reset_answers_with_its_operation_and_where_to_follow_it(gateway: Gateway) -> None:
    gateway.ingest.answer("POST", "/internal/streams/bank/reset", OPERATION, 202)
    gateway.ingest.answer("GET", "/internal/streams/bank/operations/91", OPERATION)

    answer = await gateway.ask("POST", "/v1/data_streams/bank/reset")
    followed = await gateway.ask("GET", answer.headers["location"])

    assert (answer.status_code, answer.json()) == (202, SHOWN)
    assert answer.headers["location"] == "/v1/data_streams/bank/operations/91"
    assert answer.headers["x-idempotency-replayed"] == "false"
    assert followed.json() == SHOWN


@pytest.mark.parametrize("query", ["", "?async=false", "?async=true"])
async def test_a_deletion_is_204_or_an_operation(gateway: Gateway, query: str) -> None:
    is_async = query == "?async=true"
    told = OPERATION | {"kind": "delete"} if is_async else None
    path = "/internal/streams/bank"
    gateway.ingest.answer("DELETE", path, told, 202 if is_async else 204)

    answer = await gateway.ask("DELETE", f"/v1/data_streams/bank{query}")

    assert gateway.ingest.calls[0].query == {"async": "true" if is_async else "false"}
    assert answer.headers["x-idempotency-replayed"] == "false"
    if is_async:
        assert (answer.status_code, answer.json()) == (202, SHOWN | {"kind": "delete"})
        assert answer.headers["location"] == "/v1/data_streams/bank/operations/91"
        assert answer.headers["content-type"] == "application/json"
    else:
        assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize("query", ["?async=1", "?asynchronous=true"])
async def test_a_deletion_that_asks_for_something_else_is_422(gateway: Gateway, query: str) -> None:
    answer = await gateway.ask("DELETE", f"/v1/data_streams/bank{query}")

    assert answer.status_code == 422
    assert gateway.ingest.calls == []


@pytest.mark.parametrize("code", ["stream_linked", "already_matched", "async_required"])
async def test_what_forbids_a_deletion_is_409_with_its_message(gateway: Gateway, code: str) -> None:
    gateway.ingest.refuse("DELETE", "/internal/streams/bank", 409, code)

    answer = await gateway.ask("DELETE", "/v1/data_streams/bank")

    assert (answer.status_code, answer.json()["error"]) == (409, code)
    assert answer.json()["message"]


async def test_health_is_told_as_it_is_counted(gateway: Gateway) -> None:
    statuses = ("pending", "processing", "completed", "failed", "cancelled", "stuck")
    counts = dict.fromkeys(statuses, 0)
    told = {
        "records_count": 3, "import_batches_count": 1, "import_batches_record_sum": 2,
        "orphan_records_count": 1, "bulk_requests": counts, "last_ingestion_at": None,
    }  # fmt: skip
    gateway.ingest.answer("GET", "/internal/streams/bank/health", told)

    answer = await gateway.ask("GET", "/v1/data_streams/bank/health")

    assert (answer.status_code, answer.json()) == (200, told)
