from fastapi import Response

from tieout_gateway.owners import pass_on
from tieout_gateway.routes.answers import COREBANQ, FromCaller, guarded_router
from tieout_gateway.shapes.corebanq import PathFileId, PathRunId
from tieout_runtime.problems import Problem

router = guarded_router(COREBANQ, "runs")
_RUN = "/v1/ledgers/reconciliation/runs/{runID}"
_NOT_FOUND = 404


@router.delete(_RUN, status_code=204)
async def delete_ledger_run(
    runID: PathRunId,  # noqa: N803  # the path's own name
    caller: FromCaller,
    response: Response,
) -> None:
    """Delete a run with its source files; one with accepted matches is 409."""
    path = f"/internal/ledger_runs/{runID}"
    try:
        await caller.matcher("GET", f"{path}/deletable")
    except Problem as problem:
        # An earlier request with this key may have deleted it: the owner answers as then.
        if problem.status != _NOT_FOUND or caller.idempotency_key is None:
            raise
    else:
        await caller.ingest("DELETE", f"{path}/imports")
    pass_on(await caller.matcher("DELETE", path), response)


@router.delete(f"{_RUN}/sources/{{fileID}}", status_code=204)
async def delete_source_file(
    runID: PathRunId,  # noqa: N803  # the path's own name
    fileID: PathFileId,  # noqa: N803  # the path's own name
    caller: FromCaller,
    response: Response,
) -> None:
    """Delete a source file and its entries; with a matched entry it is 409."""
    path = f"/internal/ledger_runs/{runID}/imports/{fileID}"
    pass_on(await caller.ingest("DELETE", path), response)
