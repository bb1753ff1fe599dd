from typing import Annotated

from fastapi import Query, Response

from tieout_gateway.routes.answers import LERIAN, FromCaller, guarded_router, sent
from tieout_gateway.routes.explanations import entry_explained
from tieout_gateway.routes.lerian_commands import command
from tieout_gateway.routes.named_authors import WithAuthors
from tieout_gateway.routes.tags import IfMatch, set_etag
from tieout_gateway.shapes.explanations import EntryExplanation
from tieout_gateway.shapes.lerian_exceptions import (
    ExceptionsPage,
    ExceptionsQuery,
    ForceMatch,
    LerianException,
    exception_of,
    exceptions_page_of,
)
from tieout_gateway.shapes.shape import PathExceptionId

router = guarded_router(LERIAN, "exceptions")


@router.get("/v1/exceptions")
async def list_exceptions(
    query: Annotated[ExceptionsQuery, Query()], caller: FromCaller
) -> ExceptionsPage:
    """List exceptions: one for each entry that is late or wrong."""
    answer = await caller.exceptions("GET", "/internal/breaks", params=sent(query))
    return exceptions_page_of(answer.json())


@router.get("/v1/exceptions/{exceptionId}")
async def get_exception(
    exceptionId: PathExceptionId,  # noqa: N803  # the path's own name
    caller: FromCaller,
    authors: WithAuthors,
    response: Response,
) -> LerianException:
    """Show one exception, and what it waits for."""
    told = (await caller.exceptions("GET", f"/internal/breaks/{exceptionId}")).json()
    set_etag(told, response)
    asked_by = [told["pending"]["account_id"]] if told.get("pending") else []
    return exception_of(told, await authors.names_of(caller.principal.organization_id, asked_by))


@router.get("/v1/exceptions/{exceptionId}/explanation")
async def explain_exception(
    exceptionId: PathExceptionId,  # noqa: N803  # the path's own name
    caller: FromCaller,
) -> EntryExplanation:
    """Say why an exception's transaction is open: what nearly matched, and what would have helped.

    The answer is that of `/v1/reconciliations/{id}/entries/{record_id}/explanation`.
    """
    told = (await caller.exceptions("GET", f"/internal/breaks/{exceptionId}")).json()
    return await entry_explained(caller, told["reconciliation_id"], told["record_id"])


@router.post("/v1/exceptions/{exceptionId}/force-match")
async def force_match_exception(
    exceptionId: PathExceptionId,  # noqa: N803  # the path's own name
    forced: ForceMatch,
    caller: FromCaller,
    response: Response,
    if_match: IfMatch = None,
) -> LerianException:
    """Resolve an exception by a match a person decides on; what does not tie is booked as said.

    PENDING_RESOLUTION is answered while the match is still being made; it completes by itself.
    """
    body = forced.model_dump(mode="json", exclude_none=True)
    body["overrideReason"] = body.pop("override_reason")
    return await command(
        caller, response, f"{exceptionId}/force-match", if_match=if_match, body=body
    )
