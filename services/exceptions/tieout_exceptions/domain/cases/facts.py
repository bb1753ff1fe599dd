"""From what is kept of a case to the facts it is judged by."""

from dataclasses import replace

from tieout_contracts.exception_events import ReconciliationStatus
from tieout_contracts.outcomes import Adjustment
from tieout_exceptions.domain.cases.judgement import Adjusted, Facts, Part
from tieout_exceptions.domain.cases.records import fee_of, leg_status_of, leg_type_of, text_of
from tieout_exceptions.domain.cases.values import Bundle, CaseMatch, Evidence, PaymentIntent

_BY_HAND = frozenset({"force", "manual"})


def facts_of(bundle: Bundle) -> Facts:
    """Gather the facts of a case as it is kept."""
    case, fields = bundle.case, bundle.intent.fields
    accepted = [one for one in bundle.matches if one.status == "accepted"]
    allocated = {
        record_id: taken for match in accepted for record_id, taken in match.evidence.items()
    }
    parts = {one.record_id: part_of(one) for one in bundle.evidence}
    return Facts(
        payment_type=payment_type_of(bundle.intent),
        expected_minor=fields.signed_minor,
        exponent=fields.exponent,
        currency=fields.currency,
        created_at=bundle.intent.created_at,
        reconciled_at=case.reconciled_at,
        reconciliation_status=case.reconciliation_status,
        doubtful=bundle.exception_type == "AMBIGUOUS"
        or any(one.status == "suggested" for one in bundle.matches),
        by_hand=any(one.kind in _BY_HAND for one in accepted),
        accepted=_accepted(bundle, accepted, parts, allocated),
        attached=tuple(part for key, part in parts.items() if key not in allocated),
        adjustments=tuple(
            _adjusted(one) for match in accepted if match.intents == 1 for one in match.adjustments
        ),
    )


def payment_type_of(intent: PaymentIntent) -> str:
    return text_of(intent.fields, "payment_type") or "other"


def part_of(evidence: Evidence) -> Part:
    """Read one piece of evidence as a part of the case's money."""
    fields = evidence.fields
    is_fee = leg_type_of(fields, evidence.kind) == "fee"
    return Part(
        kind=evidence.kind,
        fee=fee_of(fields) if is_fee else None,
        status=leg_status_of(fields),
        minor=fields.signed_minor,
        exponent=fields.exponent,
        currency=fields.currency,
        rate=text_of(fields, "rate"),
    )


def reconciliation_status_of(bundle: Bundle) -> ReconciliationStatus:
    """Reconciled: accepted matches take the whole intent, and none of their evidence is pending."""
    accepted = [one for one in bundle.matches if one.status == "accepted"]
    taken = {record_id for match in accepted for record_id in match.evidence}
    pending = any(
        one.fields.status == "pending" for one in bundle.evidence if one.record_id in taken
    )
    whole = sum(one.own_minor for one in accepted) >= int(bundle.intent.fields.amount_minor)
    if accepted and whole and not pending:
        return "reconciled"
    return "tentatively_reconciled" if bundle.matches else "unreconciled"


def _accepted(
    bundle: Bundle,
    accepted: list[CaseMatch],
    parts: dict[int, Part],
    allocated: dict[int, str | None],
) -> tuple[Part, ...]:
    """Give accepted members with what the matches take of them.

    A match of several intents ties as a whole: each of them counts as paid by its own amount.
    """
    shared = [one for one in accepted if one.intents > 1]
    within_shared = {record_id for one in shared for record_id in one.evidence}
    found = [
        _taken(parts[key], taken)
        for key, taken in allocated.items()
        if key in parts and key not in within_shared
    ]
    fields = bundle.intent.fields
    for match in shared:
        first = next((parts[key] for key in match.evidence if key in parts), None)
        if first is not None:
            own = match.own_minor if fields.direction == "credit" else -match.own_minor
            found.append(
                replace(first, fee=None, minor=own, exponent=fields.exponent,
                        currency=fields.currency)
            )  # fmt: skip
    return tuple(found)


def _taken(part: Part, allocated_minor: str | None) -> Part:
    if allocated_minor is None:
        return part
    taken = int(allocated_minor)
    return replace(part, minor=taken if part.minor >= 0 else -taken)


def _adjusted(one: Adjustment) -> Adjusted:
    """Turn what the evidence has beyond the intent into what it lacks."""
    return Adjusted(reason=one.reason, minor=-int(one.amount_minor), exponent=one.exponent)
