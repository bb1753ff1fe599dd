"""An answer leaves after its request's body has come."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from starlette.types import Message, Receive, Scope, Send

from tieout_runtime import run
from tieout_runtime.run import WholeRequests

UPLOAD = [(b"content-length", b"6")]


async def refusing(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b"no"})


async def exchange(
    headers: list[tuple[bytes, bytes]], body: Callable[[], AsyncIterator[Message]]
) -> list[str]:
    """Let the refusing application answer a request; what passed in which order."""
    seen, coming = [], body()

    async def receive() -> Message:
        message = await anext(coming)
        seen.append("received")
        return message

    async def send(message: Message) -> None:
        seen.append(message["type"])

    scope = {"type": "http", "path": "/", "headers": headers}
    await WholeRequests(refusing)(scope, receive, send)
    return seen


async def in_two_parts() -> AsyncIterator[Message]:
    yield {"type": "http.request", "body": b"abc", "more_body": True}
    yield {"type": "http.request", "body": b"def", "more_body": False}


async def never_ending() -> AsyncIterator[Message]:
    yield {"type": "http.request", "body": b"abc", "more_body": True}
    await asyncio.sleep(3600)


async def broken_off() -> AsyncIterator[Message]:
    yield {"type": "http.request", "body": b"abc", "more_body": True}
    yield {"type": "http.disconnect"}


ANSWER = ["http.response.start", "http.response.body"]


async def test_the_rest_of_the_body_comes_before_the_answer() -> None:
    assert await exchange(UPLOAD, in_two_parts) == ["received", "received", *ANSWER]


async def test_a_body_that_stops_is_answered_after_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run, "LINGER_IDLE_S", 0.01)

    assert await exchange(UPLOAD, never_ending) == ["received", *ANSWER]


async def test_a_caller_who_left_is_not_waited_for() -> None:
    assert await exchange(UPLOAD, broken_off) == ["received", "received", *ANSWER]


@pytest.mark.parametrize(
    "headers", [[], [(b"content-length", b"0")], [*UPLOAD, (b"expect", b"100-continue")]]
)
async def test_nothing_is_awaited_where_nothing_was_sent(
    headers: list[tuple[bytes, bytes]],
) -> None:
    assert await exchange(headers, in_two_parts) == ANSWER
