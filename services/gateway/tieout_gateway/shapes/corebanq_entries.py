"""Corebanq's items (source entries), entries of the general ledger, and matches of both."""

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
    EntryIdIn,
    OrderedQuery,
    amount_of,
    uuid_or_none,
)
from tieout_gateway.shapes.corebanq_runs import FILE, LEDGER, RUN, Note
from tieout_gateway.shapes.shape import Body, Shape, Time

_SOURCE, _GENERAL = "00030000-0000-87e0-8000-0000000001f5", "00030000-0000-87e0-8000-0000000001f6"
_MATCH_ID = "00080000-0000-87e0-8000-0000000003e9"
EntryStatus = Literal["unmatched", "matched", "partial", "closed"]
EntrySort = Literal["created_at", "date", "amount"]
_EUR: dict[str, Any] = {"amount": "123456", "currency": "EUR", "precision": 2}
_COMMON: dict[str, Any] = {
    "ledger_id": LEDGER,
    "status": "matched",
    "amount": _EUR,
    "remaining": {**_EUR, "amount": "0"},
    "direction": "credit",
    "date": "2026-01-05",
    "value_date": None,
    "description": "Invoice 4711",
    "counterparty": None,
    "reference": "INV4711",
    "external_id": None,
    "match_id": _MATCH_ID,
    "suggested_match_id": None,
}


class _Entry(Shape):
    id: UUID
    ledger_id: UUID
    status: EntryStatus
    amount: Amount
    remaining: Amount = Field(description="what no match has taken of it")
    direction: Direction
    date: dt.date
    value_date: dt.date | None
    description: str | None
    counterparty: str | None
    reference: str | None
    external_id: str | None
    match_id: UUID | None = Field(description="the match that took all of it, or the last part")
    suggested_match_id: UUID | None


class Item(_Entry):
    """A source entry: what a file of the run brought."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": _SOURCE,
                    "run_id": RUN,
                    "source_file_id": FILE,
                    **_COMMON,
                    "closed_at": None,
                    "closing_reason": None,
                    "closing_note": None,
                }
            ]
        }
    )

    run_id: UUID
    source_file_id: UUID
    closed_at: Time | None
    closing_reason: str | None
    closing_note: str | None


class GeneralEntry(_Entry):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": _GENERAL,
                    **_COMMON,
                    "account": {"id": "1200", "name": "Bank", "currency": "EUR"},
                }
            ]
        }
    )

    account: Account | None


class ItemsQuery(OrderedQuery):
    status: EntryStatus | None = None
    sort: EntrySort = "created_at"


class GeneralEntriesQuery(OrderedQuery):
    sort: EntrySort = "created_at"


class Links(Body):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "source_entry_ids": [_SOURCE],
                    "ledger_entry_ids": [_GENERAL],
                    "note": "one payment, two invoices",
                }
            ]
        }
    )

    source_entry_ids: Annotated[list[EntryIdIn], Field(min_length=1, max_length=250)]
    ledger_entry_ids: Annotated[list[EntryIdIn], Field(min_length=1, max_length=250)]
    note: Note | None = None


class MatchNote(Body):
    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "as told by the bank"}]})

    note: Note | None = Field(default=None, description="null or left out removes it")


class LedgerMatchesQuery(OrderedQuery):
    status: Literal["suggested", "accepted", "rejected"] | None = None
    sort: Literal["created_at", "score"] = "created_at"


class EntryAllocation(Shape):
    entry_id: UUID
    side: Literal["source", "ledger"]
    amount: Amount


class MatchAdjustment(Shape):
    """What makes the sides tie: signed, source less ledger."""

    amount: Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,38}$")]
    currency: str
    precision: int
    reason: str


class LedgerMatch(Shape):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": _MATCH_ID,
                    "run_id": RUN,
                    "ledger_id": LEDGER,
                    "status": "accepted",
                    "kind": "manual",
                    "score": None,
                    "note": "one payment, two invoices",
                    "source_entry_ids": [_SOURCE],
                    "ledger_entry_ids": [_GENERAL],
                    "allocations": [
                        {"entry_id": _SOURCE, "side": "source", "amount": _EUR},
                        {"entry_id": _GENERAL, "side": "ledger", "amount": _EUR},
                    ],
                    "adjustments": [],
                    "created_at": "2026-02-01T09:10:00Z",
                    "decided_at": None,
                }
            ]
        }
    )

    id: UUID
    run_id: UUID
    ledger_id: UUID
    status: Literal["suggested", "accepted", "rejected"]
    kind: Literal["exact", "tolerance", "rollup", "set", "manual", "force"]
    score: int | None = Field(description="0 to 100, of what a rule found")
    note: str | None
    source_entry_ids: list[UUID]
    ledger_entry_ids: list[UUID]
    allocations: list[EntryAllocation] = Field(description="what it takes of each entry")
    adjustments: list[MatchAdjustment]
    created_at: Time
    decided_at: Time | None = Field(description="when a person accepted or rejected it")


def item_of(told: Mapping[str, Any]) -> Item:
    members = _entry_members(told)
    return Item.model_validate(
        members
        | {
            "run_id": uuid_of(Kind.LEDGER_RUN, told["run_id"]),
            "source_file_id": uuid_of(Kind.IMPORT_BATCH, told["file_id"]),
            "closed_at": told["ended_at"] if members["status"] == "closed" else None,
            "closing_reason": told["closing_reason"],
            "closing_note": told["closing_note"],
        }
    )


def general_entry_of(told: Mapping[str, Any]) -> GeneralEntry:
    account = told["fields"].get("metadata", {}).get("account")
    named = isinstance(account, dict) and isinstance(account.get("id"), str)
    shown = {name: account.get(name) for name in Account.model_fields} if named else None
    return GeneralEntry.model_validate(_entry_members(told) | {"account": shown})


def ledger_match_of(told: Mapping[str, Any]) -> LedgerMatch:
    sides = {"A": "source", "B": "ledger"}
    taken = {one["record_id"]: one["amount"] for one in told["allocations"]}
    members = [
        {
            "entry_id": uuid_of(Kind.RECORD, one["record_id"]),
            "side": sides[one["side"]],
            "amount": amount_of(one["fields"], taken.get(one["record_id"])),
        }
        for one in told["members"]
    ]
    same = {name: told[name] for name in ("kind", "score", "note", "created_at")}
    return LedgerMatch.model_validate(
        same
        | {
            "id": uuid_of(Kind.MATCH, told["id"]),
            "run_id": uuid_of(Kind.LEDGER_RUN, told["ledger_run_id"]),
            "ledger_id": uuid_of(Kind.RECONCILIATION, told["reconciliation_id"]),
            "status": "rejected" if told["status"] == "revoked" else told["status"],
            "source_entry_ids": [one["entry_id"] for one in members if one["side"] == "source"],
            "ledger_entry_ids": [one["entry_id"] for one in members if one["side"] == "ledger"],
            "allocations": members,
            "adjustments": [
                {
                    "amount": one["amount_minor"],
                    "currency": one["currency"],
                    "precision": one["exponent"],
                    "reason": one["reason"],
                }
                for one in told["adjustments"]
            ],
            "decided_at": told["decided_at"] or told["revoked_at"],
        }
    )


def _entry_members(told: Mapping[str, Any]) -> dict[str, Any]:
    fields = told["fields"]
    status = "closed" if told["status"] in ("closed", "ignored") else told["status"]
    left = "0" if status == "matched" else told["left_minor"]
    names = ("direction", "date", "value_date", "description", "counterparty", "reference")
    return {name: fields.get(name) for name in (*names, "external_id")} | {
        "id": uuid_of(Kind.RECORD, told["record_id"]),
        "ledger_id": uuid_of(Kind.RECONCILIATION, told["ledger_id"]),
        "status": status,
        "amount": amount_of(fields),
        "remaining": amount_of(fields, left),
        "match_id": uuid_or_none(Kind.MATCH, told["match_id"]),
        "suggested_match_id": uuid_or_none(Kind.MATCH, told["suggestion_id"]),
    }
