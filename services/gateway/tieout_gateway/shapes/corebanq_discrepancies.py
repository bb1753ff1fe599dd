"""Corebanq's discrepancies: our breaks, as a run shows them; and items that people close."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from tieout_contracts.ids import Kind, uuid_of
from tieout_contracts.outcomes import ReasonCode
from tieout_gateway.shapes.corebanq import (
    Amount,
    LedgerIdIn,
    OrderedQuery,
    amount_of,
    uuid_or_none,
)
from tieout_gateway.shapes.corebanq_runs import LEDGER, RUN, Note
from tieout_gateway.shapes.shape import Body, Shape, Time

DiscrepancyStatus = Literal["open", "in_review", "closed"]
Severity = Literal["info", "warning", "critical"]
# A discrepancy's status → the statuses of a break that show as it.
STATUSES: Mapping[str, list[str]] = {
    "open": ["OPEN"],
    "in_review": ["ASSIGNED", "PENDING_RESOLUTION"],
    "closed": ["RESOLVED"],
}
_SHOWN = {one: shown for shown, several in STATUSES.items() for one in several}
_SEVERITIES: Mapping[str, Severity] = {
    "LOW": "info",
    "MEDIUM": "warning",
    "HIGH": "critical",
    "CRITICAL": "critical",
}


class CloseItem(Body):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "ledger_id": LEDGER,
                    "reason": "manual_review",
                    "note": "the bank took it back by phone",
                }
            ]
        }
    )

    ledger_id: LedgerIdIn
    reason: Annotated[str, StringConstraints(max_length=255)] | None = Field(
        default=None, description="free text"
    )
    note: Note | None = None


class DiscrepanciesQuery(OrderedQuery):
    status: DiscrepancyStatus | None = None
    sort: Literal["created_at"] = "created_at"


class Discrepancy(Shape):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "000a0000-0000-87e0-8000-000000000047",
                    "run_id": RUN,
                    "ledger_id": LEDGER,
                    "entry_id": "00030000-0000-87e0-8000-0000000001f5",
                    "status": "open",
                    "severity": "warning",
                    "reason_code": "UNMATCHED",
                    "reason": "The run found no counterpart: match it by hand, or close it.",
                    "amount": {"amount": "123456", "currency": "EUR", "precision": 2},
                    "match_id": None,
                    "suggested_match_id": None,
                    "created_at": "2026-02-01T09:05:01Z",
                    "updated_at": "2026-02-01T09:05:01Z",
                    "due_at": "2026-02-06T09:05:01Z",
                    "closed_at": None,
                }
            ]
        }
    )

    id: UUID
    run_id: UUID
    ledger_id: UUID
    entry_id: UUID = Field(description="an item, or the ledger's entry that differs from one")
    status: DiscrepancyStatus
    severity: Severity
    reason_code: ReasonCode
    reason: str
    amount: Amount
    match_id: UUID | None = Field(description="the match that closed it")
    suggested_match_id: UUID | None
    created_at: Time
    updated_at: Time
    due_at: Time
    closed_at: Time | None


def discrepancy_of(told: Mapping[str, Any], *, run_id: int) -> Discrepancy:
    same = ("reason_code", "reason", "created_at", "updated_at", "due_at")
    return Discrepancy.model_validate(
        {name: told[name] for name in same}
        | {
            "id": uuid_of(Kind.BREAK, told["id"]),
            "run_id": uuid_of(Kind.LEDGER_RUN, run_id),
            "ledger_id": uuid_of(Kind.RECONCILIATION, told["reconciliation_id"]),
            "entry_id": uuid_of(Kind.RECORD, told["record_id"]),
            "status": _SHOWN[told["status"]],
            "severity": _SEVERITIES[told["severity"]],
            "amount": amount_of(told),
            "match_id": uuid_or_none(Kind.MATCH, told["match_id"]),
            "suggested_match_id": uuid_or_none(Kind.MATCH, told["suggested_match_id"]),
            "closed_at": told["resolved_at"],
        }
    )
