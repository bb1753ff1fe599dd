"""Internal HTTP: who calls (a token, an organisation, an account) and the client that calls."""

import hmac
import json
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, Protocol, TypeAlias, TypedDict, Unpack
from urllib.parse import urlencode

import aiohttp
import msgspec
import structlog
from fastapi import Header, Request, Response

from tieout_contracts.ids import MAX_ID
from tieout_contracts.tracing import TRACEPARENT, readable
from tieout_runtime.idempotency import Answer, Claim, fingerprint_of
from tieout_runtime.logs import bind_trace, bound_trace
from tieout_runtime.problems import Problem, unavailable

TIMEOUT_S = 25.0
CONNECT_TIMEOUT_S = 2.0
_NO_VERSION = -1
Content: TypeAlias = "bytes | AsyncIterable[bytes] | None"
# Not msgspec: a number is sent as its caller wrote it.
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
IfMatch = Annotated[str | None, Header()]


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who asks, as the gateway authenticated it."""

    organization_id: int
    account_id: int
    request_id: str | None
    idempotency_key: str | None

    def claim(self, request: Request, body: Any) -> Claim:
        """Make the idempotency scope and fingerprint of this request."""
        return Claim(
            organization_id=self.organization_id,
            account_id=self.account_id,
            method=request.method,
            route=request.url.path,
            key=self.idempotency_key,
            fingerprint=fingerprint_of(body, request.url.query),
            request_id=self.request_id,
        )


def require_token(token: str) -> Callable[[Request], Awaitable[None]]:
    """Make the dependency of *system* routes: 401 unless the internal token came along."""
    expected = f"Bearer {token}".encode()

    async def check(request: Request) -> None:
        given = request.headers.get("authorization", "").encode()
        if not hmac.compare_digest(given, expected):
            raise Problem(401, "unauthorized", "the internal token is missing or wrong")
        request_id = request.headers.get("x-request-id")
        structlog.contextvars.bind_contextvars(request_id=request_id)
        bind_trace(readable(request.headers.get(TRACEPARENT)))

    return check


async def caller_of(request: Request) -> Caller:
    """Dependency of routes of an organisation; use it beside `require_token`."""
    headers = request.headers
    try:
        organization_id = int(headers["tieout-organization"])
        account_id = int(headers["tieout-account"])
    except (KeyError, ValueError) as error:
        raise Problem(401, "unauthorized", "organisation and account are missing") from error
    return Caller(
        organization_id=organization_id,
        account_id=account_id,
        request_id=headers.get("x-request-id"),
        idempotency_key=headers.get("x-idempotency-key"),
    )


def json_response(answer: Answer) -> Response:
    """Send an Answer as it is stored, with the mark whether it is a replay."""
    return Response(
        answer.body,
        answer.status,
        media_type="application/json",
        headers={"x-idempotency-replayed": "true" if answer.replayed else "false"},
    )


def expected_version(if_match: str | None) -> int | None:
    """Read If-Match: `"3"` or `3`; None when absent or `*`. Anything else matches nothing."""
    if if_match is None or if_match.strip() == "*":
        return None
    digits = if_match.strip().removeprefix("W/").strip('"')
    readable = digits.isascii() and digits.isdigit() and len(digits) < len(str(MAX_ID))
    return int(digits) if readable else _NO_VERSION


def check_version(expected: int | None, current: int, what: str) -> None:
    """Raise Problem 412 when a change refers to another version than the newest."""
    if expected not in (None, current):
        raise Problem(
            412, "precondition_failed", f"the {what} is at version {current}, not {expected}"
        )


class Asked(TypedDict, total=False):
    """What a call may state; `json` is encoded, `content` sent as it is."""

    organization_id: int | None
    account_id: int
    headers: dict[str, str] | None
    params: Mapping[str, Any] | None
    json: Any
    content: Content
    timeout_s: float


@dataclass(frozen=True)
class Opened:
    """An answer that is read as it arrives; what breaks off raises Problem 503 `unavailable`."""

    status_code: int
    headers: Mapping[str, str]
    chunks: AsyncIterator[bytes]
    close: Callable[[], None]

    async def read(self) -> bytes:
        """Read it whole and close it."""
        try:
            return b"".join([chunk async for chunk in self.chunks])
        finally:
            self.close()

    async def lines(self) -> AsyncIterator[bytes]:
        """Give each line without its end."""
        rest = b""
        async for chunk in self.chunks:
            *whole, rest = (rest + chunk).split(b"\n")
            for line in whole:
                yield line
        if rest:
            yield rest


@dataclass(frozen=True)
class Answered:
    """A whole answer."""

    status_code: int
    headers: Mapping[str, str]
    content: bytes

    def json(self) -> Any:
        """Decode the body; raises msgspec.DecodeError."""
        return msgspec.json.decode(self.content)


class Transport(Protocol):
    """What carries requests to a service: the network, or a stand-in for it."""

    async def open(
        self, method: str, url: str, *, headers: dict[str, str], content: Content, timeout_s: float
    ) -> Opened:
        """Send a request; raises Problem 503 `unavailable` when nobody answers."""

    async def close(self) -> None: ...


class Network:
    """Connections that are kept and shared; aiohttp's client, at a seventh of httpx2's cost."""

    def __init__(self) -> None:
        self._made: aiohttp.ClientSession | None = None

    async def open(
        self, method: str, url: str, *, headers: dict[str, str], content: Content, timeout_s: float
    ) -> Opened:
        timeout = aiohttp.ClientTimeout(
            connect=timeout_s, sock_connect=CONNECT_TIMEOUT_S, sock_read=timeout_s
        )
        body = content if isinstance(content, bytes | None) else _Body(content)
        try:
            answer = await self._session().request(
                method, url, headers=headers, data=body, timeout=timeout, allow_redirects=False
            )
        except (aiohttp.ClientError, TimeoutError) as error:
            if isinstance(body, _Body) and body.failure is not None:
                raise body.failure from error
            raise unavailable(f"a service does not answer: {type(error).__name__}") from error
        return Opened(answer.status, answer.headers, _chunks(answer), answer.close)

    async def close(self) -> None:
        if self._made is not None:
            await self._made.close()

    def _session(self) -> aiohttp.ClientSession:
        """Make it at first use: it belongs to the loop that runs then."""
        if self._made is None:
            self._made = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        return self._made


class _Body:
    """A body that is sent as it comes; remembers why it could not be read to its end."""

    def __init__(self, content: AsyncIterable[bytes]) -> None:
        self._content = content
        self.failure: Exception | None = None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._content:
                yield chunk
        except Exception as error:
            self.failure = error
            raise


async def _chunks(answer: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    try:
        async for chunk in answer.content.iter_any():
            yield chunk
    except (aiohttp.ClientError, TimeoutError) as error:
        raise unavailable(f"a service does not answer: {type(error).__name__}") from error


class InternalClient:
    """Calls one service; an answer that is a problem is raised as that Problem."""

    def __init__(self, *, base_url: str, token: str, transport: Transport | None = None) -> None:
        """Make a client; `transport` replaces the network, for an application in this process."""
        self._base_url = base_url.rstrip("/")
        self._authorization = f"Bearer {token}"
        self._transport = transport or Network()

    async def call(self, method: str, path: str, **asked: Unpack[Asked]) -> Answered:
        """Send one request and read its answer."""
        opened = await self.open(method, path, **asked)
        return Answered(opened.status_code, opened.headers, await opened.read())

    async def open(self, method: str, path: str, **asked: Unpack[Asked]) -> Opened:
        """Send one request whose answer is read as it arrives; the caller closes it."""
        url = self._base_url + path + _query(asked.get("params"))
        headers, timeout_s = self._headers(asked), asked.get("timeout_s", TIMEOUT_S)
        content = _encode(asked["json"]).encode() if "json" in asked else asked.get("content")
        opened = await self._transport.open(
            method, url, headers=headers, content=content, timeout_s=timeout_s
        )
        if opened.status_code >= HTTPStatus.BAD_REQUEST:
            raise await _problem_of(opened)
        return opened

    async def close(self) -> None:
        await self._transport.close()

    def _headers(self, asked: Asked) -> dict[str, str]:
        """Add who asks, by which request and in which trace."""
        sent = {"authorization": self._authorization, **(asked.get("headers") or {})}
        if "json" in asked:
            sent["content-type"] = "application/json"
        organization_id = asked.get("organization_id")
        if organization_id is not None:
            sent["tieout-organization"] = str(organization_id)
            sent["tieout-account"] = str(asked.get("account_id", 0))
        request_id = structlog.contextvars.get_contextvars().get("request_id")
        for name, bound in (("x-request-id", request_id), (TRACEPARENT, bound_trace())):
            if bound:
                sent.setdefault(name, bound)
        return sent


def _query(params: Mapping[str, Any] | None) -> str:
    """Write a query: a list is its members, a truth is `true` or `false`, None is left out."""
    pairs = [
        (name, str(value).lower() if isinstance(value, bool) else value)
        for name, given in (params or {}).items()
        for value in (given if isinstance(given, list | tuple) else [given])
        if value is not None
    ]
    return f"?{urlencode(pairs)}" if pairs else ""


async def _problem_of(opened: Opened) -> Problem:
    content = await opened.read()
    try:
        body = msgspec.json.decode(content)
        problem = Problem(
            opened.status_code, body["code"], body["detail"], errors=body.get("errors", ())
        )
    except (msgspec.DecodeError, KeyError, TypeError):
        return unavailable(f"a service answered {opened.status_code} without a problem")
    if "retry-after" in opened.headers:
        problem.headers["Retry-After"] = opened.headers["retry-after"]
    return problem
