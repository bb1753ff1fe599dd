"""Public events: an envelope as End Close's webhooks have, and in it what the routes show.

Source of the envelope and of `record.…`: End Close's OpenAPI, WebhookEvent and Record.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from tieout_contracts.exception_events import CaseStatus, ReconciliationStatus
from tieout_contracts.ids import Kind, uuid_of
from tieout_contracts.outcomes import ReasonCode
from tieout_gateway.domain.public_events import PUBLIC_TYPES, PublicEvent
from tieout_gateway.shapes.buckets import Status as BucketStatus
from tieout_gateway.shapes.entries import Side
from tieout_gateway.shapes.lerian_exceptions import ResolutionType, Status
from tieout_gateway.shapes.matches import MatchStatus
from tieout_gateway.shapes.records import MoneyFields, RecordFields, money_fields, more_fields
from tieout_gateway.shapes.shape import Body, Id, IdIn, Shape, Time, absent

_WORDS = ConfigDict(alias_generator=to_camel, validate_by_name=True)
# The day on which it becomes overdue what never does, as a pending record.
_NEVER = 9999
EXAMPLE: dict[str, Any] = {
    "id": "matches:41:7:501",
    "event_type": "record.reconciled",
    "timestamp": "2026-01-05T09:00:02Z",
    "reconciliation_id": 41,
    "data": {
        "id": 501,
        "amount": 123456,
        "currency": "EUR",
        "decimal_places": 2,
        "direction": "credit",
        "description": "Invoice 4711",
        "date": "2026-01-05",
        "external_id": "txn-0001",
        "metadata": {"invoice_id": "4711"},
        "data_stream_id": 11,
        "data_stream_key": "bank-eur",
        "side": "A",
        "overdue_at": "2026-01-08T00:00:00Z",
        "status": "reconciled",
        "matched_records": [
            {
                "id": 502,
                "amount": 123456,
                "currency": "EUR",
                "decimal_places": 2,
                "direction": "credit",
                "date": "2026-01-05",
                "data_stream_id": 12,
                "data_stream_key": "books",
                "side": "B",
            }
        ],
        "reconciliation_match_id": 71,
    },
}


def _known_types(value: str) -> str:
    unknown = set(value.split(",")) - PUBLIC_TYPES.keys()
    if unknown:
        raise ValueError(f"there is no such type: {', '.join(sorted(unknown))}")
    return value


class EventsQuery(Body):
    types: Annotated[str, AfterValidator(_known_types)] | None = Field(
        default=None,
        max_length=2000,
        description="a comma list of event types (docs/live-events.md); all when left out",
    )
    reconciliation_id: IdIn | None = None

    @property
    def wanted_types(self) -> frozenset[str] | None:
        """The types that are wanted, None for all."""
        return None if self.types is None else frozenset(self.types.split(","))


class CounterpartTold(MoneyFields):
    """A record of the other side that a match takes with it."""

    id: Id
    data_stream_id: Id
    data_stream_key: str | None = absent("left out of a data stream that is deleted")
    side: Side


class RecordTold(RecordFields):
    """A record as one reconciliation has it: data of `record.…`."""

    id: Id
    data_stream_id: Id
    data_stream_key: str | None = absent("left out of a data stream that is deleted")
    version: int | None = absent("counts corrections; shown from 2 on")
    side: Side
    overdue_at: Time | None = Field(description="null while its source has not booked it")
    status: Literal["reconciled", "unreconciled"]
    matched_records: list[CounterpartTold] = Field(description="those of the other side")
    reconciliation_match_id: Id | None = absent("of the match that takes it")
    ended: Literal["closed", "ignored"] | None = absent("why it needs no counterpart")
    reason_code: ReasonCode | None = absent("of one that is overdue")
    reason: str | None = absent("a sentence: what is wrong, or what a person said")
    note: str | None = absent("what a person said who closed it")


class MatchTold(Shape):
    """A match: data of `match.…`; a rejected or revoked one is shown by its records."""

    id: Id
    status: MatchStatus
    kind: str | None = absent()
    reconciliation_rule_id: Id | None = absent("left out when a person made it")
    rule_version: int | None = absent()
    run_id: Id | None = absent()
    score: int | None = absent()
    doubt: str | None = absent("why it is only suggested")
    record_count: int
    record_ids: list[Id]
    other_record_ids: list[Id] | None = absent("what could be taken instead")
    adjustments: list[dict[str, Any]] | None = absent()
    reason: str | None = absent("why it was rejected or revoked")


class ExceptionTold(Shape):
    """One that is late or wrong: data of `exception.…`, in Lerian's words."""

    model_config = _WORDS

    id: UUID
    transaction_id: UUID | None = absent()
    status: Status
    previous_status: Status | None = absent()
    reason_code: ReasonCode | None = absent()
    reason: str | None = absent()
    resolution_type: ResolutionType | None = absent()
    match_id: UUID | None = absent("of the match that resolved it")
    suggested_match_id: UUID | None = absent()
    assigned_to: str | None = absent()
    external_system: str | None = absent("where it was dispatched to")
    external_issue_id: str | None = absent("its issue there")
    queue: str | None = absent("of one that is dispatched: whose it is to be there")
    refusal_code: str | None = absent("of a resolution that was refused")
    refusal_message: str | None = absent()


class ReconciliationExceptionTold(Shape):
    """A data stream's overdue records: data of `reconciliation_exception.…`."""

    id: Id
    data_stream_id: Id
    data_stream_key: str | None = absent("left out of a data stream that is deleted")
    status: BucketStatus | None = absent("left out when it is deleted")
    previous_status: BucketStatus | None = absent()
    record_count: int
    by: Literal["sweeper", "person"]


class CaseTold(Shape):
    """A payment intent's case: data of `reconciliation_case.…`, in ReconLayer's words."""

    model_config = _WORDS

    id: UUID
    payment_intent_id: UUID
    external_reference: str
    status: CaseStatus
    previous_status: CaseStatus | None = absent()
    reconciliation_status: ReconciliationStatus
    by: Literal["system", "person"]


Told = RecordTold | MatchTold | ExceptionTold | ReconciliationExceptionTold | CaseTold


class Event(Shape):
    """What is told: `id` is the same whenever and however often it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    id: str
    event_type: str
    timestamp: Time
    reconciliation_id: Id
    data: Told


def event_of(event: PublicEvent, stream_keys: Mapping[int, str]) -> Event:
    """Render an event; `stream_keys` are those of its organisation's data streams."""
    render = _RENDERED[event.type.partition(".")[0]]
    return Event(
        id=event.id,
        event_type=event.type,
        timestamp=event.at,
        reconciliation_id=event.reconciliation_id,
        data=render(event.told, stream_keys),
    )


def _record(told: Mapping[str, Any], stream_keys: Mapping[int, str]) -> RecordTold:
    overdue_at = told["overdue_at"]
    return RecordTold.model_validate(
        {name: told.get(name) for name in ("side", "ended", "reason_code", "reason", "note")}
        | money_fields(told["fields"])
        | more_fields(told["fields"])
        | {
            "id": told["record_id"],
            "data_stream_id": told["stream_id"],
            "data_stream_key": stream_keys.get(told["stream_id"]),
            "version": told["version"] if told["version"] > 1 else None,
            "overdue_at": None if overdue_at.year == _NEVER else overdue_at,
            "status": "reconciled" if told["settled"] else "unreconciled",
            "matched_records": [_counterpart(one, stream_keys) for one in told.get("matched", ())],
            "reconciliation_match_id": told.get("match_id"),
        }
    )


def _counterpart(told: Mapping[str, Any], stream_keys: Mapping[int, str]) -> CounterpartTold:
    return CounterpartTold(
        id=told["record_id"],
        **money_fields(told["fields"]),
        data_stream_id=told["stream_id"],
        data_stream_key=stream_keys.get(told["stream_id"]),
        side=told["side"],
    )


def _match(told: Mapping[str, Any], _stream_keys: Mapping[int, str]) -> MatchTold:
    return MatchTold.model_validate(
        {name: told.get(name) for name in MatchTold.model_fields}
        | {
            "id": told["match_id"],
            "reconciliation_rule_id": told.get("rule_id"),
            "record_count": len(told["record_ids"]),
            "other_record_ids": told["others"] or None,
            "adjustments": told["adjustments"] or None,
        }
    )


def _exception(told: Mapping[str, Any], _stream_keys: Mapping[int, str]) -> ExceptionTold:
    return ExceptionTold.model_validate(
        {name: told.get(name) for name in ExceptionTold.model_fields}
        | {
            "id": uuid_of(Kind.BREAK, told["break_id"]),
            "transaction_id": _uuid(Kind.RECORD, told.get("record_id")),
            "status": told.get("new_status") or told["status"],
            "previous_status": told.get("old_status"),
            "match_id": _uuid(Kind.MATCH, told.get("match_id")),
            "suggested_match_id": _uuid(Kind.MATCH, told.get("suggested_match_id")),
            "refusal_code": told.get("code"),
            "refusal_message": told.get("message"),
        }
    )


def _uuid(kind: Kind, number: int | None) -> UUID | None:
    return None if number is None else uuid_of(kind, number)


def _bucket(told: Mapping[str, Any], stream_keys: Mapping[int, str]) -> ReconciliationExceptionTold:
    return ReconciliationExceptionTold(
        id=told["bucket_id"],
        data_stream_id=told["stream_id"],
        data_stream_key=stream_keys.get(told["stream_id"]),
        status=told["new_status"],
        previous_status=told["old_status"],
        record_count=told["record_count"],
        by=told["by"],
    )


def _case(told: Mapping[str, Any], _stream_keys: Mapping[int, str]) -> CaseTold:
    return CaseTold(
        id=uuid_of(Kind.CASE, told["case_id"]),
        payment_intent_id=uuid_of(Kind.PAYMENT_INTENT, told["record_id"]),
        external_reference=told["external_reference"],
        status=told["new_status"],
        previous_status=told["old_status"],
        reconciliation_status=told["reconciliation_status"],
        by=told["by"],
    )


_RENDERED: Mapping[str, Callable[[Mapping[str, Any], Mapping[int, str]], Told]] = {
    "record": _record,
    "match": _match,
    "exception": _exception,
    "reconciliation_exception": _bucket,
    "reconciliation_case": _case,
}
