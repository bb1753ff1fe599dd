"""Owners that answer what a test tells them and keep what they were asked; too small to lie."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

NOT_FOUND = {
    "type": "urn:tieout:problem:not_found",
    "title": "Not Found",
    "status": 404,
    "detail": "there is no such object",
    "code": "not_found",
    "errors": [],
}

DOWN = (
    503,
    NOT_FOUND | {"status": 503, "code": "unavailable", "detail": "the database is away"},
    {"retry-after": "1"},
)


@dataclass(frozen=True, kw_only=True)
class Call:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    chunks: list[bytes]

    @property
    def json(self) -> Any:
        return json.loads(b"".join(self.chunks))


@dataclass(kw_only=True)
class Owner:
    """One service: 404 `not_found` for whatever it was not told."""

    answers: dict[tuple[str, str], tuple[int, Any, dict[str, str]]] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    reads_bodies: bool = True
    is_down: bool = False
    on_chunk: Callable[[], None] = lambda: None

    def reset(self) -> None:
        self.answers, self.calls = {}, []
        self.reads_bodies, self.is_down = True, False
        self.on_chunk = lambda: None

    def answer(self, method: str, path: str, body: Any, status: int = 200, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[(method, path)] = (status, body, named)

    def refuse(self, method: str, path: str, status: int, code: str, **more: Any) -> None:
        body = NOT_FOUND | {"status": status, "code": code, "detail": f"refused: {code}"} | more
        self.answer(method, path, body, status)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        chunks = []
        if self.reads_bodies:
            async for chunk in request.stream():
                chunks.append(chunk)
                self.on_chunk()
        self.calls.append(
            Call(
                method=request.method,
                path=request.url.path,
                query=dict(parse_qsl(request.url.query)),
                headers=dict(request.headers),
                chunks=chunks,
            )
        )
        key = (request.method, request.url.path)
        unknown = DOWN if self.is_down else (404, NOT_FOUND, {})
        status, body, headers = self.answers.get(key, unknown)
        answer = (
            Response(body, status, headers=headers)
            if body is None or isinstance(body, bytes)
            else JSONResponse(body, status, headers=headers)
        )
        await answer(scope, receive, send)
