"""What is sent again, and when: decided here, waited for elsewhere."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from tieout_client.answer import Answer
from tieout_client.errors import UnreachableError, problem_members, problem_of
from tieout_client.request import Request

# Busy, or a server or proxy that is away for now. A 500 is a fault that comes again.
_PASSING = frozenset({429, 502, 503, 504})
_CONFLICT = 409
_IN_PROGRESS = "request_in_progress"


@dataclass(frozen=True, kw_only=True)
class Retries:
    """How long a call is tried: at most so often, and no new try after `total_seconds`.

    `random` gives numbers from 0 to 1, so that callers that failed together do not come back
    together.
    """

    attempts: int = 6
    total_seconds: float = 60.0
    first_delay_seconds: float = 0.25
    longest_delay_seconds: float = 8.0
    random: Callable[[], float] = random.random

    def delay(self, *, attempt: int, retry_after: float | None) -> float:
        """Say how long to wait after the attempt of that number, from 1 on, in seconds."""
        if retry_after is not None:
            return retry_after + self.first_delay_seconds * self.random()
        grown = self.first_delay_seconds * 2.0**attempt
        return min(grown, self.longest_delay_seconds) * self.random()


NO_RETRIES = Retries(attempts=1)


class Attempts:
    """The attempts of one call; each method is told the time, in seconds of one clock."""

    def __init__(self, retries: Retries, request: Request, *, now: float) -> None:
        self._retries = retries
        self._request = request
        self._deadline = now + retries.total_seconds
        self._made = 0

    def after_refusal(self, answer: Answer, *, now: float, today: datetime) -> float:
        """Say the seconds to wait after an answer that is no success. Raises ProblemError."""
        self._made += 1
        after = retry_after_seconds(answer, today)
        wait = self._wait(now=now, retry_after=after) if _passes(answer) else None
        if wait is None:
            raise problem_of(answer)
        return wait

    def after_failure(self, error: Exception, *, now: float) -> float:
        """Say the seconds to wait after a connection that failed. Raises UnreachableError."""
        self._made += 1
        wait = self._wait(now=now, retry_after=None)
        if wait is None:
            reason = f"{self._request.method} {self._request.path}: {error!r}"
            raise UnreachableError(reason, idempotency_key=self._request.idempotency_key) from error
        return wait

    def _wait(self, *, now: float, retry_after: float | None) -> float | None:
        """Give the seconds until the next attempt; None when there is none any more."""
        wait = self._retries.delay(attempt=self._made, retry_after=retry_after)
        spent = self._made >= self._retries.attempts or now + wait > self._deadline
        without_key = self._request.writes and self._request.idempotency_key is None
        if spent or without_key or not self._request.can_be_repeated:
            return None
        return wait


def _passes(answer: Answer) -> bool:
    if answer.status == _CONFLICT:
        return problem_members(answer).get("code") == _IN_PROGRESS
    return answer.status in _PASSING


def retry_after_seconds(answer: Answer, today: datetime) -> float | None:
    """Read Retry-After, in seconds or as a date (RFC 9110, section 10.2.3); None of any other."""
    told = answer.headers.get("retry-after", "").strip()
    if told.isascii() and told.isdigit():
        return float(told)
    try:
        return max(0.0, (parsedate_to_datetime(told) - today).total_seconds())
    except (ValueError, TypeError):
        return None
