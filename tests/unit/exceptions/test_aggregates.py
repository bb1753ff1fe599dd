from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tieout_exceptions.domain.aggregates import AgeBucket, Filters, Group, aggregate
from tieout_exceptions.domain.answers import aggregates_answer

NOW = datetime(2026, 3, 31, tzinfo=UTC)


def a_group(currency: str = "EUR", exponent: int = 2, *, debit: int = 0, credit: int = 0) -> Group:
    return Group(
        currency=currency,
        exponent=exponent,
        debit_count=1 if debit else 0,
        debit_sum=-debit,
        credit_count=1 if credit else 0,
        credit_sum=credit,
        age_seconds=Decimal(86_400 * 3 - 1),
        oldest=date(2026, 1, 1),
        newest=date(2026, 2, 1),
    )


def test_nothing_to_show_is_zero_everywhere() -> None:
    assert aggregates_answer(aggregate([])) == {
        "record_count": 0,
        "total_amount": 0,
        "debit_sum": 0,
        "credit_sum": 0,
        "debit_count": 0,
        "credit_count": 0,
        "avg_age_days": 0,
        "oldest_at": None,
        "newest_at": None,
    }


def test_one_currency_is_summed_with_signs_at_the_finest_exponent() -> None:
    big = 10**37 + 1

    answer = aggregates_answer(aggregate([a_group(debit=big), a_group(exponent=4, credit=5)]))

    assert answer["debit_sum"] == -big * 100
    assert answer["credit_sum"] == 5
    assert answer["total_amount"] == 5 - big * 100
    assert answer["avg_age_days"] == 2  # a second short of three, twice
    assert answer["oldest_at"] == "2026-01-01T00:00:00Z"
    assert "by_currency" not in answer


def test_several_currencies_are_never_summed() -> None:
    answer = aggregates_answer(aggregate([a_group(credit=7), a_group("JPY", 0, debit=9)]))

    assert [answer[name] for name in ("total_amount", "debit_sum", "credit_sum")] == [None] * 3
    assert (answer["record_count"], answer["debit_count"], answer["credit_count"]) == (2, 1, 1)
    assert [(one["currency"], one["total_amount"]) for one in answer["by_currency"]] == [
        ("EUR", 7),
        ("JPY", -9),
    ]


@pytest.mark.parametrize(
    ("bucket", "first_day", "last_day"),
    [("lt_7d", 0, 6), ("7_30d", 7, 29), ("30_90d", 30, 89), ("gt_90d", 90, 4000)],
)
def test_age_buckets_meet_without_overlap(bucket: AgeBucket, first_day: int, last_day: int) -> None:
    after, until = Filters(age_bucket=bucket).overdue_between(NOW)

    def inside(days: int) -> bool:
        overdue_at = NOW - timedelta(days=days)
        return (after is None or overdue_at > after) and (until is None or overdue_at <= until)

    assert [days for days in (0, 6, 7, 29, 30, 89, 90, 4000) if inside(days)] == [
        days for days in (0, 6, 7, 29, 30, 89, 90, 4000) if first_day <= days <= last_day
    ]
