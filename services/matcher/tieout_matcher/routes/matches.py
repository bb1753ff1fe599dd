"""Internal HTTP: matches, and revoking one."""

from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from tieout_matcher.manual import Chosen
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
MAX_MEMBERS = 500
MatchStatus = Literal["suggested", "accepted", "rejected", "revoked"]


@router.get("")
async def listing(
    caller: FromCaller,
    parts: WithParts,
    reconciliation_id: Identifier | None = None,
    status: MatchStatus | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 25,
    offset: Position = 0,
) -> Response:
    organization_id = caller.organization_id
    async with tenant_transaction(parts.api, organization_id=organization_id) as connection:
        rows = await matches.page(
            connection,
            organization_id,
            reconciliation_id=reconciliation_id,
            status=status,
            limit=limit + 1,
            offset=offset,
        )
        total = await matches.count(
            connection, organization_id, reconciliation_id=reconciliation_id, status=status
        )
        data = await match_views(connection, organization_id, rows[:limit])
    has_more = len(rows) > limit
    return reply({"data": data, "has_more": has_more, "offset": offset, "total_count": total})


class ManualMatch(BaseModel):
    model_config = ConfigDict(extra="forbid")
    reconciliation_id: Identifier
    record_ids: list[Identifier] = Field(min_length=1, max_length=MAX_MEMBERS)
    create_adjustment: bool = False
    adjustment_reason: Text | None = Field(default=None, max_length=MAX_REASON)
    carry: bool = False

    @model_validator(mode="after")
    def _one_way(self) -> "ManualMatch":
        if self.carry and self.create_adjustment:
            raise ValueError("carry leaves a difference open: it goes without an adjustment")
        if self.create_adjustment and not (self.adjustment_reason or "").strip():
            raise ValueError("an adjustment needs an adjustment_reason")
        return self


@router.post("")
async def create(
    body: ManualMatch, request: Request, caller: FromCaller, parts: WithParts
) -> Response:
    """Match chosen entries by hand."""
    claim = caller.claim(request, body.model_dump())
    chosen = Chosen(**body.model_dump() | {"record_ids": list(dict.fromkeys(body.record_ids))})
    async with transaction(parts.worker) as connection:

        async def execute() -> Answer:
            match_id = await parts.manual.make(connection, caller.organization_id, chosen)
            made = await _answer(connection, caller.organization_id, match_id)
            return replace(made, status=201)

        return json_response(await once(connection, claim, at=parts.clock(), execute=execute))


@router.get("/{match_id}")
async def show(match_id: Identifier, caller: FromCaller, parts: WithParts) -> Response:
    organization_id = caller.organization_id
    async with tenant_transaction(parts.api, organization_id=organization_id) as connection:
        rows = await matches.page(connection, organization_id, match_id=match_id)
        if not rows:
            raise not_found("match")
        (view,) = await match_views(connection, organization_id, rows)
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


@router.post("/{match_id}/accept")
async def accept(
    match_id: Identifier, request: Request, caller: FromCaller, parts: WithParts
) -> Response:
    claim = caller.claim(request, None)
    async with transaction(parts.worker) as connection:

        async def execute() -> Answer:
            await parts.suggestions.accept(
                connection, organization_id=caller.organization_id, match_id=match_id
            )
            return await _answer(connection, caller.organization_id, match_id)

        return json_response(await once(connection, claim, at=parts.clock(), execute=execute))


@router.post("/{match_id}/reject")
async def reject(
    match_id: Identifier,
    request: Request,
    caller: FromCaller,
    parts: WithParts,
    reason: Annotated[Text | None, Body(embed=True, max_length=MAX_REASON)] = None,
) -> Response:
    """Reject a suggestion; an accepted match is revoked."""
    claim = caller.claim(request, {"reason": reason})
    async with transaction(parts.worker) as connection:

        async def execute() -> Answer:
            await parts.releaser.revoke(
                connection,
                organization_id=caller.organization_id,
                match_id=match_id,
                reason=reason,
            )
            return await _answer(connection, caller.organization_id, match_id)

        return json_response(await once(connection, claim, at=parts.clock(), execute=execute))


@router.delete("/{match_id}/block")
async def clear_block(
    match_id: Identifier, request: Request, caller: FromCaller, parts: WithParts
) -> Response:
    claim = caller.claim(request, None)
    async with transaction(parts.worker) as connection:

        async def execute() -> Answer:
            await parts.releaser.clear_block(
                connection, organization_id=caller.organization_id, match_id=match_id
            )
            return answer(None, 204)

        return json_response(await once(connection, claim, at=parts.clock(), execute=execute))


async def _answer(connection: Connection, organization_id: int, match_id: int) -> Answer:
    rows = await matches.page(connection, organization_id, match_id=match_id)
    (view,) = await match_views(connection, organization_id, rows)
    return answer(view)


async def match_views(
    connection: Connection, organization_id: int, rows: list[matches.Row]
) -> list[dict[str, Any]]:
    match_ids = [row["id"] for row in rows]
    members = await entries.members_of(connection, organization_id, match_ids)
    adjustments = await matches.adjustments_of(connection, organization_id, match_ids)
    return [match_view(row, members[row["id"]], adjustments[row["id"]]) for row in rows]
