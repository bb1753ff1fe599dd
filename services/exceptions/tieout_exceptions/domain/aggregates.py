"""What a bucket's entries come to, exactly. Source: semantics section 7 (aggregates)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from tieout_contracts.record import Direction

AgeBucket = Literal["lt_7d", "7_30d", "30_90d", "gt_90d"]
# Days since overdue: from (inclusive), to (exclusive; None is no end).
AGE_BOUNDS: dict[AgeBucket, tuple[int, int | None]] = {
    "lt_7d": (0, 7),
    "7_30d": (7, 30),
    "30_90d": (30, 90),
    "gt_90d": (90, None),
}
DAY_SECONDS = 86_400
DEFAULT_PLACES = 2


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Which of a bucket's entries count; amounts are signed minor units, dates are inclusive."""

    amount_min: int | None = None
    amount_max: int | None = None
    date_from: date | None = None
    date_to: date | None = None
    direction: Direction | None = None
    counterparty: str | None = None
    age_bucket: AgeBucket | None = None

    def overdue_between(self, now: datetime) -> tuple[datetime | None, datetime | None]:
        """Bounds on overdue_at: after (exclusive) and until (inclusive); None is no bound."""
        if self.age_bucket is None:
            return None, None
        from_days, to_days = AGE_BOUNDS[self.age_bucket]
        after = None if to_days is None else now - timedelta(days=to_days)
        until = None if from_days == 0 else now - timedelta(days=from_days)
        return after, until


@dataclass(frozen=True, kw_only=True)
class Group:
    """Sums over the entries of one currency and exponent; `age_seconds` is their sum."""

    currency: str
    exponent: int
    debit_count: int
    debit_sum: int
    credit_count: int
    credit_sum: int
    age_seconds: Decimal
    oldest: date
    newest: date


@dataclass(frozen=True, kw_only=True)
class CurrencyTotals:
    """Signed sums in minor units of `exponent`."""

    currency: str
    exponent: int
    record_count: int
    total_amount: int
    debit_count: int
    debit_sum: int
    credit_count: int
    credit_sum: int


@dataclass(frozen=True, kw_only=True)
class Aggregates:
    """`avg_age_days` is rounded down; several currencies are never summed."""

    record_count: int
    debit_count: int
    credit_count: int
    avg_age_days: int
    oldest: date | None
    newest: date | None
    by_currency: tuple[CurrencyTotals, ...]

    @property
    def places(self) -> int:
        """Decimal places of the amounts, where they are the same for all."""
        found = {one.exponent for one in self.by_currency}
        return found.pop() if len(found) == 1 else DEFAULT_PLACES


def aggregate(groups: Sequence[Group]) -> Aggregates:
    """Add groups up; one currency at several exponents is counted at the finest."""
    count = sum(one.debit_count + one.credit_count for one in groups)
    age_seconds = sum((one.age_seconds for one in groups), Decimal(0))
    currencies = sorted({one.currency for one in groups})
    return Aggregates(
        record_count=count,
        debit_count=sum(one.debit_count for one in groups),
        credit_count=sum(one.credit_count for one in groups),
        avg_age_days=max(0, int(age_seconds // (count * DAY_SECONDS))) if count else 0,
        oldest=min((one.oldest for one in groups), default=None),
        newest=max((one.newest for one in groups), default=None),
        by_currency=tuple(
            _totals(currency, [one for one in groups if one.currency == currency])
            for currency in currencies
        ),
    )


def _totals(currency: str, groups: Sequence[Group]) -> CurrencyTotals:
    exponent = max(one.exponent for one in groups)
    debit_sum = sum(one.debit_sum * 10 ** (exponent - one.exponent) for one in groups)
    credit_sum = sum(one.credit_sum * 10 ** (exponent - one.exponent) for one in groups)
    debit_count = sum(one.debit_count for one in groups)
    credit_count = sum(one.credit_count for one in groups)
    return CurrencyTotals(
        currency=currency,
        exponent=exponent,
        record_count=debit_count + credit_count,
        total_amount=debit_sum + credit_sum,
        debit_count=debit_count,
        debit_sum=debit_sum,
        credit_count=credit_count,
        credit_sum=credit_sum,
    )
