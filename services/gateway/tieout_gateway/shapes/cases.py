"""ReconLayer's cases: one for each payment intent. Source: seed 003."""

from typing import Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from tieout_contracts.exception_events import CaseStatus, ReconciliationStatus
from tieout_gateway.shapes.case_examples import CASE
from tieout_gateway.shapes.evidence import LegStatus, LegType
from tieout_gateway.shapes.evidence_examples import EVIDENCE
from tieout_gateway.shapes.payment_intents import PaymentIntent
from tieout_gateway.shapes.shape import Shape, Time
from tieout_gateway.shapes.stated_money import DecimalText

Verdict = Literal["matched", "matched_with_exception", "needs_review", "unreconciled", "delayed"]
Presence = Literal["present", "missing", "not_required"]
_WORDS = ConfigDict(alias_generator=to_camel, validate_by_name=True)


class EvidenceCoverage(Shape):
    expected: Presence
    provider: Presence
    chain: Presence
    bank: Presence
    file: Presence


class FlowLeg(Shape):
    model_config = _WORDS

    id: UUID
    type: LegType
    status: LegStatus
    provider: str | None
    provider_transfer_id: str | None
    tx_hash: str | None
    amount: DecimalText
    currency: str


class AuditEvent(Shape):
    model_config = _WORDS

    id: UUID
    organization_id: str
    payment_intent_id: UUID
    case_id: UUID
    raw_record_id: UUID | None
    import_batch_id: UUID | None
    event_type: str
    actor: str
    payload: dict[str, Any] | None
    message: str
    occurred_at: Time


class Case(Shape):
    model_config = ConfigDict(**_WORDS, json_schema_extra={"examples": [CASE]})

    id: UUID
    organization_id: str
    payment_intent_id: UUID
    status: CaseStatus
    reconciliation_status: ReconciliationStatus
    expected_amount: DecimalText
    actual_amount: DecimalText
    exception_type: str | None
    created_at: Time
    updated_at: Time
    payment_intent: PaymentIntent
    verdict: Verdict
    unexplained_delta: DecimalText | None = Field(
        description="null where money of another currency came without a rate"
    )
    sla_age_minutes: int
    sla_risk: bool
    required_legs_total: int
    required_legs_present: int
    evidence_coverage: EvidenceCoverage
    flow_legs: list[FlowLeg]
    provider_fee: DecimalText
    network_fee: DecimalText
    developer_fee: DecimalText
    fx_spread: DecimalText
    rounding_delta: DecimalText
    notes: str | None
    reconciled_at: Time | None
    last_run_at: Time | None
    audit_events: list[AuditEvent]


class CaseEvidence(Shape):
    model_config = ConfigDict(**_WORDS, json_schema_extra={"examples": [EVIDENCE]})

    case_id: UUID
    payment_intent_id: UUID
    raw_records: list[dict[str, Any]]
    flow_legs: list[dict[str, Any]]
    match_links: list[dict[str, Any]]


class CaseBundle(Shape):
    """A case and all that tells of its money."""

    model_config = ConfigDict(title="ReconciliationCaseExportBundle")

    case: Case
    evidence: CaseEvidence


class CasesPage(Shape):
    model_config = _WORDS

    items: list[CaseBundle]
    limit: int
    has_more: bool
    next_cursor: str | None
