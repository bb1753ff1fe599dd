"""Live events: what is heard, and that coming back loses nothing and tells nothing twice."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import pytest

from tieout_client import UnauthenticatedError, UnreachableError
from unit.client.doors import Door, Threads, Wire, problem
from unit.client.openapi_calls import TOLD

(EXAMPLE,) = TOLD["components"]["schemas"]["Event"]["examples"]


def _block(number: int, position: str) -> str:
    told = json.dumps({**EXAMPLE, "id": f"e:{number}"})
    return f"event: {EXAMPLE['event_type']}\ndata: {told}\nid: {position}\n\n"


def _stream(door: Door, *pieces: str | Exception) -> httpx2.Response:
    def threads() -> Iterator[bytes]:
        for piece in pieces:
            if isinstance(piece, Exception):
                raise piece
            yield piece.encode()

    async def tasks() -> AsyncIterator[bytes]:
        for piece in threads():
            yield piece

    return httpx2.Response(200, content=threads() if isinstance(door, Threads) else tasks())


async def _heard(door: Door, wire: Wire, count: int, **asked: Any) -> list[Any]:
    """Follow until so many were told; then stop listening."""

    async def listen(client: Any) -> list[Any]:
        following = client.events.follow(**asked)
        if isinstance(door, Threads):
            return [next(following) for _ in range(count)]
        return [await anext(following) for _ in range(count)]

    told: list[Any] = await door.ask(wire, listen)
    return told


async def test_events_are_told_one_by_one_with_the_position_behind_each(door: Door) -> None:
    opened = "retry: 500\nevent: stream.opened\ndata: {}\nid: p0\n\n"
    text = opened + _block(1, "p1") + ": beat\nid: p2\n\n" + _block(3, "p3")
    wire = Wire(replies=[_stream(door, text[:70], text[70:])])

    told = await _heard(door, wire, 2, types="match.accepted")

    assert [(one.event.id, one.position) for one in told] == [("e:1", "p1"), ("e:3", "p3")]
    assert wire.asked[0].url.params["types"] == "match.accepted"
    assert wire.headers("last-event-id") == [None]


async def test_who_comes_back_goes_on_behind_what_was_told_whole(door: Door) -> None:
    cut = _block(2, "p2").removesuffix("\n")  # all but the empty line that ends it
    wire = Wire(
        replies=[
            _stream(door, "retry: 500\n\n", _block(1, "p1"), cut, httpx2.ReadError("cut")),
            _stream(door, _block(2, "p2"), "event: stream.ended\ndata: {}\n\n"),
            httpx2.ConnectError("restarting"),
            _stream(door, _block(3, "p3")),
        ]
    )

    told = await _heard(door, wire, 3)

    assert [one.event.id for one in told] == ["e:1", "e:2", "e:3"]
    assert wire.headers("last-event-id") == [None, "p1", "p2", "p2"]
    assert wire.waits[:2] == [0.5, 0.5]


async def test_a_beat_moves_the_position_and_a_reset_is_told(door: Door) -> None:
    reset = "event: stream.reset\ndata: {}\nid: p9\n\n"
    wire = Wire(replies=[_stream(door, ": beat\nid: p2\n\n"), _stream(door, reset)])

    (told,) = await _heard(door, wire, 1, last_event_id="p1")

    assert (told.event, told.position) == (None, "p9")
    assert wire.headers("last-event-id") == ["p1", "p2"]


async def test_a_credential_that_ended_is_an_error_and_so_is_nobody_there(door: Door) -> None:
    ended = "event: stream.ended\ndata: {}\n\n"
    wire = Wire(replies=[_stream(door, ended), problem(401, "unauthorized")])

    with pytest.raises(UnauthenticatedError):
        await _heard(door, wire, 1)

    with pytest.raises(UnreachableError):
        await _heard(door, Wire(replies=[httpx2.ConnectError("gone")] * 6), 1)
