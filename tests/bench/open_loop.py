"""Requests sent at a fixed rate, whether the answers keep up or not, over kept connections.

A client library would cost as much as what is measured; this one parses what it needs to know that
an answer is whole. Each request's time counts from the moment it was due, so that one which waits
for a connection is as late as its caller would find it.
"""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

END_OF_HEAD = b"\r\n\r\n"
TICK_S = 0.002
PATIENCE_S = 20.0


@dataclass(kw_only=True)
class Answered:
    """Seconds of each request, from when it was due; statuses; the first answer of each bad one."""

    times: list[float] = field(default_factory=list)
    by_name: dict[str, list[float]] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    bad: dict[str, bytes] = field(default_factory=dict)
    sent: int = 0
    took_s: float = 0.0

    def note(self, name: str, due: float, status: int, body: bytes) -> None:
        passed_s = time.perf_counter() - due
        self.times.append(passed_s)
        self.by_name.setdefault(name, []).append(passed_s)
        self.statuses[status] += 1
        if status != 200:  # every read is answered 200
            self.bad.setdefault(name, body[:300])


class Connection(asyncio.Protocol):
    """One connection that carries one request at a time."""

    def __init__(self, answered: Answered, free: "deque[Connection]") -> None:
        self._answered, self._free = answered, free
        self._buffer = b""
        self._asked: tuple[str, float] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._free.append(self)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._asked is not None:
            self._answered.note(*self._asked, 0, repr(exc).encode())
        if self in self._free:
            self._free.remove(self)

    def ask(self, name: str, due: float, request: bytes) -> None:
        assert self._transport is not None
        self._asked = (name, due)
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(END_OF_HEAD)
        if not found or len(body) < _length_of(head) or self._asked is None:
            return
        self._answered.note(*self._asked, int(head[9:12]), body)
        self._buffer, self._asked = b"", None
        self._free.append(self)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


def _length_of(head: bytes) -> int:
    start = head.lower().index(b"content-length:") + len(b"content-length:")
    return int(head[start:].partition(b"\r\n")[0])


async def load(
    urls: Sequence[str], asked: Iterator[tuple[str, bytes]], *, rate: int, for_s: float, width: int
) -> Answered:
    """Send so many requests a second, in turn over `width` connections to each address."""
    answered, free = Answered(), deque[Connection]()
    loop = asyncio.get_running_loop()
    opened: list[Connection] = []
    for _ in range(width):
        for url in urls:
            address = urlsplit(url)
            one = await loop.create_connection(
                lambda: Connection(answered, free), address.hostname, address.port
            )
            opened.append(one[1])
    began = time.perf_counter()
    waiting: deque[tuple[str, float, bytes]] = deque()
    total = int(rate * for_s)
    while answered.sent < total or waiting:
        now = time.perf_counter()
        while answered.sent < total and (due := began + answered.sent / rate) <= now:
            name, request = next(asked)
            waiting.append((name, due, request))
            answered.sent += 1
        while waiting and free:
            free.popleft().ask(*waiting.popleft())
        if now - began > for_s + PATIENCE_S:
            break
        await asyncio.sleep(TICK_S)
    while len(answered.times) < answered.sent - len(waiting):
        if time.perf_counter() - began > for_s + 2 * PATIENCE_S:
            break
        await asyncio.sleep(TICK_S)
    answered.took_s = time.perf_counter() - began
    for one_opened in opened:
        one_opened.close()
    return answered
