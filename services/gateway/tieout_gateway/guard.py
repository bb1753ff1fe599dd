"""Before a route's own work: who asks, may they, and is the request readable at all.

In this order, so that a caller without a key learns nothing and is not read.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Scope as HttpScope

from tieout_gateway.authentication import Authenticator
from tieout_gateway.domain import strict_json
from tieout_gateway.domain.client_address import client_address
from tieout_gateway.domain.dialects import dialect_of
from tieout_gateway.domain.principal import Principal
from tieout_gateway.domain.request_headers import IdempotencyKeyError, idempotency_key
from tieout_gateway.domain.scopes import Scope
from tieout_gateway.scope_table import SCOPES, is_named_nearer
from tieout_runtime.problems import Problem, invalid, not_found

_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_NUL = "\x00"
_REPEATED = frozenset({"verdict"})  # parameters that are lists
_NAMING = ("authorization", "x-organization-id")


class StrictRequest(Request):
    """A request whose JSON is read by our rules."""

    async def json(self) -> Any:
        if not hasattr(self, "_json"):
            try:
                self._json = strict_json.decode(await self.body())
            except strict_json.JsonError as error:
                raise invalid(error.path, str(error), code="invalid_json") from error
        return self._json


class GuardedRoute(APIRoute):
    """A route with an entry in the scope table."""

    def matches(self, scope: HttpScope) -> tuple[Match, HttpScope]:
        """Leave an address to the path that names it with fewer places: `bulk` is no record."""
        match, found = super().matches(scope)
        if match is not Match.NONE and is_named_nearer(self.path, scope["path"]):
            return Match.NONE, {}
        return match, found

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        (method,) = self.methods or set()
        scope_needed = SCOPES[(method, self.path)]
        reads_json = self.body_field is not None

        async def guarded(request: Request) -> Response:
            _check_naming(request)
            await _admit(request, scope_needed)
            _check_address(request)
            request.state.idempotency_key = _key_of(request) if method in _WRITES else None
            _check_encoding(request)
            strict = StrictRequest(request.scope, request.receive)
            if reads_json and await strict.body():
                _check_media_type(request)
                await strict.json()
            return await handle(strict)

        return guarded


async def _admit(request: Request, scope_needed: Scope) -> None:
    """Let the caller in, or raise Problem 401, 403 or 429."""
    authenticator: Authenticator = request.app.state.authenticator
    principal = await _principal_of(request)
    request.state.principal = principal
    standing = await authenticator.rate_limits.count_request(principal)
    request.state.rate_limit = standing.headers()
    if not standing.allowed:
        raise standing.problem("too many requests with this credential")
    _check_scope(principal, scope_needed)


async def check_still_admitted(request: Request, scope_needed: Scope) -> None:
    """Look again whether a caller may stay who was let in; raises Problem 401 or 403 if not."""
    _check_scope(await _principal_of(request), scope_needed)


async def _principal_of(request: Request) -> Principal:
    authenticator: Authenticator = request.app.state.authenticator
    peer = request.client.host if request.client else ""
    address = client_address(
        peer,
        request.headers.getlist("x-forwarded-for"),
        hops=request.app.state.settings.forwarded_hops,
    )
    return await authenticator.principal_of(request.headers, address=address)


def _check_scope(principal: Principal, scope_needed: Scope) -> None:
    if scope_needed not in principal.scopes:
        raise Problem(403, "forbidden", f"the key lacks the scope {scope_needed!r}")


def _check_naming(request: Request) -> None:
    """Refuse headers that name nobody, where the dialect says that they must: seed 003."""
    if dialect_of(request.url.path) != "reconlayer":
        return
    for name in _NAMING:
        value = request.headers.get(name)
        if value is not None and not value.strip():
            raise invalid(f"header.{name}", "is empty; name somebody, or leave it out")


def _check_address(request: Request) -> None:
    """Refuse what no database can hold, and a parameter stated twice: only one would count."""
    if any(_NUL in value for value in request.path_params.values()):
        raise not_found("object")
    query = request.query_params.multi_items()
    names = [name for name, _ in query]
    for name, value in query:
        if names.count(name) > 1 and name not in _REPEATED:
            raise invalid(f"query.{name}", "the parameter is stated more than once")
        if _NUL in value:
            raise invalid(f"query.{name}", "the text holds NUL")


def _check_encoding(request: Request) -> None:
    """Refuse compressed bodies: limits count the bytes that really are read."""
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Problem(415, "unsupported_media_type", "a body is sent without Content-Encoding")


def _check_media_type(request: Request) -> None:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json" and not (
        media_type.startswith("application/") and media_type.endswith("+json")
    ):
        raise Problem(415, "unsupported_media_type", "the body has to be application/json")


def _key_of(request: Request) -> str | None:
    try:
        return idempotency_key(
            request.headers.getlist("x-idempotency-key"), request.headers.getlist("idempotency-key")
        )
    except IdempotencyKeyError as error:
        raise Problem(400, "invalid_idempotency_key", str(error)) from error
