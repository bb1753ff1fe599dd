"""The outermost layer: names the request, logs it, and answers what nobody else answered."""

import time
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tieout_contracts.tracing import TRACEPARENT, readable
from tieout_gateway.domain import request_headers
from tieout_gateway.problem_answers import problem_response
from tieout_runtime.logs import traced
from tieout_runtime.problems import Problem

_log = structlog.get_logger("tieout_gateway.access")
_PROBES = frozenset({"/livez", "/readyz"})  # asked every few seconds
_CLIENT_GONE = 499  # what logs conventionally say when the caller left first


class RequestContext:
    """Pure ASGI: keeps streaming and context variables as they are."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = request_headers.request_id(headers.get("x-request-id")) or uuid4().hex
        state = scope.setdefault("state", {})
        state["request_id"] = request_id
        traceparent = readable(headers.get(TRACEPARENT))
        with (
            structlog.contextvars.bound_contextvars(request_id=request_id),
            traced(traceparent),
        ):
            await self._observed(scope, receive, send)

    async def _observed(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        answered: list[int] = []

        async def named_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered.append(message["status"])
                headers = MutableHeaders(scope=message)
                headers["x-request-id"] = scope["state"]["request_id"]
                headers["x-content-type-options"] = "nosniff"
                headers.setdefault("cache-control", "no-store")
                headers.update(scope["state"].get("rate_limit", {}))
            await send(message)

        try:
            await self._app(scope, receive, named_send)
        except ClientDisconnect:
            answered = answered or [_CLIENT_GONE]
        except Exception as error:
            _log.exception("bug", path=scope["path"])
            if answered:
                raise  # half an answer is out: the server has to cut the connection
            problem = Problem(500, "internal_error", "an error on our side")
            problem.__cause__ = error
            await problem_response(problem, scope)(scope, receive, named_send)
        finally:
            _log_access(scope, answered, seconds=time.perf_counter() - started)


def _log_access(scope: Scope, answered: list[int], *, seconds: float) -> None:
    principal = scope["state"].get("principal")
    route = scope.get("route")
    tell = _log.debug if scope["path"] in _PROBES else _log.info
    tell(
        "request",
        method=scope["method"],
        path=scope["path"],
        route=getattr(route, "path", None),
        status=answered[0] if answered else None,
        duration_ms=round(seconds * 1000, 1),
        organization_id=getattr(principal, "organization_id", None),
        account_id=getattr(principal, "account_id", None),
        api_key=getattr(principal, "key_prefix", None),
    )
