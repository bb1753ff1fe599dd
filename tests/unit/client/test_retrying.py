import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout_client import ProblemError, Request, Retries, UnreachableError
from tieout_client.answer import Answer
from tieout_client.retrying import Attempts, retry_after_seconds
from unit.client.doors import TODAY

BUSY = Answer(status=503, headers={})


@given(
    attempts=st.integers(1, 20),
    total=st.floats(0, 100),
    jitters=st.lists(st.floats(0, 1), min_size=20, max_size=20),
    after=st.none() | st.integers(0, 30),
)
def test_no_call_takes_more_attempts_or_time_than_it_may(
    attempts: int, total: float, jitters: list[float], after: int | None
) -> None:
    retries = Retries(attempts=attempts, total_seconds=total, random=jitters.pop)
    told = BUSY if after is None else Answer(status=503, headers={"retry-after": str(after)})
    call = Attempts(retries, Request(method="GET", path="/"), now=0.0)
    now, made = 0.0, 0

    try:
        while True:
            made += 1
            wait = call.after_refusal(told, now=now, today=TODAY)
            assert wait >= (after or 0)
            now += wait
    except ProblemError:
        pass

    assert made <= attempts
    assert now <= total


def test_a_write_without_a_key_is_never_tried_again() -> None:
    call = Attempts(Retries(), Request(method="POST", path="/", writes=True), now=0.0)

    with pytest.raises(UnreachableError):
        call.after_failure(OSError("cut"), now=0.0)


def test_waits_grow_and_stop_growing() -> None:
    retries = Retries(random=lambda: 1.0)

    waits = [retries.delay(attempt=number, retry_after=None) for number in range(1, 8)]

    assert waits == [0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0]


def test_what_retry_after_says_is_seconds_or_a_date_and_nothing_else() -> None:
    def read(value: str) -> float | None:
        return retry_after_seconds(Answer(status=429, headers={"retry-after": value}), TODAY)

    assert read("12") == 12
    assert read("Mon, 05 Jan 2026 09:01:00 GMT") == 60
    assert read("Mon, 05 Jan 2026 08:00:00 GMT") == 0
    assert [read(value) for value in ("", "-1", "1.5", "soon", "²")] == [None] * 5
