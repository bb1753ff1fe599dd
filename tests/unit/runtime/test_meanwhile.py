"""Computing while the server works on one statement."""

import asyncio

import pytest

from tieout_runtime.postgres import meanwhile


def fail() -> None:
    raise ZeroDivisionError


async def test_the_statement_leaves_first_and_ends_before_the_answer() -> None:
    seen: list[str] = []

    async def statement() -> None:
        seen.append("sent")
        await asyncio.sleep(0)
        seen.append("done")

    assert await meanwhile(statement(), lambda: seen.append("computed") or "answer") == "answer"
    assert seen == ["sent", "computed", "done"]


async def test_what_the_statement_raises_is_raised() -> None:
    async def refused() -> None:
        await asyncio.sleep(0)
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await meanwhile(refused(), lambda: "answer")


async def test_a_failing_computation_leaves_no_statement_running() -> None:
    ended = asyncio.Event()

    async def statement() -> None:
        await asyncio.sleep(0)
        ended.set()

    with pytest.raises(ZeroDivisionError):
        await meanwhile(statement(), fail)
    assert ended.is_set()
