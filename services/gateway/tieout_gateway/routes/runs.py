from typing import Annotated

from fastapi import Query, Response

from tieout_gateway.owners import pass_on
from tieout_gateway.routes.answers import END_CLOSE, FromCaller, guarded_router, sent
from tieout_gateway.shapes.paging import CursorPage, CursorQuery
from tieout_gateway.shapes.runs import NewRun, Run, run_of
from tieout_gateway.shapes.shape import PathId

router = guarded_router(END_CLOSE, "runs")


@router.post("/v1/reconciliations/{id}/runs", status_code=201)
async def create_run(id: PathId, new: NewRun, caller: FromCaller, response: Response) -> Run:  # noqa: A002  # the path's own name
    """Try all that is open by all rules, now; ask again for its progress."""
    path = f"/internal/reconciliations/{id}/runs"
    answer = await caller.matcher("POST", path, json=new.model_dump(mode="json"))
    pass_on(answer, response)
    return run_of(answer.json())


@router.get("/v1/reconciliations/{id}/runs")
async def list_runs(
    id: PathId,  # noqa: A002  # the path's own name
    query: Annotated[CursorQuery, Query()],
    caller: FromCaller,
) -> CursorPage[Run]:
    """List the runs of a reconciliation."""
    path = f"/internal/reconciliations/{id}/runs"
    page = (await caller.matcher("GET", path, params=sent(query))).json()
    return CursorPage(
        data=[run_of(one) for one in page["data"]],
        next_cursor=page["next_cursor"],
        limit=page["limit"],
    )


@router.get("/v1/reconciliations/{id}/runs/{run_id}")
async def get_run(id: PathId, run_id: PathId, caller: FromCaller) -> Run:  # noqa: A002  # the path's own name
    """Show one run, with its progress and what each rule made."""
    path = f"/internal/reconciliations/{id}/runs/{run_id}"
    return run_of((await caller.matcher("GET", path)).json())


@router.post("/v1/reconciliations/{id}/runs/{run_id}/undo")
async def undo_run(id: PathId, run_id: PathId, caller: FromCaller, response: Response) -> Run:  # noqa: A002  # the path's own name
    """Take apart all that a run made; nothing is blocked, a next run may find the same."""
    path = f"/internal/reconciliations/{id}/runs/{run_id}/undo"
    answer = await caller.matcher("POST", path)
    pass_on(answer, response)
    return run_of(answer.json())
