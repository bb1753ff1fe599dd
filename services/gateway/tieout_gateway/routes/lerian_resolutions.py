from fastapi import Response

from tieout_gateway.owners import pass_on
from tieout_gateway.routes.answers import LERIAN, FromCaller, guarded_router
from tieout_gateway.routes.lerian_commands import command
from tieout_gateway.routes.tags import IfMatch
from tieout_gateway.shapes.lerian_exceptions import LerianException
from tieout_gateway.shapes.lerian_resolutions import AdjustEntry, Limits, NewLimits, Review
from tieout_gateway.shapes.shape import PathExceptionId

router = guarded_router(LERIAN, "exceptions")
_PATH = "/v1/exceptions/{exceptionId}"


@router.post(_PATH + "/adjust-entry")
async def adjust_entry(
    exceptionId: PathExceptionId,  # noqa: N803  # the path's own name
    adjustment: AdjustEntry,
    caller: FromCaller,
    response: Response,
    if_match: IfMatch = None,
) -> LerianException:
    """Resolve an exception by a signed adjustment that makes its transaction tie.

    It is a real match with the adjustment in it, and can be revoked like any other.
    PENDING_RESOLUTION is answered while the match is still being made; it completes by itself.
    """
    body = adjustment.model_dump(mode="json", exclude_none=True)
    return await command(
        caller, response, f"{exceptionId}/adjust-entry", if_match=if_match, body=body
    )


@router.post(_PATH + "/approve")
async def approve_resolution(
    exceptionId: PathExceptionId,  # noqa: N803  # the path's own name
    review: Review,
    caller: FromCaller,
    response: Response,
    if_match: IfMatch = None,
) -> LerianException:
    """Have a resolution carried out that another actor asked for, above the limit.

    `pendingResolution` of the exception says what that is. 403 for who asked for it.
    """
    body = review.model_dump(mode="json", exclude_none=True)
    return await command(caller, response, f"{exceptionId}/approve", if_match=if_match, body=body)


@router.post(_PATH + "/refuse")
async def refuse_resolution(
    exceptionId: PathExceptionId,  # noqa: N803  # the path's own name
    review: Review,
    caller: FromCaller,
    response: Response,
    if_match: IfMatch = None,
) -> LerianException:
    """Refuse a resolution that another actor asked for: the exception is what it was before."""
    body = review.model_dump(mode="json", exclude_none=True)
    return await command(caller, response, f"{exceptionId}/refuse", if_match=if_match, body=body)


@router.get("/v1/approval_limits")
async def get_approval_limits(caller: FromCaller) -> Limits:
    """Show above which amounts a resolution needs another actor's approval."""
    told = (await caller.exceptions("GET", "/internal/approval_limits")).json()
    return Limits.model_validate(told)


@router.put("/v1/approval_limits")
async def set_approval_limits(new: NewLimits, caller: FromCaller, response: Response) -> Limits:
    """Set above which amounts a resolution needs another actor's approval; all at once.

    What waits for approval already goes on waiting.
    """
    answer = await caller.exceptions(
        "PUT", "/internal/approval_limits", json=new.model_dump(mode="json")
    )
    pass_on(answer, response)
    return Limits.model_validate(answer.json())
