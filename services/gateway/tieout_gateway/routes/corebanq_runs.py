from typing import Annotated

from fastapi import Query, Request, Response

from tieout_gateway.owners import pass_on
from tieout_gateway.routes.answers import (
    COREBANQ,
    FromCaller,
    also,
    guarded_router,
    keyed_by,
    sent,
)
from tieout_gateway.routes.uploads import RUN_UPLOAD_BODY, forward_upload
from tieout_gateway.shapes.corebanq import OrderedPage, PathLedgerId, PathRunId, page_of
from tieout_gateway.shapes.corebanq_runs import (
    LedgerRun,
    LedgerRunChange,
    LedgerRunsQuery,
    Matched,
    NewLedgerRun,
    ReconciledRun,
    SourceFile,
    SourcesQuery,
    UploadedFile,
    ledger_run_of,
    reconciled_run_of,
    source_file_of,
    uploaded_file_of,
)

router = guarded_router(COREBANQ, "runs")
_RUNS = "/v1/ledgers/reconciliation/runs"


@router.post(_RUNS, status_code=201)
async def create_ledger_run(new: NewLedgerRun, caller: FromCaller, response: Response) -> LedgerRun:
    """Make a run of a ledger: files of statements are uploaded to it and then matched."""
    body = new.model_dump(mode="json", exclude={"idempotency_key"})
    asking = keyed_by(caller, new.idempotency_key)
    answer = await asking.matcher("POST", "/internal/ledger_runs", json=body)
    pass_on(answer, response)
    return ledger_run_of(answer.json())


@router.get(_RUNS)
async def list_ledger_runs(
    query: Annotated[LedgerRunsQuery, Query()], caller: FromCaller
) -> OrderedPage[LedgerRun]:
    """List runs, of one ledger or of all."""
    told = (await caller.matcher("GET", "/internal/ledger_runs", params=sent(query))).json()
    return OrderedPage[LedgerRun](**page_of(told, ledger_run_of))


@router.get(f"{_RUNS}/{{runID}}")
async def get_ledger_run(
    runID: PathRunId,  # noqa: N803  # the path's own name
    caller: FromCaller,
) -> LedgerRun:
    """Show a run."""
    return ledger_run_of((await caller.matcher("GET", f"/internal/ledger_runs/{runID}")).json())


@router.patch(f"{_RUNS}/{{runID}}")
async def change_ledger_run(
    runID: PathRunId,  # noqa: N803  # the path's own name
    change: LedgerRunChange,
    caller: FromCaller,
    response: Response,
) -> LedgerRun:
    """Change the note of a run."""
    body = change.model_dump(mode="json", exclude_unset=True)
    answer = await caller.matcher("PATCH", f"/internal/ledger_runs/{runID}", json=body)
    pass_on(answer, response)
    return ledger_run_of(answer.json())


@router.post(f"{_RUNS}/{{runID}}/close")
async def close_ledger_run(
    runID: PathRunId,  # noqa: N803  # the path's own name
    caller: FromCaller,
    response: Response,
) -> LedgerRun:
    """Close a completed run for ever: what it matched stays, and nothing of it changes."""
    answer = await caller.matcher("POST", f"/internal/ledger_runs/{runID}/close")
    pass_on(answer, response)
    return ledger_run_of(answer.json())


@router.post(
    f"{_RUNS}/{{runID}}/sources/upload",
    status_code=201,
    openapi_extra=RUN_UPLOAD_BODY,
    responses=also(200, UploadedFile, "The ledger has this file already; nothing was added"),
)
async def upload_source_file(
    runID: PathRunId,  # noqa: N803  # the path's own name
    request: Request,
    caller: FromCaller,
    response: Response,
) -> UploadedFile:
    """Upload a statement (CSV or camt.053) to a run; answered when its entries are all there."""
    path = f"/internal/ledger_runs/{runID}/imports"
    answer = await forward_upload(request, caller, path)
    pass_on(answer, response)
    return uploaded_file_of(answer.json())


@router.get(f"{_RUNS}/{{runID}}/sources")
async def list_source_files(
    runID: PathRunId,  # noqa: N803  # the path's own name
    query: Annotated[SourcesQuery, Query()],
    caller: FromCaller,
) -> OrderedPage[SourceFile]:
    """List the source files of a run, refused ones too."""
    await caller.matcher("GET", f"/internal/ledger_runs/{runID}")
    params = {name: value for name, value in sent(query).items() if name != "sort"}
    told = await caller.ingest("GET", f"/internal/ledger_runs/{runID}/imports", params=params)
    return OrderedPage[SourceFile](**page_of(told.json(), source_file_of))


@router.post(f"{_RUNS}/{{runID}}/auto-match")
async def auto_match_run(
    runID: PathRunId,  # noqa: N803  # the path's own name
    caller: FromCaller,
    response: Response,
) -> Matched:
    """Match what is open of the run's items with the ledger's entries, by the ledger's rules.

    Matches of a run of mode manual, and those that are in doubt, are only suggested. It may be
    repeated as long as the run is not closed.
    """
    answer = await caller.matcher("POST", f"/internal/ledger_runs/{runID}/auto_match")
    pass_on(answer, response)
    return Matched(**answer.json())


@router.post("/v1/ledgers/{id}/reconcile")
async def reconcile_ledger(
    id: PathLedgerId,  # noqa: A002  # the path's own name
    caller: FromCaller,
    response: Response,
) -> ReconciledRun:
    """Match everything open in a ledger, in a new automatic run."""
    answer = await caller.matcher("POST", f"/internal/ledgers/{id}/reconcile")
    pass_on(answer, response)
    return reconciled_run_of(answer.json())
