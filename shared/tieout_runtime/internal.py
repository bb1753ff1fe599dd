"""Internal HTTP: who calls (a token, an organisation, an account) and the client that calls."""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any

import httpx2
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


class InternalClient:
    """Calls one service.

    An answer that is a problem is raised as that Problem; a service that cannot be reached is
    503 `unavailable`.
    """

    def __init__(
        self, *, base_url: str, token: str, transport: httpx2.AsyncBaseTransport | None = None
    ) -> None:
        """Make a client; `transport` replaces the network, for an application in this process."""
        self._client = httpx2.AsyncClient(
            base_url=base_url,
            headers={"authorization": f"Bearer {token}"},
            timeout=httpx2.Timeout(TIMEOUT_S, connect=CONNECT_TIMEOUT_S),
            trust_env=False,
            transport=transport,
        )

    async def call(
        self,
        method: str,
        path: str,
        *,
        organization_id: int | None = None,
        account_id: int = 0,
        headers: dict[str, str] | None = None,
        **content: Any,
    ) -> httpx2.Response:
        """Send one request; `content` goes to httpx2 (json, params, content, …)."""
        sent = _sent(headers, organization_id=organization_id, account_id=account_id)
        try:
            response = await self._client.request(method, path, headers=sent, **content)
        except httpx2.HTTPError as error:
            raise unavailable(f"a service does not answer: {type(error).__name__}") from error
        if response.is_error:
            raise _problem_of(response)
        return response

    async def open(
        self,
        path: str,
        *,
        organization_id: int,
        account_id: int,
        headers: dict[str, str],
        **content: Any,
    ) -> httpx2.Response:
        """Ask for an answer that is read as it arrives; the caller closes it.

        Raises Problem as `call` does. What breaks off later raises httpx2.HTTPError.
        """
        sent = _sent(headers, organization_id=organization_id, account_id=account_id)
        request = self._client.build_request("GET", path, headers=sent, **content)
        try:
            response = await self._client.send(request, stream=True)
            if response.is_error:
                await response.aread()
        except httpx2.HTTPError as error:
            raise unavailable(f"a service does not answer: {type(error).__name__}") from error
        if response.is_error:
            raise _problem_of(response)
        return response

    async def close(self) -> None:
        await self._client.aclose()


def _sent(
    headers: dict[str, str] | None, *, organization_id: int | None, account_id: int
) -> dict[str, str]:
    """Add who asks, by which request and in which trace."""
    sent = dict(headers or {})
    if organization_id is not None:
        sent |= {"tieout-organization": str(organization_id)}
        sent |= {"tieout-account": str(account_id)}
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    if request_id:
        sent.setdefault("x-request-id", request_id)
    traceparent = bound_trace()
    if traceparent:
        sent.setdefault(TRACEPARENT, traceparent)
    return sent


def _problem_of(response: httpx2.Response) -> Problem:
    try:
        body = response.json()
        problem = Problem(
            response.status_code, body["code"], body["detail"], errors=body.get("errors", ())
        )
    except (ValueError, KeyError, TypeError):
        return unavailable(f"a service answered {response.status_code} without a problem")
    if "retry-after" in response.headers:
        problem.headers["Retry-After"] = response.headers["retry-after"]
    return problem
