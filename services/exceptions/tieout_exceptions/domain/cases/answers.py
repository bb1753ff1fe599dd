"""The JSON that callers get of cases: docs/internal-http.md. Amounts are decimals."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from tieout_contracts.money import decimal_from_minor
from tieout_exceptions.domain.cases.intent_answers import intent_answer, intent_status
from tieout_exceptions.domain.cases.judgement import Judgement
from tieout_exceptions.domain.cases.records import leg_status_of, leg_type_of, text_of
from tieout_exceptions.domain.cases.values import Bundle, CaseMatch, Evidence

_CASE = (
    "id", "status", "reconciliation_status", "notes", "reconciled_at", "last_run_at", "created_at",
    "updated_at", "version",
)  # fmt: skip
Json = dict[str, Any]


def case_answer(bundle: Bundle, judged: Judgement, events: Sequence[Mapping[str, Any]]) -> Json:
    """Show a case with its audit events and its evidence, as it was judged."""
    case = bundle.case

    def plain(minor: int) -> str:
        return decimal_from_minor(minor, exponent=judged.exponent)

    status = intent_status(case.reconciliation_status, withdrawn=case.withdrawn)
    legs = [_leg(one, taken) for one, taken in _accepted(bundle)]
    return {
        **{name: getattr(case, name) for name in _CASE},
        "payment_intent": intent_answer(bundle.intent, status),
        "expected_amount": plain(judged.expected),
        "actual_amount": plain(judged.actual),
        "exception_type": bundle.exception_type and bundle.exception_type.lower(),
        "verdict": judged.verdict,
        "unexplained_delta": None if judged.delta is None else plain(judged.delta),
        "sla_age_minutes": judged.sla_age_minutes,
        "sla_risk": judged.sla_risk,
        "required_legs_total": judged.legs_total,
        "required_legs_present": judged.legs_present,
        "evidence_coverage": {"expected": "present", **judged.coverage},
        "flow_legs": legs,
        **{name: plain(minor) for name, minor in judged.fees.items()},
        "fx_spread": plain(judged.fx_spread),
        "rounding_delta": plain(judged.rounding_delta),
        "audit_events": list(events),
        "raw_records": [_raw_record(one) for one in bundle.evidence],
        "match_links": [_link(one) for one in bundle.matches],
    }


def _accepted(bundle: Bundle) -> list[tuple[Evidence, str | None]]:
    taken = {
        record_id: part
        for match in bundle.matches
        if match.status == "accepted"
        for record_id, part in match.evidence.items()
    }
    return [(one, taken[one.record_id]) for one in bundle.evidence if one.record_id in taken]


def _leg(evidence: Evidence, allocated_minor: str | None) -> Json:
    fields = evidence.fields
    minor = fields.signed_minor
    if allocated_minor is not None:
        minor = int(allocated_minor) if minor >= 0 else -int(allocated_minor)
    return {
        "id": evidence.record_id,
        "type": leg_type_of(fields, evidence.kind),
        "status": leg_status_of(fields),
        "provider": text_of(fields, "provider"),
        "provider_transfer_id": text_of(fields, "provider_transfer_id"),
        "tx_hash": text_of(fields, "tx_hash"),
        "amount": decimal_from_minor(minor, exponent=fields.exponent),
        "currency": fields.currency,
    }


def _raw_record(evidence: Evidence) -> Json:
    fields = evidence.fields
    return {
        "id": evidence.record_id,
        "source": evidence.kind,
        "source_ref": text_of(fields, "source_ref") or fields.external_id,
        "external_reference": evidence.reference,
        "amount": decimal_from_minor(fields.signed_minor, exponent=fields.exponent),
        "currency": fields.currency,
        "date": fields.date.isoformat(),
        "status": leg_status_of(fields),
        "description": fields.description,
        "counterparty": fields.counterparty,
        "metadata": fields.metadata,
        "received_at": evidence.received_at,
    }


def _link(match: CaseMatch) -> Json:
    return {
        "id": match.match_id,
        "status": match.status,
        "kind": match.kind,
        "doubt": match.doubt,
        "score": match.score,
        "rule_id": match.rule_id,
        "rule_version": match.rule_version,
        "raw_record_ids": list(match.evidence),
        "adjustments": [msgspec.to_builtins(one) for one in match.adjustments],
        "decided_at": match.decided_at,
    }
