"""Computations that people wait for: one at a time, given up in time, in a process of their own."""

import time
from collections.abc import AsyncIterator
from concurrent.futures.process import BrokenProcessPool

import pytest

from tieout_matcher import aside
from tieout_matcher.aside import Aside
from tieout_matcher.solving import Solving, TookTooLongError, within
from tieout_runtime.problems import Problem

LONG_S = 60


@pytest.fixture
async def solving() -> AsyncIterator[Solving]:
    one = Solving()
    yield one
    one.close()


def test_what_ends_in_time_is_answered_and_no_alarm_is_left() -> None:
    assert within(0.2, sum, [1, 2]) == 3
    time.sleep(0.3)


async def test_what_takes_too_long_is_given_up_and_the_process_goes_on(solving: Solving) -> None:
    short = Aside(solving, compute_s=0.2)

    with pytest.raises(TookTooLongError, match=r"more than 0\.2 seconds"):
        await short.compute(time.sleep, LONG_S)

    assert await short.compute(sum, [1, 2]) == 3


async def test_who_cannot_have_a_turn_soon_is_told_to_come_back(
    solving: Solving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aside, "WAIT_S", 0.01)
    busy = Aside(solving)

    async with busy.turn():
        with pytest.raises(Problem) as refused:
            async with busy.turn():
                pass

    assert (refused.value.status, refused.value.code) == (429, "busy")
    assert refused.value.headers == {"Retry-After": "5"}
    async with busy.turn():
        pass


async def test_a_process_that_died_is_503(
    solving: Solving, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dies(*_: object) -> None:
        raise BrokenProcessPool

    monkeypatch.setattr(Solving, "__call__", dies)

    with pytest.raises(Problem) as refused:
        await Aside(solving).compute(sum, [1])

    assert refused.value.status == 503
