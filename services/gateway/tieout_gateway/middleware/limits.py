"""How much and how long: limits on body, silence and duration; files have their own."""

import asyncio
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tieout_gateway.problem_answers import problem_response
from tieout_runtime.problems import Problem, unavailable


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Of one kind of request; `idle_seconds` is the longest silence in the middle of a body."""

    body_bytes: int
    timeout_seconds: float
    idle_seconds: float


class RequestLimits:
    """Pure ASGI: counts what is really read, whatever Content-Length says."""

    def __init__(self, app: ASGIApp, *, usual: Limits, upload: Limits) -> None:
        self._app = app
        self._usual = usual
        self._upload = upload

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limits = self._upload if is_long(scope) else self._usual
        if declared_length(scope) > limits.body_bytes:
            await problem_response(too_large(limits), scope)(scope, receive, send)
            return
        await self._in_time(scope, _Metered(receive, limits), send, limits)

    async def _in_time(self, scope: Scope, metered: "_Metered", send: Send, limits: Limits) -> None:
        started = False

        async def watched_send(message: Message) -> None:
            nonlocal started
            started = True
            if is_endless(message):
                deadline.reschedule(None)
            await send(message)

        deadline = asyncio.timeout(limits.timeout_seconds)
        try:
            async with deadline:
                await self._app(scope, metered.receive, watched_send)
        except TimeoutError:
            if started or not deadline.expired():
                raise
            problem = unavailable(
                f"the request took longer than {limits.timeout_seconds:g} seconds; "
                "try again with the same idempotency key"
            )
            await problem_response(problem, scope)(scope, metered.receive, send)


class _Metered:
    """Receives one request's body within its limits; raises Problem 413 or 408."""

    def __init__(self, receive: Receive, limits: Limits) -> None:
        self._receive = receive
        self._limits = limits
        self._bytes = 0
        self._ended = False

    async def receive(self) -> Message:
        if self._ended:  # what follows is only the caller leaving: no limit on waiting for that
            return await self._receive()
        try:
            async with asyncio.timeout(self._limits.idle_seconds):
                message = await self._receive()
        except TimeoutError as error:
            raise Problem(408, "request_timeout", "the body stopped arriving") from error
        self._bytes += len(message.get("body", b""))
        self._ended = not message.get("more_body", False)
        if self._bytes > self._limits.body_bytes:
            raise too_large(self._limits)
        return message


def is_long(scope: Scope) -> bool:
    """Tell the routes that take a file or give all there is: they have the larger limits."""
    path: str = scope["path"]
    if scope["method"] == "GET":
        return path.startswith("/v1/exports/")
    return scope["method"] == "POST" and (
        (path.startswith("/v1/data_streams/") and path.endswith(("/imports", "/imports/preview")))
        or (path.startswith("/v1/ledgers/reconciliation/runs/") and path.endswith("/upload"))
    )


def is_endless(message: Message) -> bool:
    """Tell the beginning of an event stream: it ends by itself, or when either side stops."""
    return message["type"] == "http.response.start" and (
        Headers(raw=message["headers"]).get("content-type", "").startswith("text/event-stream")
    )


def declared_length(scope: Scope) -> int:
    text = Headers(scope=scope).get("content-length", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0  # noqa: PLR2004  # digits of a 64-bit number


def too_large(limits: Limits) -> Problem:
    return Problem(413, "content_too_large", f"the body is larger than {limits.body_bytes} bytes")
