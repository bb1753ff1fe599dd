"""Values of cases to columns of statements; fields and payloads travel as JSON."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import fields
from decimal import Decimal
from typing import Any

import msgspec

from tieout_exceptions.domain.cases.book import Book
from tieout_exceptions.domain.cases.case_event import CaseEvent
from tieout_exceptions.domain.cases.values import Case, CaseMatch, Evidence, PaymentIntent

_CASE = tuple(one.name for one in fields(Case))
_INTENT = tuple(one.name for one in fields(PaymentIntent))
_MATCH = tuple(one.name for one in fields(CaseMatch))
_EVENT = (
    "case_id", "intent_id", "raw_record_id", "event_type", "actor", "payload", "message",
    "occurred_at",
)  # fmt: skip
_encode = msgspec.json.Encoder().encode


def intent_columns(intents: Iterable[PaymentIntent]) -> list[list[Any]]:
    """One list a column, in the order of the statement `put_intents`."""
    kept = list(intents)
    columns = _columns(kept, _INTENT)
    columns[_INTENT.index("fields")] = [_encode(one.fields) for one in kept]
    return columns


def case_columns(cases: Iterable[Case]) -> list[list[Any]]:
    """One list a column, in the order of the statement `put_cases`."""
    return _columns(list(cases), _CASE)


def evidence_columns(evidence: Iterable[Evidence], book: Book) -> list[list[Any]]:
    """One list a column, in the order of the statement `put_evidence`."""
    kept = list(evidence)
    return [
        [one.record_id for one in kept],
        [one.version for one in kept],
        [book.stream_of(one.kind) for one in kept],
        [one.reference for one in kept],
        [_encode(one.fields) for one in kept],
        [one.received_at for one in kept],
    ]


def match_columns(matches: Iterable[CaseMatch]) -> list[list[Any]]:
    """One list a column, in the order of the statement `put_matches`."""
    kept = list(matches)
    columns = dict(zip(_MATCH, _columns(kept, _MATCH), strict=True))
    columns["own_minor"] = [Decimal(one.own_minor) for one in kept]
    columns["evidence"] = [json.dumps(dict(one.evidence)) for one in kept]
    columns["adjustments"] = [_encode(one.adjustments).decode() for one in kept]
    return list(columns.values())


def event_columns(events: Iterable[CaseEvent]) -> list[list[Any]]:
    """One list a column, in the order of the statement `add_events`."""
    kept = list(events)
    columns = dict(zip(_EVENT, _columns(kept, _EVENT), strict=True))
    columns["payload"] = [
        None if one.payload is None else json.dumps(dict(one.payload)) for one in kept
    ]
    return list(columns.values())


def _columns(values: Sequence[object], names: Sequence[str]) -> list[list[Any]]:
    return [[getattr(one, name) for one in values] for name in names]
