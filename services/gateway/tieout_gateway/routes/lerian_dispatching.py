from fastapi import Response

from tieout_gateway.owners import pass_on
from tieout_gateway.routes.answers import LERIAN, FromCaller, guarded_router
from tieout_gateway.routes.tags import IfMatch, if_match_headers, set_etag
from tieout_gateway.shapes.lerian_dispatching import (
    Callback,
    CallbackAnswer,
    Dispatch,
    Dispatched,
    dispatched_of,
)
from tieout_gateway.shapes.shape import PathExceptionId

router = guarded_router(LERIAN, "exceptions")
_PATH = "/v1/exceptions/{exceptionId}"
_NOT_SENT = {"callback_type", "payload"}


@router.post(_PATH + "/dispatch")
async def dispatch_exception(
    exceptionId: PathExceptionId,  # noqa: N803  # the path's own name
    dispatch: Dispatch,
    caller: FromCaller,
    response: Response,
    if_match: IfMatch = None,
) -> Dispatched:
    """Tell an external system of an open exception, by the event `exception.dispatched`.

    Your webhook endpoints get it, signed and tried again. The external system, or what stands
    before it, names its issue by its answer (`externalIssueId`) or by the callback.
    """
    answer = await caller.exceptions(
        "POST",
        f"/internal/breaks/{exceptionId}/dispatch",
        headers=if_match_headers(if_match),
        json=dispatch.model_dump(mode="json", exclude_none=True),
    )
    pass_on(answer, response)
    set_etag(answer.json(), response)
    return dispatched_of(answer.json())


@router.post(_PATH + "/callback")
async def receive_callback(
    exceptionId: PathExceptionId,  # noqa: N803  # the path's own name
    callback: Callback,
    caller: FromCaller,
    response: Response,
) -> CallbackAnswer:
    """Take over what an external system says of its issue, whatever the exception's status.

    Its system and issue take the place of those known; what it says becomes a comment, the same
    words once. A callback that says RESOLVED does not resolve the exception: only a match moves
    money, so force-match, adjust-entry or a match do.
    """
    body = callback.model_dump(mode="json", exclude_none=True, exclude=_NOT_SENT)
    answer = await caller.exceptions("POST", f"/internal/breaks/{exceptionId}/callback", json=body)
    pass_on(answer, response)
    set_etag(answer.json(), response)
    return CallbackAnswer(status="accepted")
