from typing import Any

from fastapi import Response

from tieout_gateway.owners import pass_on
from tieout_gateway.people import FromPeople
from tieout_gateway.routes.answers import END_CLOSE, FromCaller, guarded_router
from tieout_gateway.routes.tags import IfMatch, if_match_headers, set_etag
from tieout_gateway.shapes.bucket_work import (
    Assignees,
    BucketComment,
    Investigation,
    NewBucketComment,
    NewInvestigation,
    comment_of,
    investigation_of,
)
from tieout_gateway.shapes.buckets import Bucket, bucket_of, people_in
from tieout_gateway.shapes.shape import PathId
from tieout_runtime.problems import Problem

router = guarded_router(END_CLOSE, "reconciliation exceptions")
_PATH = "/v1/reconciliation_exceptions/{id}"


@router.post(_PATH + "/comments", status_code=201)
async def comment_on_reconciliation_exception(
    id: PathId,  # noqa: A002  # the path's own name
    new: NewBucketComment,
    caller: FromCaller,
    people: FromPeople,
    response: Response,
) -> BucketComment:
    """Say something about an exception; `mentions` names people of the organisation."""
    await _refuse(caller, id, await people.strangers(new.mentions, "$.mentions"))
    answer = await _write(caller, "POST", id, "comments", json=new.model_dump(mode="json"))
    pass_on(answer, response)
    told = answer.json()
    return comment_of(told, await people.subjects([told["author_id"]]))


@router.put(_PATH + "/assignees")
async def assign_reconciliation_exception(
    id: PathId,  # noqa: A002  # the path's own name
    assignees: Assignees,
    caller: FromCaller,
    people: FromPeople,
    response: Response,
    if_match: IfMatch = None,
) -> Bucket:
    """Say whose an exception is: these people, in this order, and nobody else."""
    await _refuse(caller, id, await people.strangers(assignees.user_ids, "$.user_ids"))
    answer = await _write(
        caller,
        "PUT",
        id,
        "assignees",
        json=assignees.model_dump(mode="json"),
        headers=if_match_headers(if_match),
    )
    pass_on(answer, response)
    told = answer.json()
    set_etag(told, response)
    return bucket_of(told, await people.subjects(people_in(told)))


@router.post(_PATH + "/investigations", status_code=201)
async def investigate_reconciliation_exception(
    id: PathId,  # noqa: A002  # the path's own name
    caller: FromCaller,
    response: Response,
    scope: NewInvestigation | None = None,
) -> Investigation:
    """Look for counterparts of what an exception shows, or of the part that the filters name.

    Of the 50 records that were overdue first each is compared with what is open on the other side,
    as its explanation tells it. `match_found`: most of the records with something near have exactly
    one counterpart, one condition away. `no_match`: everything open was searched and nothing is
    near. `needs_review`: anything else. The same open records give the same result.
    """
    body = (scope or NewInvestigation()).model_dump(mode="json", exclude_none=True)
    answer = await _write(caller, "POST", id, "investigations", json=body)
    pass_on(answer, response)
    return investigation_of(answer.json())


async def _write(caller: FromCaller, method: str, number: int, what: str, **content: Any) -> Any:
    return await caller.exceptions(method, f"/internal/buckets/{number}/{what}", **content)


async def _refuse(caller: FromCaller, number: int, problem: Problem | None) -> None:
    """Raise a problem of the body, but not before the exception itself is known to be there."""
    if problem is not None:
        await caller.exceptions("GET", f"/internal/buckets/{number}")
        raise problem
