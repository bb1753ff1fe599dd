from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Query, Response

from tieout_gateway.owners import pass_on
from tieout_gateway.people import FromPeople, People
from tieout_gateway.routes.answers import END_CLOSE, FromCaller, guarded_router, sent
from tieout_gateway.routes.tags import IfMatch, if_match_headers, set_etag
from tieout_gateway.shapes.buckets import (
    Bucket,
    BucketChange,
    BucketFilter,
    BucketsQuery,
    NewBucket,
    ShownBucket,
    bucket_of,
    people_in,
    shown_bucket_of,
)
from tieout_gateway.shapes.paging import OffsetPage
from tieout_gateway.shapes.shape import PathId

router = guarded_router(END_CLOSE, "reconciliation exceptions")
_PATH = "/v1/reconciliation_exceptions"


@router.get(_PATH)
async def list_reconciliation_exceptions(
    query: Annotated[BucketsQuery, Query()], caller: FromCaller, people: FromPeople
) -> OffsetPage[Bucket]:
    """List exceptions: one for each data stream of a reconciliation with overdue records."""
    page = (await caller.exceptions("GET", "/internal/buckets", params=sent(query))).json()
    named = await people.subjects(people_in(*page["data"]))
    return OffsetPage(
        data=[bucket_of(one, named) for one in page["data"]],
        has_more=page["has_more"],
        offset=page["offset"],
    )


@router.post(_PATH, status_code=201)
async def create_reconciliation_exception(
    new: NewBucket, caller: FromCaller, people: FromPeople, response: Response
) -> Bucket:
    """Open an exception by hand; a second live one for the same data stream is 422."""
    body = new.model_dump(mode="json", exclude_none=True)
    answer = await caller.exceptions("POST", "/internal/buckets", json=body)
    pass_on(answer, response)
    return await _shown(answer.json(), people, response)


@router.get(_PATH + "/{id}")
async def get_reconciliation_exception(
    id: PathId,  # noqa: A002  # the path's own name
    query: Annotated[BucketFilter, Query()],
    caller: FromCaller,
    people: FromPeople,
    response: Response,
) -> ShownBucket:
    """Show one exception; the filters narrow `filtered_aggregates`."""
    told = (await caller.exceptions("GET", f"/internal/buckets/{id}", params=sent(query))).json()
    set_etag(told, response)
    return shown_bucket_of(told, await people.subjects(people_in(told)))


@router.patch(_PATH + "/{id}")
async def update_reconciliation_exception(
    id: PathId,  # noqa: A002  # the path's own name
    change: BucketChange,
    caller: FromCaller,
    people: FromPeople,
    response: Response,
    if_match: IfMatch = None,
) -> Bucket:
    """Change title, description or status; live again beside another live one is 409."""
    answer = await caller.exceptions(
        "PATCH",
        f"/internal/buckets/{id}",
        json=change.model_dump(mode="json", exclude_unset=True),
        headers=if_match_headers(if_match),
    )
    pass_on(answer, response)
    return await _shown(answer.json(), people, response)


@router.delete(_PATH + "/{id}", status_code=204)
async def delete_reconciliation_exception(
    id: PathId,  # noqa: A002  # the path's own name
    caller: FromCaller,
    response: Response,
    if_match: IfMatch = None,
) -> None:
    """Delete an exception; what is still overdue raises a new one."""
    answer = await caller.exceptions(
        "DELETE", f"/internal/buckets/{id}", headers=if_match_headers(if_match)
    )
    pass_on(answer, response)


async def _shown(told: Mapping[str, Any], people: People, response: Response) -> Bucket:
    set_etag(told, response)
    return bucket_of(told, await people.subjects(people_in(told)))
