from typing import Annotated

from fastapi import Query, Response

from tieout_gateway.owners import pass_on
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


@router.post("/v1/bulk_requests/{id}/cancel", status_code=202)
async def cancel_bulk_request(id: PathId, caller: FromCaller, response: Response) -> Bulk:  # noqa: A002  # the path's own name
    """Ask a bulk request to stop: it ends as `cancelled` before the next data stream it names.

    What it stored stays. Asking again is fine; one that is completed or failed is 409.
    """
    answer = await caller.ingest("POST", f"/internal/bulk_requests/{id}/cancel")
    pass_on(answer, response)
    return bulk_of(answer.json())


@router.post("/v1/bulk_requests/{id}/retry", status_code=202)
async def retry_bulk_request(id: PathId, caller: FromCaller, response: Response) -> Bulk:  # noqa: A002  # the path's own name
    """Try again what made no record in a failed or cancelled bulk request; the answer is a new one.

    Its results keep the places that the records had in what was sent first. Any other is 409.
    """
    answer = await caller.ingest("POST", f"/internal/bulk_requests/{id}/retry")
    pass_on(answer, response)
    return bulk_of(answer.json())
