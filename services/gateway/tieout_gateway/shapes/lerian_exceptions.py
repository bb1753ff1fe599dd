"""Lerian's exceptions, our breaks: one entry each that is late or wrong."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic.alias_generators import to_camel

from tieout_contracts.ids import MAX_ID, IdError, Kind, integer_id, number_of, uuid_of
from tieout_contracts.outcomes import ReasonCode
from tieout_gateway.shapes.paging import Cursor, Limit200
from tieout_gateway.shapes.shape import Body, Day, IdIn, Moment, Shape, TimeInMilliseconds, absent

Status = Literal["OPEN", "ASSIGNED", "PENDING_RESOLUTION", "RESOLVED"]
Severity = Literal["LOW", "MEDIUM", "HIGH", "CRITICAL"]
TransactionStatus = Literal["UNMATCHED", "PENDING_REVIEW", "MATCHED"]
ResolutionType = Literal["FORCE_MATCH", "ADJUST_ENTRY"]
ResidualTreatment = Literal["write_off", "fee", "fx", "rounding", "carry"]
MAX_COUNTERPARTS = 499
_EXAMPLE: dict[str, Any] = {
    "id": "000a0000-0000-87e0-8000-000000000047",
    "transactionId": "00030000-0000-87e0-8000-0000000001f5",
    "status": "OPEN",
    "severity": "HIGH",
    "reason": "No counterpart came until 2026-01-08; look for a payment of 1,234.56 EUR",
    "reasonCode": "UNMATCHED_OVERDUE",
    "transactionStatus": "UNMATCHED",
    "createdAt": "2026-01-08T00:00:10.000Z",
    "updatedAt": "2026-01-08T00:00:10.000Z",
    "dueAt": "2026-01-11T00:00:10.000Z",
}


def _record_number(value: object) -> int:
    """Read a transaction's UUID, or the integer that records and entries show."""
    if isinstance(value, str) and "-" in value:
        return number_of(Kind.RECORD, value)
    if isinstance(value, str | int) and not isinstance(value, bool):
        return integer_id(value)
    raise IdError("a transaction's identifier is a UUID or an integer")


def not_blank(value: str) -> str:
    """Refuse a text of white space; what is good stays as it was sent."""
    if not value.strip():
        raise ValueError("must not be blank")
    return value


NotBlank = Annotated[str, AfterValidator(not_blank), Field(json_schema_extra={"pattern": r"\S"})]


TransactionIdIn = Annotated[
    int,
    BeforeValidator(_record_number),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "format": "uuid"},
                {"type": "integer", "minimum": 1, "maximum": MAX_ID},
            ]
        }
    ),
]


class ForceMatch(Body):
    """Lengths count characters as sent, before trimming."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        json_schema_extra={
            "examples": [
                {
                    "notes": "Approved by the finance team after a look at the bank's letter",
                    "overrideReason": "BUSINESS_DECISION",
                }
            ]
        },
    )

    notes: NotBlank = Field(min_length=1, max_length=1000)
    override_reason: NotBlank = Field(min_length=1, max_length=255)
    counterpart_record_ids: list[TransactionIdIn] | None = Field(
        default=None,
        max_length=MAX_COUNTERPARTS,
        description="transactions of the other side to match with; none: the whole amount is "
        "a residual",
    )
    residual_treatment: ResidualTreatment | None = Field(
        default=None,
        description="what the difference is booked as, write_off when left out; carry: it is not "
        "booked, the entry that is larger stays open for the rest",
    )


class ExceptionsQuery(Body):
    status: Status | None = None
    severity: Severity | None = None
    assigned_to: str | None = Field(default=None, min_length=1, max_length=255)
    external_system: str | None = Field(default=None, min_length=1, max_length=255)
    date_from: Moment | Day | None = Field(default=None, description="made then or later")
    date_to: Moment | Day | None = Field(
        default=None, description="made before then; of a date, its end"
    )
    reconciliation_id: IdIn | None = None
    cursor: Cursor | None = None
    limit: Limit200 = 20


class PendingResolution(Shape):
    """What an exception waits for, as it was asked; whoever approves it agrees to this."""

    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True)

    type: ResolutionType
    reason: str
    notes: str
    requested_by: str | None = absent("whose key asked for it")
    requested_at: TimeInMilliseconds
    awaiting_approval: bool = Field(
        description="true: another actor has to approve it; false: it is being carried out"
    )
    counterpart_transaction_ids: list[UUID]
    residual_treatment: ResidualTreatment | None = absent("of a force match")
    amount: str | None = absent("of an adjustment, in major units")
    currency: str | None = absent()
    effective_at: TimeInMilliseconds | None = absent()


class LerianException(Shape):
    """What has no value is left out."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_name=True,
        json_schema_extra={"examples": [_EXAMPLE]},
    )

    id: UUID
    transaction_id: UUID
    status: Status
    severity: Severity
    reason: str | None = absent("what is wrong and what to do, a sentence")
    reason_code: ReasonCode | None = absent()
    transaction_status: TransactionStatus | None = absent(
        "PENDING_REVIEW: a match is suggested and waits for a decision"
    )
    suggested_match_id: UUID | None = absent("the match that is suggested")
    created_at: TimeInMilliseconds
    updated_at: TimeInMilliseconds
    due_at: TimeInMilliseconds | None = absent()
    assigned_to: str | None = absent()
    external_system: str | None = absent()
    external_issue_id: str | None = absent()
    resolution_type: ResolutionType | None = absent()
    resolution_reason: str | None = absent()
    resolution_notes: str | None = absent()
    pending_resolution: PendingResolution | None = absent(
        "of one that is PENDING_RESOLUTION, where one exception is shown"
    )


class ExceptionsPage(Shape):
    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_name=True,
        json_schema_extra={"examples": [{"items": [_EXAMPLE], "limit": 20, "hasMore": False}]},
    )

    items: list[LerianException]
    limit: int
    has_more: bool
    next_cursor: str | None = absent()


def exception_of(
    told: Mapping[str, Any], names: Mapping[int, str] | None = None
) -> LerianException:
    """Render a break; `names` are those of the accounts in it."""
    members = {name: told.get(name) for name in LerianException.model_fields}
    suggested, waits_for = told.get("suggested_match_id"), told.get("pending")
    return LerianException.model_validate(
        members
        | {
            "id": uuid_of(Kind.BREAK, told["id"]),
            "transaction_id": uuid_of(Kind.RECORD, told["record_id"]),
            "transaction_status": _transaction_status(told),
            "suggested_match_id": None if suggested is None else uuid_of(Kind.MATCH, suggested),
            "pending_resolution": _pending_of(waits_for, names or {}) if waits_for else None,
        }
    )


def _pending_of(told: Mapping[str, Any], names: Mapping[int, str]) -> PendingResolution:
    members = {name: told.get(name) for name in PendingResolution.model_fields}
    forced = told["type"] == "FORCE_MATCH"
    return PendingResolution.model_validate(
        members
        | {
            "requested_by": names.get(told["account_id"]),
            "counterpart_transaction_ids": [
                uuid_of(Kind.RECORD, one) for one in told["counterpart_record_ids"]
            ],
            "residual_treatment": told["residual_treatment"] if forced else None,
        }
    )


def _transaction_status(told: Mapping[str, Any]) -> TransactionStatus | None:
    """Say how its transaction stands; None when it ended without a match."""
    if told["status"] != "RESOLVED":
        return "UNMATCHED" if told.get("suggested_match_id") is None else "PENDING_REVIEW"
    return None if told.get("match_id") is None else "MATCHED"


def exceptions_page_of(told: Mapping[str, Any]) -> ExceptionsPage:
    following = told.get("next_cursor")
    return ExceptionsPage(
        items=[exception_of(one) for one in told["data"]],
        limit=told["limit"],
        has_more=following is not None,
        next_cursor=following,
    )
