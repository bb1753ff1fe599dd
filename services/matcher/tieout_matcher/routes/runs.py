"""Internal HTTP: runs of a reconciliation."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from tieout_matcher.routes.replies import (
    FromCaller,
    Identifier,
    Position,
    Text,
    WithParts,
    answer,
    reply,
)
from tieout_matcher.store import reconciliations, runs
from tieout_matcher.views import run_view
from tieout_runtime.idempotency import Answer, once
from tieout_runtime.internal import json_response
from tieout_runtime.postgres import Connection, tenant_transaction
from tieout_runtime.problems import not_found

router = APIRouter(prefix="/internal/reconciliations/{reconciliation_id}/runs")
MAX_NOTE = 1000


class NewRun(BaseModel):
    model_config = ConfigDict(extra="forbid")
    mode: Literal["automatic", "manual"] = "automatic"
    dry_run: bool = False
    note: Text | None = Field(default=None, max_length=MAX_NOTE)


@router.post("")
async def create(
    reconciliation_id: Identifier,
    body: NewRun,
    request: Request,
    caller: FromCaller,
    parts: WithParts,
) -> Response:
    """Ask for a run; it is worked off aside."""
    key = (caller.organization_id, reconciliation_id)
    claim = caller.claim(request, body.model_dump())
    async with tenant_transaction(parts.api, organization_id=key[0]) as connection:

        async def execute() -> Answer:
            await _require(connection, key)
            run_id = await runs.add(connection, key, **body.model_dump(), at=parts.clock())
            (row,) = await runs.page(connection, key, run_id=run_id)
            return answer(run_view(row), 201)

        found = await once(connection, claim, at=parts.clock(), execute=execute)
    parts.runs_wanted()
    return json_response(found)


@router.get("")
async def listing(
    reconciliation_id: Identifier,
    caller: FromCaller,
    parts: WithParts,
    cursor: Position = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Response:
    key = (caller.organization_id, reconciliation_id)
    async with tenant_transaction(parts.api, organization_id=key[0]) as connection:
        await _require(connection, key)
        rows = await runs.page(connection, key, after=cursor, limit=limit + 1)
    data = [run_view(row) for row in rows[:limit]]
    next_cursor = str(data[-1]["id"]) if len(rows) > limit else None
    return reply({"data": data, "next_cursor": next_cursor, "limit": limit})


@router.get("/{run_id}")
async def show(
    reconciliation_id: Identifier, run_id: Identifier, caller: FromCaller, parts: WithParts
) -> Response:
    key = (caller.organization_id, reconciliation_id)
    async with tenant_transaction(parts.api, organization_id=key[0]) as connection:
        rows = await runs.page(connection, key, run_id=run_id)
    if not rows:
        raise not_found("run")
    return reply(run_view(rows[0]))


@router.post("/{run_id}/undo")
async def undo(
    reconciliation_id: Identifier,
    run_id: Identifier,
    request: Request,
    caller: FromCaller,
    parts: WithParts,
) -> Response:
    """Take apart all that a run made; asked again after a crash it goes on where it was."""
    key = (caller.organization_id, reconciliation_id)
    claim = caller.claim(request, None)
    async with tenant_transaction(parts.api, organization_id=key[0]) as connection:
        if not await runs.page(connection, key, run_id=run_id):
            raise not_found("run")

        async def execute() -> Answer:
            await parts.runs.undo(key[0], run_id)
            (row,) = await runs.page(connection, key, run_id=run_id)
            return answer(run_view(row))

        return json_response(await once(connection, claim, at=parts.clock(), execute=execute))


async def _require(connection: Connection, key: tuple[int, int]) -> None:
    if not await reconciliations.page(connection, key[0], reconciliation_id=key[1]):
        raise not_found("reconciliation")
