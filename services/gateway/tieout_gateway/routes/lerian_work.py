from typing import Annotated

from fastapi import Query, Response

from tieout_gateway.owners import pass_on
from tieout_gateway.routes.answers import LERIAN, FromCaller, guarded_router, sent
from tieout_gateway.routes.lerian_commands import command
from tieout_gateway.routes.named_authors import WithAuthors
from tieout_gateway.routes.tags import IfMatch
from tieout_gateway.shapes.lerian_exceptions import LerianException
from tieout_gateway.shapes.lerian_work import (
    Assignment,
    Comment,
    CommentsPage,
    CommentsQuery,
    NewComment,
    comment_of,
    comments_page_of,
)
from tieout_gateway.shapes.shape import PathExceptionId

router = guarded_router(LERIAN, "exceptions")
_PATH = "/v1/exceptions/{exceptionId}"


@router.post(_PATH + "/assign")
async def assign_exception(
    exceptionId: PathExceptionId,  # noqa: N803  # the path's own name
    assignment: Assignment,
    caller: FromCaller,
    response: Response,
    if_match: IfMatch = None,
) -> LerianException:
    """Give an open exception to somebody; one that is assigned goes over to them."""
    body = assignment.model_dump(mode="json")
    return await command(caller, response, f"{exceptionId}/assign", if_match=if_match, body=body)


@router.post(_PATH + "/unassign")
async def unassign_exception(
    exceptionId: PathExceptionId,  # noqa: N803  # the path's own name
    caller: FromCaller,
    response: Response,
    if_match: IfMatch = None,
) -> LerianException:
    """Take an exception from whom it is assigned to; nobody's stays as it is."""
    return await command(caller, response, f"{exceptionId}/unassign", if_match=if_match)


@router.get(_PATH + "/comments")
async def list_exception_comments(
    exceptionId: PathExceptionId,  # noqa: N803  # the path's own name
    query: Annotated[CommentsQuery, Query()],
    caller: FromCaller,
    authors: WithAuthors,
) -> CommentsPage:
    """List what was said about an exception, in its order."""
    path = f"/internal/breaks/{exceptionId}/comments"
    told = (await caller.exceptions("GET", path, params=sent(query))).json()
    said_by = [one["account_id"] for one in told["data"]]
    return comments_page_of(told, await authors.names_of(caller.principal.organization_id, said_by))


@router.post(_PATH + "/comments", status_code=201)
async def comment_on_exception(
    exceptionId: PathExceptionId,  # noqa: N803  # the path's own name
    new: NewComment,
    caller: FromCaller,
    authors: WithAuthors,
    response: Response,
) -> Comment:
    """Say something about an exception, whatever its status."""
    path = f"/internal/breaks/{exceptionId}/comments"
    answer = await caller.exceptions("POST", path, json=new.model_dump(mode="json"))
    pass_on(answer, response)
    told = answer.json()
    names = await authors.names_of(caller.principal.organization_id, [told["account_id"]])
    return comment_of(told, names)
