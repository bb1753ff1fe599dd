"""Internal HTTP: whose a bucket is, what people say of it, what is looked for."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from tieout_contracts.ids import MAX_ID
from tieout_exceptions.bucket_commands import find_bucket
from tieout_exceptions.domain.aggregates import Filters
from tieout_exceptions.domain.answers import comment_answer, json_bytes
from tieout_exceptions.routes.buckets import FilterQuery
from tieout_exceptions.routes.requests import FilledText, FromCaller, Id, WithParts
from tieout_exceptions.store import bucket_work
from tieout_runtime.idempotency import Answer, once
from tieout_runtime.internal import IfMatch, expected_version, json_response
from tieout_runtime.problems import invalid

router = APIRouter(prefix="/internal/buckets/{bucket_id}")
MAX_PEOPLE = 50
MAX_BODY = 10_000
MAX_COMMENTS = 1_000
Person = Annotated[int, Field(ge=1, le=MAX_ID)]
People = Annotated[list[Person], Field(max_length=MAX_PEOPLE)]


class NewComment(BaseModel):
    model_config = ConfigDict(extra="forbid")

    body: Annotated[FilledText, Field(max_length=MAX_BODY)]
    mentions: People = []


class Assignees(BaseModel):
    model_config = ConfigDict(extra="forbid")

    user_ids: People


class InvestigationScope(FilterQuery):
    """Which of the bucket's entries are looked at; all when nothing is said."""

    model_config = ConfigDict(extra="forbid")


@router.post("/comments")
async def comment(
    bucket_id: Id, body: NewComment, request: Request, caller: FromCaller, parts: WithParts
) -> Response:
    claim = caller.claim(request, body.model_dump(mode="json"))
    async with parts.begin(caller.organization_id)() as connection:

        async def execute() -> Answer:
            await find_bucket(
                connection, organization_id=caller.organization_id, bucket_id=bucket_id
            )
            added = await bucket_work.add_comment(
                connection,
                (caller.organization_id, bucket_id),
                author_id=caller.account_id,
                body=body.body,
                mentions=list(dict.fromkeys(body.mentions)),
                at=parts.clock(),
                at_most=MAX_COMMENTS,
            )
            if added is None:
                raise invalid("$.body", f"an exception has at most {MAX_COMMENTS} comments")
            return Answer(status=201, body=json_bytes(comment_answer(added)))

        return json_response(await once(connection, claim, at=parts.clock(), execute=execute))


@router.put("/assignees")
async def assign(
    bucket_id: Id,
    body: Assignees,
    request: Request,
    caller: FromCaller,
    parts: WithParts,
    if_match: IfMatch = None,
) -> Response:
    answer = await parts.buckets.assign(
        parts.begin(caller.organization_id),
        caller.claim(request, body.model_dump(mode="json")),
        bucket_id,
        list(dict.fromkeys(body.user_ids)),
        expected_version=expected_version(if_match),
    )
    return json_response(answer)


@router.post("/investigations")
async def investigate(
    bucket_id: Id,
    request: Request,
    caller: FromCaller,
    parts: WithParts,
    body: InvestigationScope | None = None,
) -> Response:
    scope = body or InvestigationScope()
    answer = await parts.investigations.investigate(
        parts.begin(caller.organization_id),
        caller.claim(request, scope.model_dump(mode="json", exclude_none=True)),
        bucket_id,
        Filters(**scope.model_dump()),
    )
    return json_response(answer)
