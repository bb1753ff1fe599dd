"""Calls between services over real connections: what a broken one is told as."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from tieout_runtime.internal import InternalClient, Network
from tieout_runtime.problems import Problem

TOKEN = "x" * 16
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def calling(serve: Serve) -> AsyncIterator[InternalClient]:
    """Give a client of a server that does with each connection what the test says."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await serve(reader, writer)
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    client = InternalClient(base_url=f"http://127.0.0.1:{port}/", token=TOKEN, transport=Network())
    try:
        yield client
    finally:
        await client.close()
        server.close()


async def head_of(reader: asyncio.StreamReader) -> str:
    return (await reader.readuntil(b"\r\n\r\n")).decode()


def answering(*parts: bytes, seen: list[str] | None = None) -> Serve:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await head_of(reader)
        if seen is not None:
            seen.append(head)
        for part in parts:
            writer.write(part)
            await writer.drain()

    return serve


async def test_a_call_says_who_asks_and_writes_its_query_so_that_it_is_read_the_same() -> None:
    seen: list[str] = []
    async with calling(answering(OK, b'{"a":"\xc3\xa4" }', seen=seen)) as client:
        params = {"ids": [1, 2], "late": True, "at": "a b&c", "cursor": None}
        answer = await client.call("GET", "/x/%2F", params=params, organization_id=7, account_id=9)

    request, *headers = seen[0].lower().splitlines()
    assert request == "get /x/%2f?ids=1&ids=2&late=true&at=a+b%26c http/1.1"
    assert {f"authorization: bearer {TOKEN}", "tieout-organization: 7", "tieout-account: 9"} <= {
        *headers
    }
    assert answer.json() == {"a": "ä"}


async def test_lines_are_whole_however_they_arrive() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await head_of(reader)
        writer.write(CHUNKED)
        for part in (b"on", b"e\ntwo\nth", b"ree"):
            writer.write(b"%x\r\n%s\r\n" % (len(part), part))
            await writer.drain()
            await asyncio.sleep(0.01)
        writer.write(b"0\r\n\r\n")
        await writer.drain()

    async with calling(serve) as client:
        opened = await client.open("GET", "/lines")
        assert [line async for line in opened.lines()] == [b"one", b"two", b"three"]


@pytest.mark.parametrize(
    "parts",
    [(), (OK, b"half"), (CHUNKED, b"4\r\nha"), (b"no HTTP at all\r\n\r\n",)],
    ids=["hangs up", "too short", "within a chunk", "no HTTP"],
)
async def test_an_answer_that_breaks_off_is_503(parts: tuple[bytes, ...]) -> None:
    async with calling(answering(*parts)) as client:
        with pytest.raises(Problem) as raised:
            await client.call("POST", "/x", json={})

    assert (raised.value.status, raised.value.code) == (503, "unavailable")


async def test_nobody_there_and_a_slow_answer_are_503() -> None:
    async def serve(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await head_of(reader)
        await asyncio.sleep(0.3)

    async with calling(serve) as client:
        with pytest.raises(Problem) as slow:
            await client.call("GET", "/x", timeout_s=0.05)
    nobody = InternalClient(base_url="http://127.0.0.1:9", token=TOKEN)
    with pytest.raises(Problem) as away:
        await nobody.call("GET", "/x")
    await nobody.close()

    assert [slow.value.status, away.value.status] == [503, 503]


async def test_a_body_that_fails_while_it_is_sent_fails_as_itself() -> None:
    class TooLargeError(Exception):
        pass

    async def body() -> AsyncIterator[bytes]:
        yield b"x" * 1000
        raise TooLargeError

    async def serve(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        while await reader.read(1000):
            pass

    async with calling(serve) as client:
        with pytest.raises(TooLargeError):
            await client.call("POST", "/x", content=body())
