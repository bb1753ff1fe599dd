"""When an entry becomes overdue: the later of its due day's end and arrival plus grace."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tieout_matcher.domain.overdue import Deadlines, end_of_day, overdue_at

ARRIVED = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "timezone", "expected"),
    [
        (date(2026, 3, 2), "UTC", "2026-03-03T00:00"),
        (date(2026, 3, 2), "Europe/Berlin", "2026-03-02T23:00"),
        (date(2026, 3, 28), "Europe/Berlin", "2026-03-28T23:00"),  # the clock moves on the 29th
        (date(2026, 3, 29), "Europe/Berlin", "2026-03-29T22:00"),
        (date(2026, 10, 25), "Europe/Berlin", "2026-10-25T23:00"),  # a day of 25 hours
        (date(2026, 3, 2), "Pacific/Kiritimati", "2026-03-02T10:00"),
        (date(2026, 3, 2), "America/New_York", "2026-03-03T05:00"),
        (date(2024, 4, 25), "Africa/Cairo", "2024-04-25T22:00"),  # the next day has no midnight
        (date(2018, 2, 17), "America/Sao_Paulo", "2018-02-18T03:00"),  # 23:00 comes twice
        (date(2026, 12, 31), "Asia/Kolkata", "2026-12-31T18:30"),
    ],
)
def test_a_day_ends_at_midnight_of_the_reconciliation(
    day: date, timezone: str, expected: str
) -> None:
    assert end_of_day(day, timezone) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize("timezone", ["UTC", "America/New_York", "Pacific/Kiritimati"])
def test_the_last_and_the_first_day_there_is_end_too(timezone: str) -> None:
    assert end_of_day(date.max, timezone) > datetime(9999, 12, 30, tzinfo=UTC)
    assert end_of_day(date.min, timezone) < datetime(1, 1, 3, tzinfo=UTC)


def test_what_arrives_late_has_its_grace() -> None:
    def of(due: date, grace_seconds: int) -> datetime:
        return overdue_at(
            due_date=due, timezone="UTC", arrived_at=ARRIVED, arrival_grace_seconds=grace_seconds
        )

    assert of(date(2026, 1, 31), 3600) == ARRIVED + timedelta(hours=1)
    assert of(date(2026, 3, 2), 3600) == datetime(2026, 3, 3, tzinfo=UTC)
    assert of(date(2026, 3, 2), 86_400) == ARRIVED + timedelta(days=1)
    assert of(date(2026, 3, 2), 0) == datetime(2026, 3, 3, tzinfo=UTC)


def test_a_grace_past_all_time_ends_at_the_end_of_time() -> None:
    last = overdue_at(
        due_date=date(2026, 3, 2), timezone="UTC", arrived_at=ARRIVED, arrival_grace_seconds=10**15
    )

    assert last.year == 9999


def test_deadlines_are_kept_for_one_arrival_only() -> None:
    deadlines, later = Deadlines("UTC"), ARRIVED + timedelta(days=3)
    asked = [
        (due, arrived, grace)
        for arrived in (ARRIVED, ARRIVED, later, ARRIVED)
        for due in (date(2026, 3, 2), date(2026, 3, 4))
        for grace in (0, 86_400)
    ]

    assert [deadlines.of(*one) for one in asked] == [
        overdue_at(due_date=due, timezone="UTC", arrived_at=arrived, arrival_grace_seconds=grace)
        for due, arrived, grace in asked
    ]
