"""What a case is judged by, and what is said of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

from tieout_contracts.exception_events import ReconciliationStatus
from tieout_exceptions.domain.cases.book import EvidenceKind
from tieout_exceptions.domain.cases.records import Fee, LegStatus

Verdict = Literal["matched", "matched_with_exception", "needs_review", "unreconciled", "delayed"]
Presence = Literal["present", "missing", "not_required"]


@dataclass(frozen=True, kw_only=True)
class CaseScale:
    """An installation's limits; `delta_tolerance` is in major units."""

    sla_minutes: int = 1440
    delayed_minutes: int = 720
    delta_tolerance: Decimal = Decimal("0.05")
    required_legs: Mapping[str, int] = field(
        default_factory=lambda: {"bank": 1, "stablecoin": 2, "cross_border": 3, "other": 1}
    )

    def legs_of(self, payment_type: str) -> int:
        return self.required_legs.get(payment_type, self.required_legs.get("other", 1))


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One piece of evidence: so much money (signed minor units), or a fee that was taken from it.

    `rate` counts only where the currency is another than the expected one.
    """

    kind: EvidenceKind
    fee: Fee | None
    status: LegStatus
    minor: int
    exponent: int
    currency: str
    rate: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Adjusted:
    """What an accepted match books for money that is lacking: signed, `minor` at `exponent`."""

    reason: str
    minor: int
    exponent: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """`accepted` are members of accepted matches, `attached` the other evidence of the case."""

    payment_type: str
    expected_minor: int
    exponent: int
    currency: str
    created_at: datetime
    reconciled_at: datetime | None
    reconciliation_status: ReconciliationStatus
    doubtful: bool
    by_hand: bool
    accepted: tuple[Part, ...]
    attached: tuple[Part, ...]
    adjustments: tuple[Adjusted, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """Amounts are signed minor units at `exponent`, in the expected currency.

    `delta` is None where money of another currency came without a rate.
    """

    exponent: int
    expected: int
    actual: int
    fees: Mapping[Fee, int]
    fx_spread: int
    rounding_delta: int
    delta: int | None
    legs_total: int
    legs_present: int
    coverage: Mapping[EvidenceKind, Presence]
    verdict: Verdict
    sla_age_minutes: int
    sla_risk: bool
