"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt
from typing import Any, Literal

from pydantic import Field

from tieout_client.model import CamelModel, Model
from tieout_client.models.reconlayer_payment_intents import PaymentIntent


class EvidenceCoverage(Model):
    expected: Literal["present", "missing", "not_required"]
    provider: Literal["present", "missing", "not_required"]
    chain: Literal["present", "missing", "not_required"]
    bank: Literal["present", "missing", "not_required"]
    file: Literal["present", "missing", "not_required"]


class FlowLeg(CamelModel):
    id: str
    type: Literal["source", "transfer", "destination", "fee"]
    status: Literal["pending", "completed", "failed"]
    provider: str | None
    provider_transfer_id: str | None
    tx_hash: str | None
    amount: str
    currency: str


class AuditEvent(CamelModel):
    id: str
    organization_id: str
    payment_intent_id: str
    case_id: str
    raw_record_id: str | None
    import_batch_id: str | None
    event_type: str
    actor: str
    payload: dict[str, Any] | None
    message: str
    occurred_at: dt.datetime


class Case(CamelModel):
    id: str
    organization_id: str
    payment_intent_id: str
    status: Literal["open", "resolved", "archived"]
    reconciliation_status: Literal["unreconciled", "tentatively_reconciled", "reconciled"]
    expected_amount: str
    actual_amount: str
    exception_type: str | None
    created_at: dt.datetime
    updated_at: dt.datetime
    payment_intent: PaymentIntent
    verdict: Literal["matched", "matched_with_exception", "needs_review", "unreconciled", "delayed"]
    unexplained_delta: str | None
    """null where money of another currency came without a rate."""
    sla_age_minutes: int
    sla_risk: bool
    required_legs_total: int
    required_legs_present: int
    evidence_coverage: EvidenceCoverage
    flow_legs: list[FlowLeg]
    provider_fee: str
    network_fee: str
    developer_fee: str
    fx_spread: str
    rounding_delta: str
    notes: str | None
    reconciled_at: dt.datetime | None
    last_run_at: dt.datetime | None
    audit_events: list[AuditEvent]


class CaseEvidence(CamelModel):
    case_id: str
    payment_intent_id: str
    raw_records: list[dict[str, Any]]
    flow_legs: list[dict[str, Any]]
    match_links: list[dict[str, Any]]


class CaseBundle(Model):
    """A case and all that tells of its money."""

    case: Case
    evidence: CaseEvidence


class CasesPage(CamelModel):
    items: list[CaseBundle]
    limit: int
    has_more: bool
    next_cursor: str | None


class ExportFilters(CamelModel):
    from_: str | None = Field(validation_alias="from", serialization_alias="from")
    to: str | None
    status: str | None
    reconciliation_status: str | None
    external_reference: str | None
    verdicts: list[
        Literal[
            "matched",
            "matched_with_exception",
            "needs_review",
            "unreconciled",
            "sla_risk",
            "delayed",
        ]
    ]


class CaseExport(CamelModel):
    """`total` comes after the items: all of them were counted then."""

    exported_at: dt.datetime
    filters: ExportFilters
    items: list[CaseBundle]
    total: int
