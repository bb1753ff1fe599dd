from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tieout_exceptions.domain.severity import (
    LEVELS,
    SeverityScale,
    Thresholds,
    due_at,
    severity_of,
)

# By rows the amount (major units), by columns the hours since overdue.
HOURS = (0, 23, 24, 71, 72, 119, 120, 9_000)
TABLE = {
    "999.99": "LOW LOW MEDIUM MEDIUM HIGH HIGH HIGH HIGH",
    "1000": "MEDIUM MEDIUM MEDIUM MEDIUM HIGH HIGH HIGH HIGH",
    "9999.99": "MEDIUM MEDIUM MEDIUM MEDIUM HIGH HIGH HIGH HIGH",
    "10000": "HIGH HIGH HIGH HIGH HIGH HIGH CRITICAL CRITICAL",
    "99999.99": "HIGH HIGH HIGH HIGH HIGH HIGH CRITICAL CRITICAL",
    "100000": " ".join(["CRITICAL"] * 8),
}


@pytest.mark.parametrize(
    ("amount", "hours", "severity"),
    [
        (amount, hours, severity)
        for amount, row in TABLE.items()
        for hours, severity in zip(HOURS, row.split(), strict=True)
    ],
)
@pytest.mark.parametrize(("currency", "exponent", "factor"), [("EUR", 2, 1), ("JPY", 0, 100)])
@pytest.mark.parametrize("sign", [1, -1])
def test_severity_is_the_graver_of_amount_and_age(
    amount: str, hours: int, severity: str, currency: str, exponent: int, factor: int, sign: int
) -> None:
    minor = int(Decimal(amount) * factor * 10**exponent) * sign

    found = severity_of(
        amount_minor=minor,
        exponent=exponent,
        age=timedelta(hours=hours),
        thresholds=SeverityScale().of(currency),
    )

    assert found == severity


def test_an_amount_one_minor_unit_short_stays_below_whatever_its_length() -> None:
    step = Decimal(10) ** 19
    scale = Thresholds(medium=step, high=step * 2, critical=step * 3)

    below, at = (
        severity_of(amount_minor=minor, exponent=18, age=timedelta(0), thresholds=scale)
        for minor in (10**37 - 1, 10**37)
    )

    assert (below, at) == ("LOW", "MEDIUM")


def test_an_organisations_own_thresholds_win() -> None:
    own = Thresholds(medium=Decimal(1), high=Decimal("1.5"), critical=Decimal(20))
    scale = SeverityScale(own={"JPY": own})

    assert scale.of("JPY") == scale.by_currency["JPY"] == own
    assert scale.of("KRW").medium == 100_000
    assert scale.of("USDC").medium == 1_000


def test_due_times_shrink_with_severity() -> None:
    opened = datetime(2026, 3, 1, tzinfo=UTC)

    hours = [
        (due_at(opened_at=opened, severity=one) - opened) // timedelta(hours=1) for one in LEVELS
    ]

    assert hours == [168, 120, 72, 24]
