"""The sleep between rounds: no wake is lost, and work nobody told of is found."""

import asyncio

import pytest

from tieout_runtime import run
from tieout_runtime.run import Wakeup


async def test_a_wake_while_working_gives_another_round_at_once() -> None:
    wakeup, rounds = Wakeup(), 0

    async with asyncio.timeout(0.5):
        async for _ in wakeup.rounds():
            rounds += 1
            if rounds == 3:
                break
            wakeup.wake()

    assert rounds == 3


async def test_a_wake_ends_the_sleep() -> None:
    wakeup, rounds = Wakeup(), 0
    asyncio.get_running_loop().call_later(0.01, wakeup.wake)

    async with asyncio.timeout(0.5):
        async for _ in wakeup.rounds():
            rounds += 1
            if rounds == 2:
                break

    assert rounds == 2


async def test_without_a_wake_it_looks_again_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "POLL_S", 0.001)
    rounds = 0

    async for _ in Wakeup().rounds():
        rounds += 1
        if rounds == 5:
            break

    assert rounds == 5
