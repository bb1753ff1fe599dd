"""How grave a break is, and by when it is due. Source: semantics section 6 (severity, dueAt)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from iso4217 import Currency

Severity = Literal["LOW", "MEDIUM", "HIGH", "CRITICAL"]
LEVELS: tuple[Severity, ...] = ("LOW", "MEDIUM", "HIGH", "CRITICAL")
# Age since overdue from which a break is MEDIUM, HIGH, CRITICAL.
AGE_STEPS = (timedelta(hours=24), timedelta(hours=72), timedelta(hours=120))
DUE_AFTER: Mapping[Severity, timedelta] = {
    "LOW": timedelta(hours=168),
    "MEDIUM": timedelta(hours=120),
    "HIGH": timedelta(hours=72),
    "CRITICAL": timedelta(hours=24),
}
_HIGH = LEVELS.index("HIGH")
_DEFAULT = (1_000, 10_000, 100_000)
_ZERO_EXPONENT_FACTOR = 100


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """Amounts in major units from which a break is MEDIUM, HIGH, CRITICAL."""

    medium: Decimal
    high: Decimal
    critical: Decimal

    @property
    def steps(self) -> tuple[Decimal, Decimal, Decimal]:
        return (self.medium, self.high, self.critical)


def _times(factor: int) -> Thresholds:
    medium, high, critical = (Decimal(step * factor) for step in _DEFAULT)
    return Thresholds(medium=medium, high=high, critical=critical)


DEFAULT_THRESHOLDS = _times(1)
# A unit of these currencies is about a hundredth of a unit of the others.
_ZERO_EXPONENT = {one.code: _times(_ZERO_EXPONENT_FACTOR) for one in Currency if one.exponent == 0}


@dataclass(frozen=True, kw_only=True)
class SeverityScale:
    """Thresholds by currency: the organisation's own first, then those of ISO exponent 0."""

    own: Mapping[str, Thresholds] = field(default_factory=dict)

    @property
    def by_currency(self) -> Mapping[str, Thresholds]:
        """Every currency that departs from the default."""
        return {**_ZERO_EXPONENT, **self.own}

    def of(self, currency: str) -> Thresholds:
        return self.own.get(currency) or _ZERO_EXPONENT.get(currency) or DEFAULT_THRESHOLDS


def severity_of(
    *, amount_minor: int, exponent: int, age: timedelta, thresholds: Thresholds
) -> Severity:
    """Return the graver of amount and age; age alone stays at HIGH below the HIGH amount.

    `amount_minor` may be signed; `age` is the time since the entry became overdue.
    """
    amount = Decimal(abs(amount_minor))  # compared in minor units: both sides stay exact
    by_amount = sum(amount >= step.scaleb(exponent) for step in thresholds.steps)
    by_age = sum(age >= step for step in AGE_STEPS)
    if by_amount < _HIGH:
        by_age = min(by_age, _HIGH)
    return LEVELS[max(by_amount, by_age)]


def due_at(*, opened_at: datetime, severity: Severity) -> datetime:
    """When a break opened with that severity has to be worked off; it never moves."""
    return opened_at + DUE_AFTER[severity]
