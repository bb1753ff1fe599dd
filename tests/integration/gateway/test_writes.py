from typing import Any

import pytest

from integration.gateway.conftest import Gateway
from tieout_contracts.ids import Kind, uuid_of

RECORD = {"data_stream_key": "bank", "amount": 1234, "direction": "credit", "date": "2026-01-05"}
STORED = {
    "id": 501,
    "version": 1,
    "stream_id": 11,
    "data_stream_key": "bank",
    "import_batch_id": None,
    "bulk_request_id": None,
    "source": "api",
    "fields": {
        "amount_minor": "1234",
        "exponent": 2,
        "currency": "USD",
        "direction": "credit",
        "date": "2026-01-05",
    },
    "created_at": "2026-01-05T09:00:00Z",
}
BULK = {
    "id": 31,
    "status": "pending",
    "total_items": 1,
    "processed_items": 0,
    "successful_items": 0,
    "failed_items": 0,
    "skipped_items": 0,
}
RULE = {
    "id": 51,
    "reconciliation_id": 41,
    "version": 1,
    "priority": 0,
    "status": "active",
    "source": "user",
    "filters": {"rules": []},
    "group_by": [],
    "cardinality": "one_to_one",
    "rollup": None,
    "description": None,
    "many_side": "a",
    "evaluate": "arrival",
    "warnings": [],
    "created_at": "2026-01-05T09:00:00Z",
}
FORCE_PATH = f"/v1/exceptions/{uuid_of(Kind.BREAK, 71)}/force-match"
FORCE = {"notes": " seen ", "overrideReason": "BUSINESS_DECISION"}


@pytest.mark.parametrize("status", [201, 200])
async def test_a_record_is_passed_on_and_its_owners_status_comes_back(
    gateway: Gateway, status: int
) -> None:
    gateway.ingest.answer("POST", "/internal/records", STORED, status)

    answer = await gateway.ask("POST", "/v1/records", json=RECORD | {"amount": 10**37 + 1})

    assert answer.status_code == status
    assert answer.json()["id"] == 501
    assert answer.headers["x-idempotency-replayed"] == "false"
    assert gateway.ingest.calls[0].json == RECORD | {"amount": 10**37 + 1}


@pytest.mark.parametrize(
    "headers",
    [
        {"x-idempotency-key": "k 1"},
        {"idempotency-key": "k 1"},
        {"idempotency-key": '"k 1"'},
        {"x-idempotency-key": "k 1", "idempotency-key": '"k 1"'},
    ],
)
async def test_the_idempotency_key_goes_to_the_owner_and_the_replay_mark_comes_back(
    gateway: Gateway, headers: dict[str, str]
) -> None:
    gateway.ingest.answer("POST", "/internal/records", STORED, 201, x_idempotency_replayed="true")

    answer = await gateway.ask("POST", "/v1/records", json=RECORD, headers=headers)

    assert answer.headers["x-idempotency-replayed"] == "true"
    assert gateway.ingest.calls[0].headers["x-idempotency-key"] == "k 1"


@pytest.mark.parametrize(
    "headers",
    [
        {"x-idempotency-key": "a", "idempotency-key": "b"},
        {"x-idempotency-key": ""},
        {"x-idempotency-key": "k" * 256},
    ],
)
async def test_an_unusable_idempotency_key_is_400(
    gateway: Gateway, headers: dict[str, str]
) -> None:
    for path, body in (("/v1/records", RECORD), (FORCE_PATH, FORCE)):
        answer = await gateway.ask("POST", path, json=body, headers=headers)

        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_idempotency_key")
    assert gateway.ingest.calls == []


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (RECORD | {"amount": 12.5}, "$.amount"),
        (RECORD | {"amuont": 1}, "$.amuont"),
        ({**RECORD, "metadata": {"a": 1}, "direction": "x"}, "$.direction"),
        ([], "$"),
    ],
)
async def test_a_bad_body_is_422_and_names_the_path(gateway: Gateway, body: Any, path: str) -> None:
    answer = await gateway.ask("POST", "/v1/records", json=body)

    told = answer.json()
    assert (answer.status_code, told["code"]) == (422, "validation_failed")
    assert [error["path"] for error in told["errors"]] == [path]
    assert told["message"] == told["detail"]
    assert gateway.ingest.calls == []


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"{", 422, "invalid_json"),
        (b'{"amount": 1, "amount": 2}', 422, "invalid_json"),
        (b'{"metadata": {"a": NaN}}', 422, "invalid_json"),
        (b'{"description": "\\u0000"}', 422, "invalid_json"),
        (b"", 422, "validation_failed"),
    ],
)
async def test_json_without_one_meaning_is_refused(
    gateway: Gateway, content: bytes, status: int, code: str
) -> None:
    headers = {"content-type": "application/json"}

    end_close = await gateway.ask("POST", "/v1/records", content=content, headers=headers)
    lerian = await gateway.ask("POST", FORCE_PATH, content=content, headers=headers)

    assert (end_close.status_code, end_close.json()["code"]) == (status, code)
    assert (lerian.status_code, lerian.json()["code"]) == (400, code)


async def test_a_body_that_is_no_json_is_415(gateway: Gateway) -> None:
    answer = await gateway.ask("POST", "/v1/records", data={"amount": "1"})

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


async def test_a_compressed_body_is_415(gateway: Gateway) -> None:
    headers = {"content-encoding": "gzip", "content-type": "application/json"}

    answer = await gateway.ask("POST", "/v1/records", content=b"\x1f\x8b", headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


async def test_bulk_items_are_judged_by_their_owner_one_by_one(gateway: Gateway) -> None:
    gateway.ingest.answer("POST", "/internal/records/bulk", BULK, 202)
    items = [RECORD, {"amount": 1.5}, "nonsense", None]

    answer = await gateway.ask("POST", "/v1/records/bulk", json={"records": items})

    assert answer.status_code == 202
    assert answer.json() == BULK | {"url": "/v1/bulk_requests/31"}
    assert gateway.ingest.calls[0].json == {"on_conflict": "skip", "records": items}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"records": [RECORD], "on_conflict": "replace"}, 400),
        ({"records": []}, 422),
        ({"records": [RECORD] * 1001}, 422),
        ({"records": {}}, 422),
        ({}, 422),
    ],
)
async def test_a_bulk_request_that_cannot_be_taken(
    gateway: Gateway, body: dict[str, Any], status: int
) -> None:
    answer = await gateway.ask("POST", "/v1/records/bulk", json=body)

    assert answer.status_code == status
    assert gateway.ingest.calls == []


async def test_a_rule_is_passed_on_as_stated_and_its_id_may_be_text(gateway: Gateway) -> None:
    gateway.matcher.answer("POST", "/internal/rules", RULE, 201)
    filters = {"rules": [{"key": "amount", "value": "amount", "tolerance_amount": 0.05}]}

    answer = await gateway.ask(
        "POST",
        "/v1/reconciliation_rules",
        json={"reconciliation_id": "41", "filters": filters, "rollup": None},
    )

    assert answer.status_code == 201
    assert answer.headers["etag"] == '"1"'
    assert (answer.json()["rollup"], answer.json()["group_by"]) == (None, [])
    assert not {"description", "confidence", "sample_match_rate"} & set(answer.json())
    assert gateway.matcher.calls[0].json == {
        "reconciliation_id": 41,
        "filters": filters,
        "rollup": None,
    }


async def test_what_is_wrong_with_a_rule_is_said_by_its_owner_with_the_path(
    gateway: Gateway,
) -> None:
    errors = [{"path": "$.rollup", "message": "is needed with many_to_one"}]
    gateway.matcher.refuse("POST", "/internal/rules", 422, "validation_failed", errors=errors)

    answer = await gateway.ask(
        "POST", "/v1/reconciliation_rules", json={"reconciliation_id": 41, "filters": {}}
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")
    assert answer.json()["errors"] == errors


async def test_a_change_that_is_not_built_is_not_routed(gateway: Gateway) -> None:
    answer = await gateway.ask("PATCH", "/v1/reconciliation_matches/41", json={})

    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


async def test_deleting_a_match_answers_nothing_and_says_whether_it_is_a_replay(
    gateway: Gateway,
) -> None:
    path = "/internal/matches/81"
    gateway.matcher.answer("DELETE", path, None, 204, x_idempotency_replayed="true")

    answer = await gateway.ask(
        "DELETE", "/v1/reconciliation_matches/81", headers={"idempotency-key": "k"}
    )

    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["x-idempotency-replayed"] == "true"
    assert gateway.matcher.calls[0].headers["x-idempotency-key"] == "k"


async def test_a_change_of_a_rule_sends_only_what_was_stated(gateway: Gateway) -> None:
    gateway.matcher.refuse("PATCH", "/internal/rules/51", 412, "precondition_failed")

    answer = await gateway.ask(
        "PATCH",
        "/v1/reconciliation_rules/51",
        json={"description": None, "filters": {"rules": []}},
        headers={"if-match": '"1"'},
    )
    moved = await gateway.ask(
        "PATCH", "/v1/reconciliation_rules/51", json={"reconciliation_id": 42}
    )

    assert (answer.status_code, answer.json()["error"]) == (412, "precondition_failed")
    assert moved.status_code == 422
    (call,) = gateway.matcher.calls
    assert call.json == {"description": None, "filters": {"rules": []}}
    assert call.headers["if-match"] == '"1"'


async def test_a_change_of_an_exception_sends_only_what_was_stated(gateway: Gateway) -> None:
    gateway.exceptions.refuse("PATCH", "/internal/buckets/61", 412, "precondition_failed")

    answer = await gateway.ask(
        "PATCH",
        "/v1/reconciliation_exceptions/61",
        json={"status": "investigating"},
        headers={"if-match": '"4"'},
    )
    null = await gateway.ask("PATCH", "/v1/reconciliation_exceptions/61", json={"title": None})

    assert (answer.status_code, answer.json()["error"]) == (412, "precondition_failed")
    (call,) = gateway.exceptions.calls
    assert call.json == {"status": "investigating"}
    assert call.headers["if-match"] == '"4"'
    assert null.status_code == 422
