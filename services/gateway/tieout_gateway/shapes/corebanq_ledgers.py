"""Corebanq's ledgers, the entries of their general ledger, and its accounts."""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from tieout_contracts.ids import Kind, uuid_of
from tieout_gateway.shapes.corebanq import (
    Account,
    Amount,
    Direction,
    LedgerIdIn,
    OrderedQuery,
)
from tieout_gateway.shapes.shape import Body, Day, Name, Shape, Text, Time

_LEDGER = "00060000-0000-87e0-8000-000000000029"
_ENTRY: dict[str, Any] = {
    "external_id": "GL-2026-0001",
    "amount": {"amount": "123456", "currency": "EUR", "precision": 2},
    "direction": "credit",
    "date": "2026-01-05",
    "description": "Invoice 4711",
    "account": {"id": "1200", "name": "Bank, current account", "currency": "EUR"},
}


class NewLedger(Body):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "Main bank account", "timezone": "Europe/Berlin"}]}
    )

    name: Name
    sign_mode: Literal["same", "opposite", "absolute"] = Field(
        default="same", description="how entries of the ledger are signed against the statement"
    )
    timezone: str = Field(default="UTC", description="IANA name; calendar days end there")


class Ledger(Shape):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": _LEDGER,
                    "name": "Main bank account",
                    "sign_mode": "same",
                    "timezone": "Europe/Berlin",
                    "source_stream_key": f"ledger-{_LEDGER}-statements",
                    "gl_stream_key": f"ledger-{_LEDGER}-general-ledger",
                    "created_at": "2026-01-31T09:00:00Z",
                }
            ]
        }
    )

    id: UUID
    name: str
    sign_mode: Literal["same", "opposite", "absolute"]
    timezone: str
    source_stream_key: str = Field(description="the data stream that takes the uploads of runs")
    gl_stream_key: str = Field(description="the data stream of the ledger's own entries")
    created_at: Time


class NewLedgerEntry(Body):
    """`external_id` is the entry's identity in its ledger: the same again adds nothing."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ENTRY]})

    amount: Amount
    direction: Direction
    date: Day
    value_date: Day | None = None
    description: Text | None = None
    reference: Text | None = None
    counterparty: Text | None = None
    external_id: Annotated[str, StringConstraints(min_length=1, max_length=512)] | None = None
    account: Account | None = None


class NewLedgerEntries(Body):
    model_config = ConfigDict(json_schema_extra={"examples": [{"entries": [_ENTRY]}]})

    entries: list[NewLedgerEntry] = Field(min_length=1, max_length=1000)

    @property
    def as_records(self) -> list[dict[str, Any]]:
        """The entries as the owner of records takes them; the account stands in the metadata."""
        return [_record_of(one) for one in self.entries]


class AddedEntry(Shape):
    id: UUID
    external_id: str | None
    duplicate: bool = Field(description="an entry with this external_id was there already")


class AddedEntries(Shape):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "entries": [
                        {
                            "id": "00030000-0000-87e0-8000-0000000001f5",
                            "external_id": "GL-2026-0001",
                            "duplicate": False,
                        }
                    ]
                }
            ]
        }
    )

    entries: list[AddedEntry] = Field(description="in the order of the request")


class AccountsQuery(OrderedQuery):
    ledger_id: LedgerIdIn | None = None
    sort: Literal["id", "name", "unreconciled_count"] = "id"


class LedgerAccount(Shape):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "1200",
                    "ledger_id": _LEDGER,
                    "name": "Bank, current account",
                    "currency": "EUR",
                    "unreconciled_count": 12,
                }
            ]
        }
    )

    id: str = Field(description="as the entries name it")
    ledger_id: UUID
    name: str | None
    currency: str
    unreconciled_count: int = Field(description="entries that are not matched, or in part only")


def ledger_of(told: Mapping[str, Any]) -> Ledger:
    members = {name: told[name] for name in Ledger.model_fields}
    return Ledger.model_validate(members | {"id": uuid_of(Kind.RECONCILIATION, told["id"])})


def added_entries_of(told: Mapping[str, Any]) -> AddedEntries:
    return AddedEntries(
        entries=[
            AddedEntry(
                id=uuid_of(Kind.RECORD, one["record_id"]),
                external_id=one["external_id"],
                duplicate=one["duplicate"],
            )
            for one in told["entries"]
        ]
    )


def account_of(told: Mapping[str, Any]) -> LedgerAccount:
    ledger_id = uuid_of(Kind.RECONCILIATION, told["ledger_id"])
    return LedgerAccount.model_validate(dict(told) | {"ledger_id": ledger_id})


def _record_of(entry: NewLedgerEntry) -> dict[str, Any]:
    record: dict[str, Any] = {
        "amount": int(entry.amount.amount),
        "currency": entry.amount.currency,
        "decimal_places": entry.amount.precision,
        "direction": entry.direction,
        "date": _day(entry.date),
        "value_date": entry.value_date and _day(entry.value_date),
        "description": entry.description,
        "reference": entry.reference,
        "counterparty": entry.counterparty,
        "external_id": entry.external_id,
    }
    if entry.account is not None:
        record["metadata"] = {"account": entry.account.model_dump(exclude_none=True)}
    return {name: value for name, value in record.items() if value is not None}


def _day(value: dt.date) -> str:
    return value.isoformat()
