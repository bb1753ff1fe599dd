"""What the route modules share: who asks, and how an operation is described."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from tieout_gateway.domain.request_headers import IdempotencyKeyError, idempotency_key
from tieout_gateway.guard import GuardedRoute
from tieout_gateway.owners import REPLAYED, Asking, asking
from tieout_gateway.register import Register, register_of
from tieout_runtime.idempotency import Answer
from tieout_runtime.problems import Problem

END_CLOSE = "End Close"
LERIAN = "Lerian"
COREBANQ = "Corebanq"
OURS = "tieout"
RECONLAYER = "ReconLayer"
FromCaller = Annotated[Asking, Depends(asking)]
FromRegister = Annotated[Register, Depends(register_of)]


def guarded_router(dialect: str, group: str) -> APIRouter:
    """Make a router whose routes are all in the scope table; paths are written in full."""
    return APIRouter(route_class=GuardedRoute, tags=[f"{dialect}: {group}"])


def also(status: int, model: Any, description: str) -> dict[int | str, dict[str, Any]]:
    """Describe another successful answer of an operation."""
    return {status: {"model": model, "description": description}}


def keyed_by(caller: Asking, in_body: str | None) -> Asking:
    """Let a body's idempotency key serve as a header does; raises Problem 400 for a bad one."""
    if in_body is None:
        return caller
    try:
        key = idempotency_key([in_body], [])
    except IdempotencyKeyError as error:
        raise Problem(400, "invalid_idempotency_key", str(error)) from error
    if caller.idempotency_key not in (None, key):
        message = "the header and the body give different idempotency keys"
        raise Problem(400, "invalid_idempotency_key", message)
    return replace(caller, idempotency_key=key)


def sent(query: Any) -> dict[str, Any]:
    """Give the members of a query that the caller stated, as an owner takes them."""
    stated: dict[str, Any] = query.model_dump(mode="json", exclude_none=True)
    return stated


def show_write(answer: Answer, response: Response) -> None:
    """Give the answer of a write of our own its status and its mark whether it is a replay."""
    response.status_code = answer.status
    response.headers[REPLAYED] = "true" if answer.replayed else "false"
