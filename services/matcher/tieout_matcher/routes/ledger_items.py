"""Internal HTTP: items of runs, closed and opened again."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from tieout_matcher.closing import ClosingOrder
from tieout_matcher.routes.ledger_runs import Note, run_of
from tieout_matcher.routes.ledger_views import item_of
from tieout_matcher.routes.replies import (
    FromCaller,
    Identifier,
    Text,
    WithParts,
    answer,
    reply,
)
from tieout_matcher.store import ledger_views
from tieout_runtime.idempotency import Answer, once
from tieout_runtime.internal import json_response
from tieout_runtime.postgres import tenant_transaction, transaction

router = APIRouter(prefix="/internal")


class Close(BaseModel):
    model_config = ConfigDict(extra="forbid")
    ledger_id: Identifier
    reason: Annotated[Text | None, Field(max_length=255)] = None
    note: Note = None


@router.get("/ledger_items/{record_id}")
async def show(record_id: Identifier, caller: FromCaller, parts: WithParts) -> Response:
    async with tenant_transaction(parts.api, organization_id=caller.organization_id) as connection:
        return reply(await item_of(connection, caller.organization_id, record_id))


@router.get("/ledger_runs/{run_id}/item_ids")
async def item_ids(run_id: Identifier, caller: FromCaller, parts: WithParts) -> Response:
    key = (caller.organization_id, run_id)
    async with tenant_transaction(parts.api, organization_id=key[0]) as connection:
        run = await run_of(connection, key)
        records = await ledger_views.item_ids(connection, key)
    return reply({"ledger_id": run["ledger_id"], "record_ids": records})


@router.post("/ledger_items/{record_id}/close")
async def close(
    record_id: Identifier, body: Close, request: Request, caller: FromCaller, parts: WithParts
) -> Response:
    claim = caller.claim(request, body.model_dump())
    order = ClosingOrder(
        organization_id=caller.organization_id,
        account_id=caller.account_id,
        record_id=record_id,
        ledger_id=body.ledger_id,
        reason=body.reason,
        note=body.note,
    )
    async with transaction(parts.worker) as connection:

        async def execute() -> Answer:
            before = await item_of(connection, caller.organization_id, record_id)
            await parts.closing.close(connection, order)
            after = await item_of(connection, caller.organization_id, record_id)
            return answer(after, before=before)

        return json_response(await once(connection, claim, at=parts.clock(), execute=execute))


@router.post("/ledger_items/{record_id}/reopen")
async def reopen(
    record_id: Identifier, request: Request, caller: FromCaller, parts: WithParts
) -> Response:
    claim = caller.claim(request, None)
    async with transaction(parts.worker) as connection:

        async def execute() -> Answer:
            before = await item_of(connection, caller.organization_id, record_id)
            await parts.closing.reopen(connection, (caller.organization_id, record_id))
            after = await item_of(connection, caller.organization_id, record_id)
            return answer(after, before=before)

        return json_response(await once(connection, claim, at=parts.clock(), execute=execute))
