from typing import Annotated

from fastapi import Query

from tieout_gateway.routes.answers import END_CLOSE, FromCaller, guarded_router, sent
from tieout_gateway.shapes.bulk import (
    Bulk,
    BulksQuery,
    BulkWithResults,
    ResultsQuery,
    bulk_of,
    bulk_with_results_of,
)
from tieout_gateway.shapes.paging import CursorPage
from tieout_gateway.shapes.shape import PathId

router = guarded_router(END_CLOSE, "bulk requests")


@router.get("/v1/bulk_requests")
async def list_bulk_requests(
    query: Annotated[BulksQuery, Query()], caller: FromCaller
) -> CursorPage[Bulk]:
    """List bulk requests, newest first."""
    page = (await caller.ingest("GET", "/internal/bulk_requests", params=sent(query))).json()
    return CursorPage(
        data=[bulk_of(one) for one in page["data"]],
        next_cursor=page["next_cursor"],
        limit=page["limit"],
    )


@router.get("/v1/bulk_requests/{id}")
async def get_bulk_request(
    id: PathId,  # noqa: A002  # the path's own name
    query: Annotated[ResultsQuery, Query()],
    caller: FromCaller,
) -> BulkWithResults:
    """Show a bulk request and a page of what came of its records."""
    path = f"/internal/bulk_requests/{id}"
    return bulk_with_results_of((await caller.ingest("GET", path, params=sent(query))).json())
