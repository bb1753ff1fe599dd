"""Internal HTTP: runs of ledgers."""

from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from tieout_contracts.ids import MAX_ID
from tieout_matcher.auto_match import require_writable
from tieout_matcher.routes.ledgers import ledger_of
from tieout_matcher.routes.ordered_pages import OrderedQuery, ordered_page
from tieout_matcher.routes.replies import (
    FromCaller,
    Identifier,
    Text,
    WithParts,
    answer,
    reply,
)
from tieout_matcher.store import ledger_runs
from tieout_runtime.idempotency import Answer, once
from tieout_runtime.internal import json_response
from tieout_runtime.postgres import Connection, tenant_transaction
from tieout_runtime.problems import Problem, not_found

router = APIRouter(prefix="/internal")
MAX_NOTE = 1000
Note = Annotated[Text | None, Field(max_length=MAX_NOTE)]


class NewLedgerRun(BaseModel):
    model_config = ConfigDict(extra="forbid")
    ledger_id: Identifier
    mode: Literal["manual", "automatic"] = "automatic"
    source_type: Literal["upload"] = "upload"
    note: Note = None


class RunChange(BaseModel):
    model_config = ConfigDict(extra="forbid")
    note: Note = None


class RunsQuery(OrderedQuery):
    ledger_id: Annotated[int, Field(ge=1, le=MAX_ID)] | None = None
    sort: Literal["created_at", "updated_at"] = "created_at"


@router.post("/ledger_runs")
async def create(
    body: NewLedgerRun, request: Request, caller: FromCaller, parts: WithParts
) -> Response:
    claim = caller.claim(request, body.model_dump())
    ledger = (caller.organization_id, body.ledger_id)
    async with tenant_transaction(parts.api, organization_id=ledger[0]) as connection:

        async def execute() -> Answer:
            await ledger_of(connection, ledger)
            run_id = await ledger_runs.add(
                connection,
                ledger,
                mode=body.mode,
                source_type=body.source_type,
                note=body.note,
                at=parts.clock(),
            )
            return answer(await run_of(connection, (ledger[0], run_id)), 201)

        return json_response(await once(connection, claim, at=parts.clock(), execute=execute))


@router.get("/ledger_runs")
async def listing(
    query: Annotated[RunsQuery, Query()], caller: FromCaller, parts: WithParts
) -> Response:
    organization_id = caller.organization_id
    async with tenant_transaction(parts.api, organization_id=organization_id) as connection:
        if query.ledger_id is not None:
            await ledger_of(connection, (organization_id, query.ledger_id))
        total, unfiltered = await ledger_runs.count(
            connection, organization_id, ledger_id=query.ledger_id
        )
        rows = await ledger_runs.page(
            connection,
            organization_id,
            ledger_id=query.ledger_id,
            sort=query.sort,
            direction=query.direction,
            limit=query.limit,
            offset=query.offset,
        )
    data = [run_view(row) for row in rows]
    return ordered_page(data, query, total=total, total_unfiltered=unfiltered)


@router.get("/ledger_runs/{run_id}")
async def show(run_id: Identifier, caller: FromCaller, parts: WithParts) -> Response:
    key = (caller.organization_id, run_id)
    async with tenant_transaction(parts.api, organization_id=key[0]) as connection:
        return reply(await run_of(connection, key))


@router.patch("/ledger_runs/{run_id}")
async def change(
    run_id: Identifier, body: RunChange, request: Request, caller: FromCaller, parts: WithParts
) -> Response:
    """Change what people say of a run; a note that is left out stays."""
    claim = caller.claim(request, body.model_dump(exclude_unset=True))
    key = (caller.organization_id, run_id)
    async with tenant_transaction(parts.api, organization_id=key[0]) as connection:

        async def execute() -> Answer:
            before = run_view(await require_writable(connection, key))
            if "note" in body.model_fields_set:
                await ledger_runs.set_note(connection, key, body.note, at=parts.clock())
            return answer(await run_of(connection, key), before=before)

        return json_response(await once(connection, claim, at=parts.clock(), execute=execute))


@router.post("/ledger_runs/{run_id}/close")
async def close(
    run_id: Identifier, request: Request, caller: FromCaller, parts: WithParts
) -> Response:
    """Close a run that completed, for ever; closed already, nothing changes."""
    claim = caller.claim(request, None)
    key = (caller.organization_id, run_id)
    async with tenant_transaction(parts.api, organization_id=key[0]) as connection:

        async def execute() -> Answer:
            run = await ledger_runs.lock(connection, key)
            if run is None:
                raise not_found("run")
            if run["status"] == "completed":
                await ledger_runs.close(connection, key, at=parts.clock())
            elif run["status"] != "closed":
                message = f"the run is {run['status']}: only a completed one is closed"
                raise Problem(409, "run_not_completed", message)
            return answer(await run_of(connection, key), before=run_view(run))

        return json_response(await once(connection, claim, at=parts.clock(), execute=execute))


@router.post("/ledger_runs/{run_id}/files/{file_id}")
async def take_file(
    run_id: Identifier, file_id: Identifier, caller: FromCaller, parts: WithParts
) -> Response:
    """Give a run what a file brought; asked again until nothing waits."""
    return reply({"waiting": await parts.ledger_files.take(caller, run_id, file_id)})


@router.post("/ledger_runs/{run_id}/auto_match")
async def auto_match(
    run_id: Identifier, request: Request, caller: FromCaller, parts: WithParts
) -> Response:
    key = (caller.organization_id, run_id)
    async with tenant_transaction(parts.api, organization_id=key[0]) as connection:
        await run_of(connection, key)
    await parts.ledger_files.require_whole(caller, run_id)
    begin = partial(tenant_transaction, parts.api, organization_id=key[0])
    return json_response(await parts.auto_match.of_run(begin, caller.claim(request, None), run_id))


@router.post("/ledgers/{ledger_id}/reconcile")
async def reconcile(
    ledger_id: Identifier, request: Request, caller: FromCaller, parts: WithParts
) -> Response:
    """Try everything open in a ledger, in a run of its own."""
    ledger = (caller.organization_id, ledger_id)
    async with tenant_transaction(parts.api, organization_id=ledger[0]) as connection:
        await ledger_of(connection, ledger)
    begin = partial(tenant_transaction, parts.api, organization_id=ledger[0])
    return json_response(
        await parts.auto_match.of_ledger(begin, caller.claim(request, None), ledger)
    )


async def run_of(connection: Connection, key: tuple[int, int]) -> dict[str, Any]:
    """Load a run as it is shown; raises Problem 404."""
    row = await ledger_runs.find(connection, key)
    if row is None:
        raise not_found("run")
    return run_view(row)


def run_view(row: ledger_runs.Row) -> dict[str, Any]:
    return dict(row)
