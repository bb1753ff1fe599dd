"""Internal HTTP: matches, and revoking one."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Query, Request, Response

from tieout_matcher.routes.replies import (
    FromCaller,
    Identifier,
    Position,
    Text,
    WithParts,
    answer,
    reply,
)
from tieout_matcher.store import entries, matches
from tieout_matcher.views import match_view
from tieout_runtime.idempotency import Answer, once
from tieout_runtime.internal import json_response
from tieout_runtime.postgres import Connection, tenant_transaction, transaction
from tieout_runtime.problems import not_found

router = APIRouter(prefix="/internal/matches")
MAX_REASON = 1000


@router.get("")
async def listing(
    caller: FromCaller,
    parts: WithParts,
    reconciliation_id: Identifier | None = None,
    status: Literal["accepted", "revoked"] | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 25,
    offset: Position = 0,
) -> Response:
    organization_id = caller.organization_id
    revoked = None if status is None else status == "revoked"
    async with tenant_transaction(parts.api, organization_id=organization_id) as connection:
        rows = await matches.page(
            connection,
            organization_id,
            reconciliation_id=reconciliation_id,
            revoked=revoked,
            limit=limit + 1,
            offset=offset,
        )
        total = await matches.count(
            connection, organization_id, reconciliation_id=reconciliation_id, revoked=revoked
        )
        data = await _views(connection, organization_id, rows[:limit])
    has_more = len(rows) > limit
    return reply({"data": data, "has_more": has_more, "offset": offset, "total_count": total})


@router.get("/{match_id}")
async def show(match_id: Identifier, caller: FromCaller, parts: WithParts) -> Response:
    organization_id = caller.organization_id
    async with tenant_transaction(parts.api, organization_id=organization_id) as connection:
        rows = await matches.page(connection, organization_id, match_id=match_id)
        if not rows:
            raise not_found("match")
        (view,) = await _views(connection, organization_id, rows)
    return reply(view)


@router.delete("/{match_id}")
async def revoke(
    match_id: Identifier,
    request: Request,
    caller: FromCaller,
    parts: WithParts,
    reason: Annotated[Text | None, Body(embed=True, max_length=MAX_REASON)] = None,
) -> Response:
    claim = caller.claim(request, {"reason": reason})
    async with transaction(parts.worker) as connection:

        async def execute() -> Answer:
            await parts.releaser.revoke(
                connection,
                organization_id=caller.organization_id,
                match_id=match_id,
                reason=reason,
            )
            return answer(None, 204)

        return json_response(await once(connection, claim, at=parts.clock(), execute=execute))


async def _views(
    connection: Connection, organization_id: int, rows: list[matches.Row]
) -> list[dict[str, Any]]:
    match_ids = [row["id"] for row in rows]
    members = await entries.members_of(connection, organization_id, match_ids)
    adjustments = await matches.adjustments_of(connection, organization_id, match_ids)
    return [match_view(row, members[row["id"]], adjustments[row["id"]]) for row in rows]
