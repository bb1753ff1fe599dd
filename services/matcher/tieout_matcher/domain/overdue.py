"""When an entry becomes overdue. Source: semantics of overdue (docs)."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_END_OF_TIME = datetime(9999, 12, 31, tzinfo=UTC)  # dates like 9999-12-31 stand for "never"


@lru_cache(maxsize=4096)
def end_of_day(day: date, timezone: str) -> datetime:
    """Return the instant (UTC) at which a calendar day ends in an IANA timezone."""
    if day >= _END_OF_TIME.date() - timedelta(days=1):
        return _END_OF_TIME
    return datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(timezone)).astimezone(UTC)


@lru_cache(maxsize=4096)  # a chunk of an import shares arrival, and few due dates
def overdue_at(
    *, due_date: date, timezone: str, arrived_at: datetime, arrival_grace_seconds: int
) -> datetime:
    """Return the later of the due date's end and arrival plus grace, in UTC."""
    longest = (_END_OF_TIME - arrived_at) // timedelta(seconds=1)
    grace = timedelta(seconds=min(arrival_grace_seconds, longest))
    return max(end_of_day(due_date, timezone), arrived_at + grace)
