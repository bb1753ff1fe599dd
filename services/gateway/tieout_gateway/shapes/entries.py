"""Entries: a record inside one reconciliation, matched or not, and why."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from tieout_contracts.ids import Kind, uuid_of
from tieout_gateway.shapes.paging import CursorQuery
from tieout_gateway.shapes.records import (
    MoneyFields,
    RecordFields,
    money_fields,
    more_fields,
)
from tieout_gateway.shapes.shape import Body, Id, IdIn, Moment, Shape, Time, absent

Side = Literal["A", "B"]
# What an entry is when nothing is to be done about it.
_SETTLED = frozenset({"matched", "closed", "ignored", "withdrawn"})
# The day on which it becomes overdue what never does, as a pending record.
_NEVER = "9999-12-31"
_RECORD: dict[str, Any] = {
    "amount": 123456,
    "currency": "EUR",
    "decimal_places": 2,
    "direction": "credit",
    "date": "2026-01-05",
    "external_id": "txn-0001",
}


class MarkOverdue(Body):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"overdue_at": "2026-01-07T00:00:00Z"}]}
    )

    overdue_at: Moment | None = Field(default=None, description="now, when left out")


class EntriesQuery(CursorQuery):
    status: Literal["reconciled", "unreconciled"] | None = None
    escalated: bool | None = None
    side: Side | None = None
    data_stream_id: IdIn | None = None


class MatchedRecord(MoneyFields):
    id: Id
    data_stream_key: str
    reconciliation_id: Id
    reconciliation_name: str
    side: Side


class Reason(Shape):
    """Why an entry is still open: a code, and a sentence a person can act on."""

    code: str
    message: str


class Entry(RecordFields):
    """`id` is the record's."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": 501,
                    **_RECORD,
                    "metadata": {},
                    "data_stream_key": "bank-eur",
                    "reconciliation_id": 41,
                    "reconciliation_name": "Bank against ledger",
                    "side": "A",
                    "status": "unreconciled",
                    "escalated": True,
                    "overdue_at": "2026-01-08T00:00:00Z",
                    "matched_records": [],
                    "days_unreconciled": 6,
                    "exception_id": 61,
                    "break_id": "000a0000-0000-87e0-8000-000000000047",
                    "reason": {"code": "overdue", "message": "no counterpart came in time"},
                }
            ]
        }
    )

    id: Id
    data_stream_key: str
    reconciliation_id: Id
    reconciliation_name: str
    side: Side | None = absent()
    status: Literal["reconciled", "unreconciled"]
    escalated: bool = Field(description="unreconciled, and past its overdue_at")
    overdue_at: Time | None = Field(description="null while its source has not booked it")
    matched_records: list[MatchedRecord]
    reconciliation_match_id: Id | None = absent()
    suggested_match_id: Id | None = absent("a suggestion that waits for a decision")
    open_amount: int | None = absent("what is left of one that is partly matched, in minor units")
    days_unreconciled: int | None = Field(description="days since its date; null when reconciled")
    exception_id: Id | None = Field(description="of the exception that shows it, when escalated")
    break_id: Annotated[
        UUID | None,
        Field(description="of its own exception under /v1/exceptions: it is late or wrong"),
    ] = absent()
    reason: Reason | None = absent("only while it is unreconciled")


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What an entry is shown with: names from other services, and today's date (UTC)."""

    reconciliation_name: str
    stream_keys: Mapping[int, str]
    raised: Mapping[
        str, Mapping[str, Any]
    ]  # by record id: bucket_id, break_id, reason_code, reason
    today: dt.date


def is_open(told: Mapping[str, Any]) -> bool:
    return told["status"] not in _SETTLED


def is_escalated(told: Mapping[str, Any]) -> bool:
    return is_open(told) and told.get("overdue_seq") is not None


def may_be_raised(told: Mapping[str, Any]) -> bool:
    """Whether it may have an exception: overdue, or an expected one that differs."""
    return is_escalated(told) or (is_open(told) and told.get("side") == "B")


def entry_of(told: Mapping[str, Any], around: Surroundings) -> Entry:
    matched = not is_open(told)
    fields = told["fields"]
    raised = around.raised.get(str(told["record_id"]), {})
    break_id = raised.get("break_id")
    days = (around.today - dt.date.fromisoformat(fields["date"])).days
    return Entry.model_validate(
        {
            "id": told["record_id"],
            **money_fields(fields),
            **more_fields(fields),
            "data_stream_key": around.stream_keys[told["stream_id"]],
            "reconciliation_id": told["reconciliation_id"],
            "reconciliation_name": around.reconciliation_name,
            "side": told.get("side"),
            "status": "reconciled" if matched else "unreconciled",
            "escalated": is_escalated(told),
            "overdue_at": None if told["overdue_at"].startswith(_NEVER) else told["overdue_at"],
            "matched_records": [
                _matched_record(one, told["reconciliation_id"], around) for one in told["matched"]
            ],
            "reconciliation_match_id": told.get("match_id"),
            "suggested_match_id": told.get("suggestion_id"),
            "open_amount": None if (left := told.get("left_minor")) is None else int(left),
            "days_unreconciled": days if is_open(told) else None,
            "exception_id": raised.get("bucket_id"),
            "break_id": None if break_id is None else uuid_of(Kind.BREAK, break_id),
            "reason": _reason(told, raised),
        }
    )


def _reason(told: Mapping[str, Any], raised: Mapping[str, Any]) -> Any:
    """Say why an entry is open: as its own exception does, when that knows more than its time."""
    code = raised.get("reason_code")
    if code is None or code == "UNMATCHED_OVERDUE":
        return told.get("reason")
    return {"code": code.lower(), "message": raised["reason"]}


def _matched_record(
    told: Mapping[str, Any], reconciliation_id: int, around: Surroundings
) -> dict[str, Any]:
    return {
        "id": told["record_id"],
        **money_fields(told["fields"]),
        "data_stream_key": around.stream_keys[told["stream_id"]],
        "reconciliation_id": reconciliation_id,
        "reconciliation_name": around.reconciliation_name,
        "side": told["side"],
    }
