"""Internal HTTP: whose a break is, and what people say about it."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from tieout_exceptions.break_commands import Handover
from tieout_exceptions.locked_breaks import known_break
from tieout_exceptions.routes.requests import (
    FilledText,
    FromCaller,
    Id,
    Text,
    WithParts,
    cursor_after,
    id_of_cursor,
    reply,
)
from tieout_exceptions.store.comments import list_comments
from tieout_runtime.internal import IfMatch, expected_version, json_response

router = APIRouter(prefix="/internal/breaks/{break_id}")


class AssignBody(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    assignee: FilledText = Field(max_length=255)


class CommentBody(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    content: FilledText = Field(max_length=5000)


class CommentsQuery(BaseModel):
    cursor: Text | None = None
    limit: int = Field(default=200, ge=1, le=200)


@router.post("/assign")
async def assign(
    break_id: Id,
    body: AssignBody,
    request: Request,
    caller: FromCaller,
    parts: WithParts,
    if_match: IfMatch = None,
) -> Response:
    asked = Handover(
        break_id=break_id, assignee=body.assignee, expected_version=expected_version(if_match)
    )
    claim = caller.claim(request, body.model_dump(mode="json"))
    return json_response(
        await parts.breaks.hand_over(parts.begin(caller.organization_id), claim, asked)
    )


@router.post("/unassign")
async def unassign(
    break_id: Id,
    request: Request,
    caller: FromCaller,
    parts: WithParts,
    if_match: IfMatch = None,
) -> Response:
    asked = Handover(break_id=break_id, assignee=None, expected_version=expected_version(if_match))
    claim = caller.claim(request, None)
    return json_response(
        await parts.breaks.hand_over(parts.begin(caller.organization_id), claim, asked)
    )


@router.post("/comments")
async def comment(
    break_id: Id, body: CommentBody, request: Request, caller: FromCaller, parts: WithParts
) -> Response:
    claim = caller.claim(request, body.model_dump(mode="json"))
    begin = parts.begin(caller.organization_id)
    return json_response(await parts.breaks.comment(begin, claim, break_id, body.content))


@router.get("/comments")
async def comments(
    break_id: Id, caller: FromCaller, parts: WithParts, query: Annotated[CommentsQuery, Query()]
) -> Response:
    async with parts.begin(caller.organization_id)() as connection:
        named = {"organization_id": caller.organization_id, "break_id": break_id}
        await known_break(connection, **named)
        found = await list_comments(
            connection, **named, after_id=id_of_cursor(query.cursor), limit=query.limit + 1
        )
    page = found[: query.limit]
    more = len(found) > query.limit
    return reply(
        {
            "data": [asdict(one) for one in page],
            "next_cursor": cursor_after(page[-1].id) if more else None,
            "limit": query.limit,
        }
    )
