import asyncio
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Query, Response

from tieout_gateway.owners import Asking, pass_on
from tieout_gateway.routes.answers import END_CLOSE, FromCaller, guarded_router, sent
from tieout_gateway.shapes.paging import CursorPage, CursorQuery
from tieout_gateway.shapes.reconciliations import (
    NewReconciliation,
    Progress,
    Reconciliation,
    ReconciliationChange,
    progress_of,
    reconciliation_of,
)
from tieout_gateway.shapes.shape import PathId

router = guarded_router(END_CLOSE, "reconciliations")


@router.get("/v1/reconciliations")
async def list_reconciliations(
    query: Annotated[CursorQuery, Query()], caller: FromCaller
) -> CursorPage[Reconciliation]:
    """List reconciliations with their data streams."""
    answer, streams = await asyncio.gather(
        caller.matcher("GET", "/internal/reconciliations", params=sent(query)), streams_of(caller)
    )
    page = answer.json()
    return CursorPage(
        data=[reconciliation_of(one, streams) for one in page["data"]],
        next_cursor=page["next_cursor"],
        limit=page["limit"],
    )


@router.post("/v1/reconciliations", status_code=201)
async def create_reconciliation(
    new: NewReconciliation, caller: FromCaller, response: Response
) -> Reconciliation:
    """Make a reconciliation; records its streams hold already are brought to it."""
    answer = await caller.matcher("POST", "/internal/reconciliations", json=new.as_told)
    pass_on(answer, response)
    return reconciliation_of(answer.json(), await streams_of(caller))


@router.get("/v1/reconciliations/{id}")
async def get_reconciliation(id: PathId, caller: FromCaller) -> Reconciliation:  # noqa: A002  # the path's own name
    """Show one reconciliation."""
    answer = await caller.matcher("GET", f"/internal/reconciliations/{id}")
    return reconciliation_of(answer.json(), await streams_of(caller))


@router.patch("/v1/reconciliations/{id}")
async def update_reconciliation(
    id: PathId,  # noqa: A002  # the path's own name
    change: ReconciliationChange,
    caller: FromCaller,
    response: Response,
) -> Reconciliation:
    """Change name, run type or data streams.

    Streams replace all there were, on both sides. What is open of a stream that goes is withdrawn,
    what is matched stays; records of a stream that comes are brought to it, and those of one that
    comes back are open again. A stream keeps its side: on the other one it is 422.
    """
    answer = await caller.matcher(
        "PATCH", f"/internal/reconciliations/{id}", json=change.model_dump(exclude_unset=True)
    )
    pass_on(answer, response)
    return reconciliation_of(answer.json(), await streams_of(caller))


@router.delete("/v1/reconciliations/{id}", status_code=204)
async def delete_reconciliation(id: PathId, caller: FromCaller, response: Response) -> None:  # noqa: A002  # the path's own name
    """Delete a reconciliation with its rules and matches: what was open in it is withdrawn."""
    pass_on(await caller.matcher("DELETE", f"/internal/reconciliations/{id}"), response)


@router.get("/v1/reconciliations/{id}/progress")
async def get_progress(id: PathId, caller: FromCaller) -> Progress:  # noqa: A002  # the path's own name
    """Show how far matching has come.

    The matcher is asked first: what it has decided had been told to it, so `behind` is never less
    than it was at that moment.
    """
    path = f"/internal/reconciliations/{id}/progress"
    matcher = (await caller.matcher("GET", path)).json()
    ingest = await caller.ingest("GET", path, params={"stream_ids": matcher["stream_ids"]})
    return progress_of(id, ingest=ingest.json(), matcher=matcher)


async def streams_of(caller: Asking) -> Mapping[int, Mapping[str, Any]]:
    """Load the organisation's streams by id."""
    answer = await caller.ingest("GET", "/internal/streams")
    return {one["id"]: one for one in answer.json()}
