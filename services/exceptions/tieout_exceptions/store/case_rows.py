"""Rows of cases to values; fields and payloads travel as JSON, money as numeric."""

import json
from dataclasses import fields
from typing import Any

import msgspec
from asyncpg import Record

from tieout_contracts.outcomes import Adjustment
from tieout_contracts.record import Fields
from tieout_exceptions.domain.cases.book import Book
from tieout_exceptions.domain.cases.values import Case, CaseMatch, Evidence, PaymentIntent

_CASE = tuple(one.name for one in fields(Case))
_INTENT = tuple(one.name for one in fields(PaymentIntent))
_MATCH = tuple(one.name for one in fields(CaseMatch))
_fields = msgspec.json.Decoder(Fields).decode


def case_of(row: Record) -> Case:
    return Case(**{name: row[name] for name in _CASE})


def intent_of(row: Record) -> PaymentIntent:
    members = {name: row[name] for name in _INTENT}
    return PaymentIntent(**members | {"fields": _fields(row["fields"])})


def joined_intent_of(row: Record) -> PaymentIntent:
    """Read the intent of a row that is a case's, its own columns named `intent_…`."""
    return PaymentIntent(
        record_id=row["record_id"],
        version=row["intent_version"],
        external_reference=row["external_reference"],
        fields=_fields(row["fields"]),
        created_at=row["intent_created_at"],
        updated_at=row["intent_updated_at"],
    )


def evidence_of(row: Record, book: Book) -> Evidence:
    return Evidence(
        record_id=row["record_id"],
        version=row["version"],
        kind=book.kind_of(row["stream_id"]),
        reference=row["reference"],
        fields=_fields(row["fields"]),
        received_at=row["received_at"],
    )


def match_of(row: Record) -> CaseMatch:
    members = {name: row[name] for name in _MATCH}
    evidence = json.loads(row["evidence"])
    members |= {
        "own_minor": int(row["own_minor"]),
        "evidence": {int(number): evidence[number] for number in evidence},
        "adjustments": tuple(
            msgspec.convert(one, Adjustment) for one in json.loads(row["adjustments"])
        ),
    }
    return CaseMatch(**members)


def event_answer(row: Record) -> dict[str, Any]:
    """Show what happened; `payload` as JSON."""
    payload = row["payload"]
    return dict(row) | {"payload": None if payload is None else json.loads(payload)}
