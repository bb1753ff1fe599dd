"""Entries and their exceptions as callers see them."""

import datetime as dt
import json
from typing import Any

import pytest

from tieout_contracts.ids import Kind, uuid_of
from tieout_gateway.shapes.entries import Surroundings, entry_of
from tieout_gateway.shapes.lerian_exceptions import exception_of

FIELDS = {
    "amount_minor": "12345678901234567890123456789012345678",
    "exponent": 2,
    "currency": "EUR",
    "direction": "debit",
    "date": "2026-01-05",
}
BREAK = {
    "id": 71,
    "reconciliation_id": 41,
    "record_id": 501,
    "stream_id": 11,
    "status": "OPEN",
    "severity": "HIGH",
    "reason_code": "UNMATCHED_OVERDUE",
    "reason": "No counterpart",
    "created_at": "2026-01-08T00:00:10.123456Z",
    "updated_at": "2026-01-08T00:00:10Z",
    "due_at": "2026-01-11T00:00:10Z",
    "assigned_to": None,
    "resolution_type": None,
    "version": 1,
}


def test_an_open_entry_says_why_and_which_exception_shows_it() -> None:
    told = {
        "record_id": 501,
        "reconciliation_id": 41,
        "stream_id": 11,
        "side": "A",
        "status": "unmatched",
        "overdue_at": "2026-01-08T00:00:00Z",
        "overdue_seq": 9,
        "match_id": None,
        "fields": FIELDS,
        "matched": [],
        "reason": {"code": "overdue", "message": "late"},
    }
    around = Surroundings(
        reconciliation_name="Bank",
        stream_keys={11: "bank"},
        raised={"501": {"bucket_id": 61, "break_id": 71}},
        today=dt.date(2026, 1, 11),
    )

    shown = json.loads(entry_of(told, around).model_dump_json())

    assert (shown["status"], shown["escalated"], shown["exception_id"]) == (
        "unreconciled",
        True,
        61,
    )
    assert shown["break_id"] == str(uuid_of(Kind.BREAK, 71))
    assert shown["days_unreconciled"] == 6
    assert shown["reason"] == {"code": "overdue", "message": "late"}
    assert "reconciliation_match_id" not in shown


def test_an_entry_gives_the_reason_of_its_exception_when_that_knows_more() -> None:
    told = {
        "record_id": 501,
        "reconciliation_id": 41,
        "stream_id": 11,
        "side": "B",
        "status": "unmatched",
        "overdue_at": "2026-01-08T00:00:00Z",
        "overdue_seq": None,
        "match_id": None,
        "fields": FIELDS,
        "matched": [],
        "reason": {"code": "expected_until", "message": "not late"},
    }
    raised = {"bucket_id": None, "break_id": 71, "reason_code": "AMOUNT_MISMATCH"}
    around = Surroundings(
        reconciliation_name="Bank",
        stream_keys={11: "bank"},
        raised={"501": raised | {"reason": "0.50 EUR more"}},
        today=dt.date(2026, 1, 6),
    )

    shown = json.loads(entry_of(told, around).model_dump_json())

    assert (shown["escalated"], shown["exception_id"]) == (False, None)
    assert shown["break_id"] == str(uuid_of(Kind.BREAK, 71))
    assert shown["reason"] == {"code": "amount_mismatch", "message": "0.50 EUR more"}


@pytest.mark.parametrize(
    ("told", "status", "suggested"),
    [
        ({}, "UNMATCHED", None),
        ({"suggested_match_id": 81}, "PENDING_REVIEW", str(uuid_of(Kind.MATCH, 81))),
        ({"status": "PENDING_RESOLUTION"}, "UNMATCHED", None),
        ({"status": "RESOLVED", "match_id": 81}, "MATCHED", None),
        ({"status": "RESOLVED", "match_id": None}, None, None),
    ],
)
def test_an_exception_says_how_its_transaction_stands(
    told: dict[str, Any], status: str | None, suggested: str | None
) -> None:
    shown = json.loads(exception_of(BREAK | told).model_dump_json(by_alias=True))

    assert shown.get("transactionStatus") == status
    assert shown.get("suggestedMatchId") == suggested


def test_a_matched_entry_names_its_counterparts_and_has_no_reason() -> None:
    counterpart = {"record_id": 502, "stream_id": 12, "side": "B", "fields": FIELDS}
    told = {
        "record_id": 501,
        "reconciliation_id": 41,
        "stream_id": 11,
        "side": "A",
        "status": "matched",
        "overdue_at": "2026-01-08T00:00:00Z",
        "overdue_seq": 9,
        "match_id": 81,
        "fields": FIELDS,
        "matched": [counterpart],
    }
    around = Surroundings(
        reconciliation_name="Bank",
        stream_keys={11: "bank", 12: "ledger"},
        raised={},
        today=dt.date(2026, 1, 11),
    )

    shown = json.loads(entry_of(told, around).model_dump_json())

    assert (shown["status"], shown["escalated"]) == ("reconciled", False)
    assert (shown["exception_id"], shown["days_unreconciled"]) == (None, None)
    assert shown["reconciliation_match_id"] == 81
    assert "reason" not in shown
    assert [
        (one["id"], one["data_stream_key"], one["side"]) for one in shown["matched_records"]
    ] == [(502, "ledger", "B")]


def test_lerian_gets_camel_case_uuids_milliseconds_and_no_nulls() -> None:
    shown = json.loads(exception_of(BREAK).model_dump_json(by_alias=True))

    assert shown == {
        "id": str(uuid_of(Kind.BREAK, 71)),
        "transactionId": str(uuid_of(Kind.RECORD, 501)),
        "status": "OPEN",
        "severity": "HIGH",
        "reason": "No counterpart",
        "reasonCode": "UNMATCHED_OVERDUE",
        "transactionStatus": "UNMATCHED",
        "createdAt": "2026-01-08T00:00:10.123Z",
        "updatedAt": "2026-01-08T00:00:10.000Z",
        "dueAt": "2026-01-11T00:00:10.000Z",
    }
