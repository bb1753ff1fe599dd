"""How a case stands, computed from facts at one moment. Source: semantics section 11 (docs)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from fractions import Fraction

from tieout_exceptions.domain.cases.book import KINDS, EvidenceKind
from tieout_exceptions.domain.cases.judgement import CaseScale, Facts, Judgement, Presence, Verdict
from tieout_exceptions.domain.cases.sums import Sums

_MINUTE = timedelta(minutes=1)
# Which evidence a payment of a type needs: one leg each. A type not named here is `other`.
_REQUIRED_KINDS: Mapping[str, frozenset[EvidenceKind]] = {
    "bank": frozenset({"bank"}),
    "stablecoin": frozenset({"provider", "chain"}),
    "cross_border": frozenset({"provider", "chain", "bank"}),
    "other": frozenset({"provider"}),
}


def judge(facts: Facts, *, scale: CaseScale, now: datetime) -> Judgement:
    """Compute everything about a case that is not kept."""
    reconciled = facts.reconciliation_status == "reconciled"
    evidence = (*facts.accepted, *facts.attached)
    parts = facts.accepted if reconciled else evidence
    sums = Sums(facts, parts)
    legs = sum(one.fee is None and one.status != "failed" for one in evidence)
    legs_total = scale.legs_of(facts.payment_type)
    ended = facts.reconciled_at if reconciled and facts.reconciled_at else now
    age = max(timedelta(), ended - facts.created_at) // _MINUTE
    return Judgement(
        exponent=sums.exponent,
        expected=sums.expected,
        actual=sums.actual,
        fees=sums.fees,
        fx_spread=sums.fx_spread,
        rounding_delta=sums.rounding_delta,
        delta=sums.delta,
        legs_total=legs_total,
        legs_present=min(legs, legs_total),
        coverage=_coverage(facts.payment_type, {one.kind for one in evidence}),
        verdict=_verdict(
            facts,
            sums.delta,
            tolerance=int(Fraction(scale.delta_tolerance) * 10**sums.exponent),
            all_legs=legs >= legs_total,
            is_late=age > scale.delayed_minutes,
        ),
        sla_age_minutes=age,
        sla_risk=age > scale.sla_minutes and not reconciled,
    )


def _verdict(
    facts: Facts, delta: int | None, *, tolerance: int, all_legs: bool, is_late: bool
) -> Verdict:
    """Return the first that holds."""
    within = delta is not None and abs(delta) <= tolerance
    reconciled = facts.reconciliation_status == "reconciled"
    if not facts.accepted and not facts.attached and not reconciled:
        return "unreconciled"
    if reconciled and delta == 0 and all_legs:
        return "matched"
    if reconciled and (within or not all_legs or facts.by_hand):
        return "matched_with_exception"
    if facts.doubtful or not within:
        return "needs_review"
    return "delayed" if is_late else "unreconciled"


def _coverage(payment_type: str, there: set[EvidenceKind]) -> dict[EvidenceKind, Presence]:
    required = _REQUIRED_KINDS.get(payment_type, _REQUIRED_KINDS["other"])
    return {
        kind: "present" if kind in there else "missing" if kind in required else "not_required"
        for kind in KINDS
    }
