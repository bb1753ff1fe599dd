"""What follows from an attempt to deliver: done, tried again later, given up, or nobody there.

The delays are those of the Standard Webhooks text; so are 410 (disable) and Retry-After.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

# After the first attempt, which is made at once: ten attempts in 75 hours.
DELAYS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
JITTER = 0.2  # a delay is up to so much longer
LONGEST_WAIT = timedelta(days=1)  # that a receiver may ask for
FAILING_FOR = timedelta(days=5)
GONE = 410
_SUCCESS = range(200, 300)
Status = Literal["pending", "delivered", "failed"]


@dataclass(frozen=True, kw_only=True)
class Attempted:
    """One attempt: an answer, or the `error` that stood in its way (a word, not a text).

    `named_issue` is what the answer to a dispatched exception said.
    """

    status_code: int | None = None
    retry_after: timedelta | None = None
    error: str | None = None
    named_issue: str | None = None

    @property
    def succeeded(self) -> bool:
        return self.status_code in _SUCCESS


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """`disables` says why nothing more is sent to the endpoint, if so."""

    status: Status
    due_at: datetime | None = None
    disables: str | None = None


def judge(
    attempted: Attempted,
    *,
    attempts: int,
    failing_since: datetime | None,
    at: datetime,
    factor: float,
    chance: float,
) -> Verdict:
    """Decide; `attempts` counts those before, `chance` (0 to 1) is the jitter, `at` is now."""
    if attempted.succeeded:
        return Verdict(status="delivered")
    if attempted.status_code == GONE:
        return Verdict(status="failed", disables="the receiver answered 410 Gone")
    disables = None
    if failing_since is not None and failing_since <= at - FAILING_FOR:
        disables = f"nothing has arrived for {FAILING_FOR.days} days"
    if attempts >= len(DELAYS):
        return Verdict(status="failed", disables=disables)
    delay = DELAYS[attempts] * factor * (1 + JITTER * chance)
    asked = min(attempted.retry_after or timedelta(), LONGEST_WAIT)
    return Verdict(status="pending", due_at=at + max(delay, asked), disables=disables)


def read_retry_after(text: str | None, *, at: datetime) -> timedelta | None:
    """Read the header Retry-After, seconds or a date; None when it says nothing usable."""
    if text is None:
        return None
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:12]), LONGEST_WAIT.total_seconds()))
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(aware - at, timedelta())
