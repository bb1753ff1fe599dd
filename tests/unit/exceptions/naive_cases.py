"""Semantics section 11 read word by word, in fractions of major units."""

from fractions import Fraction
from typing import Any

from tieout_exceptions.domain.cases.judgement import Facts


def major(minor: int, exponent: int) -> Fraction:
    return Fraction(minor, 10**exponent)


def naive(facts: Facts, minutes: int) -> dict[str, Any]:
    """Read section 11 word by word, in fractions of major units."""
    reconciled = facts.reconciliation_status == "reconciled"
    seen = [*facts.accepted] if reconciled else [*facts.accepted, *facts.attached]
    own = [one for one in seen if one.currency == "EUR"]
    others = [one for one in seen if one.currency != "EUR"]
    exponent = max([2, *(one.exponent for one in own), *(a.exponent for a in facts.adjustments)])

    def booked(reason: str) -> Fraction:
        return sum(
            (major(a.minor, a.exponent) for a in facts.adjustments if a.reason == reason),
            Fraction(),
        )

    actual = sum((major(p.minor, p.exponent) for p in own if p.fee is None), Fraction())
    fees = sum((major(p.minor, p.exponent) for p in own if p.fee), booked("fee"))
    fx = booked("fx")
    for part in others:
        if part.rate:
            worth = major(part.minor, part.exponent) * Fraction(part.rate)
            fx += Fraction(round(worth * 10**exponent), 10**exponent)
    delta: Fraction | None = (
        major(facts.expected_minor, 2) - actual - (fees + fx + booked("rounding"))
    )
    if any(one.rate is None for one in others):
        delta = None
    legs = [p for p in (*facts.accepted, *facts.attached) if not p.fee and p.status != "failed"]
    required = {"bank": 1, "stablecoin": 2, "cross_border": 3}.get(facts.payment_type, 1)
    age = 30 if reconciled and facts.reconciled_at else minutes
    return {
        "delta": delta,
        "legs": (min(len(legs), required), required),
        "age": age,
        "sla_risk": age > 100 and not reconciled,
        "verdict": _naive_verdict(facts, delta, all_legs=len(legs) >= required, late=age > 50),
    }


def _naive_verdict(facts: Facts, delta: Fraction | None, *, all_legs: bool, late: bool) -> str:
    reconciled = facts.reconciliation_status == "reconciled"
    some = bool(facts.accepted or facts.attached)
    near = delta is not None and abs(delta) <= Fraction("0.05")
    ladder = [
        ("unreconciled", not some and not reconciled),
        ("matched", reconciled and delta == 0 and all_legs),
        ("matched_with_exception", reconciled and (near or not all_legs or facts.by_hand)),
        ("needs_review", facts.doubtful or not near),
        ("delayed", some and late),
        ("unreconciled", True),
    ]
    return next(name for name, holds in ladder if holds)
