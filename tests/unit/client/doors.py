"""The client for threads and the one for tasks, asked in the same words over a pretended wire."""

import inspect
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx2

from tieout_client import AsyncClient, Client, Options, Request, Retries

URL = "http://tieout.test"
KEY = "tie_12345678_secret"
TODAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
Reply = httpx2.Response | Exception
Ask = Callable[[Any], Any]


def reply(status: int, body: Any = None, **headers: str) -> httpx2.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if body is None:
        return httpx2.Response(status, headers=named)
    return httpx2.Response(status, json=body, headers=named)


def problem(status: int, code: str, **headers: str) -> httpx2.Response:
    body = {"status": status, "code": code, "title": "T", "detail": "why", "errors": []}
    return reply(status, body, **headers)


@dataclass(kw_only=True)
class Wire:
    """Gives the replies in turn; keeps what was asked, and how long was waited."""

    replies: list[Reply]
    asked: list[httpx2.Request] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    calls: list[Request] = field(default_factory=list)
    now: float = 0.0

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        self.bodies.append(request.read())
        return self._next()

    async def answer_task(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        self.bodies.append(await request.aread())
        return self._next()

    def _next(self) -> httpx2.Response:
        told = self.replies.pop(0)
        if isinstance(told, Exception):
            raise told
        return told

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    async def sleep_task(self, seconds: float) -> None:
        self.sleep(seconds)

    def options(self, **given: Any) -> Options:
        keys = iter(f"key-{number}" for number in range(1, 1000))
        return Options(
            **{
                "retries": Retries(random=lambda: 0.5),
                "clock": lambda: self.now,
                "today": lambda: TODAY,
                "new_key": lambda: next(keys),
                "on_request": self.calls.append,
                **given,
            }
        )

    def headers(self, name: str) -> list[str | None]:
        return [one.headers.get(name) for one in self.asked]


class Threads:
    """Asks the client for threads."""

    async def ask(self, wire: Wire, asking: Ask, **options: Any) -> Any:
        http = httpx2.Client(transport=httpx2.MockTransport(wire.answer))
        given = wire.options(**options)
        with http, Client(URL, KEY, options=given, http=http, sleep=wire.sleep) as client:
            told = asking(client)
            if isinstance(told, Iterator):
                return list(told)
            return await told if inspect.isawaitable(told) else told


class Tasks:
    """Asks the client for tasks."""

    async def ask(self, wire: Wire, asking: Ask, **options: Any) -> Any:
        http = httpx2.AsyncClient(transport=httpx2.MockTransport(wire.answer_task))
        given = wire.options(**options)
        async with (
            http,
            AsyncClient(URL, KEY, options=given, http=http, sleep=wire.sleep_task) as c,
        ):
            told = asking(c)
            if isinstance(told, AsyncIterator):
                return [one async for one in told]
            return await told if inspect.isawaitable(told) else told


Door = Threads | Tasks
DOORS: Sequence[Door] = (Threads(), Tasks())
