from typing import Any

import pytest

from integration.gateway.conftest import Gateway
from tieout_contracts.ids import Kind, uuid_of

STREAM = {
    "id": 11,
    "key": "bank",
    "name": "Bank",
    "description": None,
    "type": "api",
    "profile": None,
    "expected_days": 2,
    "arrival_grace_seconds": 3600,
    "overlap": "dedupe",
    "version": 1,
    "created_at": "2026-01-05T09:00:00Z",
}
LEDGER = STREAM | {"id": 12, "key": "ledger", "name": "Ledger"}
RECONCILIATION = {
    "id": 41,
    "name": "Bank against ledger",
    "run_type": "continuous",
    "sign_mode": "same",
    "timezone": "UTC",
    "streams": [{"stream_id": 11, "side": "A"}, {"stream_id": 12, "side": "B"}],
    "opening_balances": [],
    "version": 1,
    "created_at": "2026-01-05T09:00:00Z",
}
FIELDS = {
    "amount_minor": "1234",
    "exponent": 2,
    "currency": "EUR",
    "direction": "credit",
    "date": "2026-01-05",
}
ENTRY = {
    "record_id": 501,
    "version": 1,
    "reconciliation_id": 41,
    "stream_id": 11,
    "side": "A",
    "status": "unmatched",
    "overdue_at": "2026-01-08T00:00:00Z",
    "overdue_seq": 9,
    "match_id": None,
    "entry_no": 1,
    "fields": FIELDS,
    "matched": [],
    "reason": {"code": "overdue", "message": "late"},
}
MATCH = {
    "id": 81,
    "status": "accepted",
    "kind": "exact",
    "group_key": None,
    "reconciliation_id": 41,
    "rule_id": 51,
    "rule_version": 1,
    "operation_id": None,
    "record_count": 2,
    "members": [
        {"record_id": 501, "stream_id": 11, "side": "A", "fields": FIELDS},
        {"record_id": 502, "stream_id": 12, "side": "B", "fields": FIELDS},
    ],
    "adjustments": [],
    "created_at": "2026-01-05T09:00:00Z",
    "revoked_at": None,
}


@pytest.fixture(autouse=True)
def _known(gateway: Gateway) -> None:
    gateway.ingest.answer("GET", "/internal/streams", [STREAM, LEDGER])
    gateway.matcher.answer("GET", "/internal/reconciliations/41", RECONCILIATION)


async def test_a_reconciliation_shows_its_streams_side_by_side(gateway: Gateway) -> None:
    shown = (await gateway.ask("GET", "/v1/reconciliations/41")).json()

    assert [one["key"] for one in shown["side_a_streams"]] == ["bank"]
    assert [one["key"] for one in shown["side_b_streams"]] == ["ledger"]
    assert "description" not in shown["side_a_streams"][0]


async def test_progress_is_composed_of_what_was_told_and_what_was_decided(
    gateway: Gateway,
) -> None:
    path = "/internal/reconciliations/41/progress"
    told = {"accepted": 100, "routed": 90, "backfilling": True}
    decided = {"decided": 80, "matched": 60, "unmatched": 19, "ended": 1, "overdue": 3}
    decided |= {"rekeying": False}
    gateway.ingest.answer("GET", path, told)
    gateway.matcher.answer("GET", path, decided | {"seq": 500, "stream_ids": [11, 12]})

    shown = (await gateway.ask("GET", "/v1/reconciliations/41/progress")).json()

    assert shown == {"reconciliation_id": 41, "behind": 20} | told | decided
    assert gateway.ingest.calls[0].query == {"stream_ids": "12"}  # the last of the two


async def test_entries_are_shown_with_the_exceptions_that_show_them(gateway: Gateway) -> None:
    page = {"data": [ENTRY], "next_cursor": "501", "limit": 1}
    gateway.matcher.answer("GET", "/internal/reconciliations/41/entries", page)
    raised = {"501": {"bucket_id": 61, "break_id": 71}}
    gateway.exceptions.answer("GET", "/internal/entry_exceptions", raised)

    shown = (
        await gateway.ask(
            "GET",
            "/v1/reconciliations/41/entries",
            params={"status": "unreconciled", "escalated": "true", "limit": 1, "cursor": "9"},
        )
    ).json()

    (entry,) = shown["data"]
    assert shown["next_cursor"] == "501"
    assert (entry["exception_id"], entry["break_id"]) == (61, str(uuid_of(Kind.BREAK, 71)))
    assert entry["days_unreconciled"] == 6
    assert gateway.matcher.calls[0].query == {
        "status": "unmatched",
        "overdue": "true",
        "limit": "1",
        "cursor": "9",
    }
    assert gateway.exceptions.calls[0].query == {"reconciliation_id": "41", "record_ids": "501"}


async def test_nobody_asks_for_exceptions_of_entries_that_are_not_overdue(
    gateway: Gateway,
) -> None:
    expected = ENTRY | {"overdue_seq": None}
    gateway.matcher.answer("GET", "/internal/reconciliations/41/entries/501", expected)

    shown = (await gateway.ask("GET", "/v1/reconciliations/41/entries/501")).json()

    assert (shown["escalated"], shown["exception_id"]) == (False, None)
    assert gateway.exceptions.calls == []


async def test_an_expected_entry_that_differs_has_an_exception_before_it_is_overdue(
    gateway: Gateway,
) -> None:
    expected = ENTRY | {"overdue_seq": None, "side": "B"}
    gateway.matcher.answer("GET", "/internal/reconciliations/41/entries/501", expected)
    mismatch = {"reason_code": "AMOUNT_MISMATCH", "reason": "Record 502 has 0.50 EUR more."}
    raised = {"501": {"bucket_id": None, "break_id": 71} | mismatch}
    gateway.exceptions.answer("GET", "/internal/entry_exceptions", raised)

    shown = (await gateway.ask("GET", "/v1/reconciliations/41/entries/501")).json()

    assert (shown["escalated"], shown["exception_id"]) == (False, None)
    assert shown["break_id"] == str(uuid_of(Kind.BREAK, 71))
    assert shown["reason"] == {
        "code": "amount_mismatch",
        "message": "Record 502 has 0.50 EUR more.",
    }


async def test_marking_a_record_overdue_before_its_entry_arrived_shows_the_record(
    gateway: Gateway,
) -> None:
    awaited = {
        "record_id": 501,
        "reconciliation_id": 41,
        "stream_id": 11,
        "status": "unmatched",
        "overdue_at": "2026-01-08T00:00:00Z",
        "overdue_seq": 7,
        "matched": [],
        "reason": {"code": "not_arrived", "message": "not yet"},
        "marked_at": "2026-01-09T12:00:00Z",
    }
    path = "/internal/reconciliations/41/records/501/mark_overdue"
    gateway.matcher.answer("POST", path, awaited)
    gateway.ingest.answer("GET", "/internal/records/501", {"fields": FIELDS})

    answer = await gateway.ask("POST", "/v1/reconciliations/41/records/501/mark_overdue")

    assert answer.status_code == 200
    assert answer.json()["amount"] == 1234
    assert gateway.matcher.calls[0].json == {}
    # As it was marked, whenever it is asked for again: days since that day, and no exception yet.
    assert answer.json()["days_unreconciled"] == 4
    assert gateway.exceptions.calls == []


async def test_the_records_of_a_match_are_asked_for_by_their_ids(gateway: Gateway) -> None:
    gateway.matcher.answer("GET", "/internal/matches/81", MATCH)
    gateway.ingest.answer(
        "GET", "/internal/records", {"data": [], "next_cursor": None, "limit": 50}
    )

    answer = await gateway.ask("GET", "/v1/records", params={"reconciliation_match_id": "81"})

    assert answer.json() == {"data": [], "next_cursor": None, "limit": 50}
    assert gateway.ingest.calls[0].query == {"ids": "501,502", "limit": "50"}


async def test_records_need_a_filter_that_names_something(gateway: Gateway) -> None:
    answer = await gateway.ask("GET", "/v1/records", params={"source": "api", "limit": 10})

    assert answer.status_code == 422
    assert "data_stream_key" in answer.json()["detail"]


@pytest.mark.parametrize(
    "params",
    [
        {"data_stream_key": "bank", "limit": 201},
        {"data_stream_key": "bank", "limit": 0},
        {"data_stream_key": "bank", "statsu": "matched"},
        {"data_stream_key": "bank", "created_after": "yesterday"},
        {"data_stream_key": "bank", "created_after": "2026-01-05T00:00:00"},
        {"reconciliation_id": "one"},
        {"data_stream_key": ["bank", "ledger"]},
        {"data_stream_key": "bank", "external_id": "a\x00b"},
    ],
)
async def test_a_bad_query_is_refused_and_never_ignored(
    gateway: Gateway, params: dict[str, Any]
) -> None:
    answer = await gateway.ask("GET", "/v1/records", params=params)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["path"].startswith("query.")
    assert gateway.ingest.calls == []


async def test_a_bad_query_is_400_where_lerians_callers_ask(gateway: Gateway) -> None:
    answer = await gateway.ask("GET", "/v1/exceptions", params={"status": "CLOSED"})

    assert (answer.status_code, answer.json()["code"]) == (400, "validation_failed")


async def test_matches_are_counted_and_shown_with_their_rule(gateway: Gateway) -> None:
    page = {"data": [MATCH], "has_more": False, "offset": 0, "total_count": 1}
    gateway.matcher.answer("GET", "/internal/matches", page)

    shown = (await gateway.ask("GET", "/v1/reconciliation_matches")).json()

    assert shown["total_count"] == 1
    assert shown["data"][0]["reconciliation_rule_id"] == 51
    assert shown["data"][0]["record_ids"] == [501, 502]
    assert not {"group_key", "revoked_at"} & set(shown["data"][0])
    assert gateway.matcher.calls[0].query == {"limit": "25", "offset": "0"}


async def test_an_exceptions_page_of_lerian(gateway: Gateway) -> None:
    one = {
        "id": 71,
        "record_id": 501,
        "status": "OPEN",
        "severity": "LOW",
        "reason": "late",
        "created_at": "2026-01-08T00:00:10Z",
        "updated_at": "2026-01-08T00:00:10Z",
        "version": 2,
    }
    page = {"data": [one], "next_cursor": "abc", "limit": 20}
    gateway.exceptions.answer("GET", "/internal/breaks", page)
    gateway.exceptions.answer("GET", "/internal/breaks/71", one)

    listed = await gateway.ask("GET", "/v1/exceptions", params={"severity": "LOW"})
    shown = await gateway.ask("GET", f"/v1/exceptions/{uuid_of(Kind.BREAK, 71)}")

    assert listed.json() == {
        "items": [shown.json()],
        "limit": 20,
        "hasMore": True,
        "nextCursor": "abc",
    }
    assert shown.headers["etag"] == '"2"'
    assert gateway.exceptions.calls[0].query == {"severity": "LOW", "limit": "20"}


async def test_filters_of_an_exception_go_to_its_owner(gateway: Gateway) -> None:
    filters = {
        "amount_min": "-100",
        "amount_max": "100",
        "date_from": "2026-01-01",
        "date_to": "2026-01-31",
        "direction": "debit",
        "counterparty": "acme",
        "age_bucket": "7_30d",
    }

    answer = await gateway.ask("GET", "/v1/reconciliation_exceptions/61", params=filters)

    assert answer.status_code == 404
    assert gateway.exceptions.calls[0].query == filters
