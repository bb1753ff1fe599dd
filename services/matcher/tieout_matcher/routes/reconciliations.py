"""Internal HTTP: reconciliations and their progress."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from tieout_matcher.domain.reconciliation_draft import ReconciliationChange, ReconciliationDraft
from tieout_matcher.parts import Parts
from tieout_matcher.routes.replies import FromCaller, Identifier, Position, WithParts, answer, reply
from tieout_matcher.store import reconciliations
from tieout_matcher.store.reconciliation_lock import lock
from tieout_matcher.views import progress_view, reconciliation_view
from tieout_runtime.idempotency import Answer, once
from tieout_runtime.internal import Caller, json_response
from tieout_runtime.postgres import Connection, tenant_transaction
from tieout_runtime.problems import Problem, invalid, not_found

router = APIRouter(prefix="/internal/reconciliations")


@router.post("")
async def create(
    draft: ReconciliationDraft, request: Request, caller: FromCaller, parts: WithParts
) -> Response:
    await _require_streams(parts, caller, draft)
    claim = caller.claim(request, draft.model_dump())
    async with tenant_transaction(parts.api, organization_id=caller.organization_id) as connection:

        async def execute() -> Answer:
            at = parts.clock()
            organization_id = caller.organization_id
            new = await reconciliations.add(connection, organization_id, draft, at=at)
            return answer(reconciliation_view(await _one(connection, organization_id, new)), 201)

        return json_response(await once(connection, claim, at=parts.clock(), execute=execute))


@router.get("")
async def listing(
    caller: FromCaller,
    parts: WithParts,
    cursor: Position = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Response:
    async with tenant_transaction(parts.api, organization_id=caller.organization_id) as connection:
        rows = await reconciliations.page(
            connection, caller.organization_id, after=cursor, limit=limit + 1
        )
    data = [reconciliation_view(row) for row in rows[:limit]]
    next_cursor = str(data[-1]["id"]) if len(rows) > limit else None
    return reply({"data": data, "next_cursor": next_cursor, "limit": limit})


@router.get("/{reconciliation_id}")
async def show(reconciliation_id: Identifier, caller: FromCaller, parts: WithParts) -> Response:
    async with tenant_transaction(parts.api, organization_id=caller.organization_id) as connection:
        row = await _one(connection, caller.organization_id, reconciliation_id)
    return reply(reconciliation_view(row))


@router.patch("/{reconciliation_id}")
async def change(
    reconciliation_id: Identifier,
    body: ReconciliationChange,
    request: Request,
    caller: FromCaller,
    parts: WithParts,
) -> Response:
    key = (caller.organization_id, reconciliation_id)
    async with tenant_transaction(parts.api, organization_id=caller.organization_id) as connection:
        await _one(connection, *key)
    await _require_streams(parts, caller, body)
    claim = caller.claim(request, body.model_dump(exclude_unset=True))
    async with tenant_transaction(parts.api, organization_id=caller.organization_id) as connection:

        async def execute() -> Answer:
            await lock(connection, [key])
            was = reconciliation_view(await _one(connection, *key))
            await parts.reconciliation_changes.change(connection, key, body)
            return answer(reconciliation_view(await _one(connection, *key)), before=was)

        found = await once(connection, claim, at=parts.clock(), execute=execute)
    parts.rules_changed()
    return json_response(found)


@router.delete("/{reconciliation_id}")
async def delete(
    reconciliation_id: Identifier, request: Request, caller: FromCaller, parts: WithParts
) -> Response:
    key = (caller.organization_id, reconciliation_id)
    claim = caller.claim(request, None)
    async with tenant_transaction(parts.api, organization_id=caller.organization_id) as connection:

        async def execute() -> Answer:
            await lock(connection, [key])
            was = reconciliation_view(await _one(connection, *key))
            await parts.reconciliation_changes.delete(connection, key)
            return answer(None, 204, before=was)

        found = await once(connection, claim, at=parts.clock(), execute=execute)
    parts.rules_changed()
    return json_response(found)


@router.get("/{reconciliation_id}/progress")
async def progress(reconciliation_id: Identifier, caller: FromCaller, parts: WithParts) -> Response:
    async with tenant_transaction(parts.api, organization_id=caller.organization_id) as connection:
        row = await _one(connection, caller.organization_id, reconciliation_id)
    return reply(progress_view(row))


async def _one(connection: Connection, organization_id: int, reconciliation_id: int) -> Any:
    rows = await reconciliations.page(
        connection, organization_id, reconciliation_id=reconciliation_id
    )
    if not rows:
        raise not_found("reconciliation")
    return rows[0]


async def _require_streams(
    parts: Parts, caller: Caller, draft: ReconciliationDraft | ReconciliationChange
) -> None:
    """Ask the owner of streams for each; an unknown one is 422 with its place."""
    for member in ("side_a_stream_ids", "side_b_stream_ids"):
        for index, stream_id in enumerate(getattr(draft, member)):
            try:
                await parts.ingest.call(
                    "GET",
                    f"/internal/streams/{stream_id}",
                    organization_id=caller.organization_id,
                    account_id=caller.account_id,
                )
            except Problem as problem:
                if problem.status != 404:  # noqa: PLR2004  # not found
                    raise
                raise invalid(f"$.{member}[{index}]", "there is no such data stream") from problem
