"""When an entry becomes overdue. Source: semantics of overdue (docs)."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

NEVER = datetime(9999, 12, 31, tzinfo=UTC)  # dates like 9999-12-31 stand for it too


@lru_cache(maxsize=4096)
def end_of_day(day: date, timezone: str) -> datetime:
    """Return the instant (UTC) at which a calendar day ends in an IANA timezone."""
    if day >= NEVER.date() - timedelta(days=1):
        return NEVER
    return datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(timezone)).astimezone(UTC)


def overdue_at(
    *, due_date: date, timezone: str, arrived_at: datetime, arrival_grace_seconds: int
) -> datetime:
    """Return the later of the due date's end and arrival plus grace, in UTC."""
    longest = (NEVER - arrived_at) // timedelta(seconds=1)
    grace = timedelta(seconds=min(arrival_grace_seconds, longest))
    return max(end_of_day(due_date, timezone), arrived_at + grace)


class Deadlines:
    """`overdue_at` in one timezone; records of one chunk share their arrival and few due dates."""

    def __init__(self, timezone: str) -> None:
        self._timezone = timezone
        self._arrived_at: datetime | None = None
        self._known: dict[tuple[date, int], datetime] = {}

    def of(self, due_date: date, arrived_at: datetime, grace_seconds: int) -> datetime:
        if arrived_at != self._arrived_at:
            self._arrived_at, self._known = arrived_at, {}
        place = (due_date, grace_seconds)
        if place not in self._known:
            self._known[place] = overdue_at(
                due_date=due_date,
                timezone=self._timezone,
                arrived_at=arrived_at,
                arrival_grace_seconds=grace_seconds,
            )
        return self._known[place]
