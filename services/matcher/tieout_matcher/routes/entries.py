"""Internal HTTP: entries of a reconciliation, and mark_overdue."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict

from tieout_contracts.ids import IdError, integer_id
from tieout_matcher.parts import Parts
from tieout_matcher.routes.replies import (
    FromCaller,
    Identifier,
    Moment,
    Position,
    WithParts,
    answer,
    reply,
)
from tieout_matcher.store import entries, reconciliations
from tieout_matcher.views import entry_view
from tieout_runtime.idempotency import Answer, once
from tieout_runtime.internal import Caller, json_response
from tieout_runtime.postgres import Connection, tenant_transaction, transaction
from tieout_runtime.problems import invalid, not_found

router = APIRouter(prefix="/internal/reconciliations/{reconciliation_id}")


class MarkOverdue(BaseModel):
    model_config = ConfigDict(extra="forbid")
    overdue_at: Moment | None = None


@router.get("/entries")
async def listing(
    reconciliation_id: Identifier,
    caller: FromCaller,
    parts: WithParts,
    status: Literal["matched", "unmatched"] | None = None,
    side: Literal["A", "B"] | None = None,
    stream_id: Identifier | None = None,
    overdue: bool | None = None,  # a query parameter
    record_ids: str | None = None,
    cursor: Position = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Response:
    wanted = entries.EntryFilter(
        after=cursor,
        matched=None if status is None else status == "matched",
        side=side,
        stream_id=stream_id,
        overdue=overdue,
        record_ids=_identifiers(record_ids),
    )
    key = (caller.organization_id, reconciliation_id)
    async with tenant_transaction(parts.api, organization_id=caller.organization_id) as connection:
        rows = await entries.page(connection, key, wanted, limit=limit + 1)
        data = await _views(connection, key, rows[:limit])
    position = "entry_no" if wanted.in_entry_order else "record_id"
    next_cursor = str(rows[limit - 1][position]) if len(rows) > limit else None
    return reply({"data": data, "next_cursor": next_cursor, "limit": limit})


@router.get("/entries/{record_id}")
async def show(
    reconciliation_id: Identifier, record_id: Identifier, caller: FromCaller, parts: WithParts
) -> Response:
    key = (caller.organization_id, reconciliation_id)
    return reply(await _entry(parts, key, record_id))


@router.post("/records/{record_id}/mark_overdue")
async def mark_overdue(
    reconciliation_id: Identifier,
    record_id: Identifier,
    body: MarkOverdue,
    request: Request,
    caller: FromCaller,
    parts: WithParts,
) -> Response:
    key = (caller.organization_id, reconciliation_id)
    claim = caller.claim(request, body.model_dump(mode="json"))
    stream_id = await _stream_of(parts, caller, key, record_id)
    async with transaction(parts.worker) as connection:

        async def execute() -> Answer:
            when = await parts.overdue.mark(
                connection,
                key,
                record_id=record_id,
                record_stream_id=stream_id,
                overdue_at=body.overdue_at,
            )
            found = await _found(connection, key, record_id)
            told = found or _awaited(key, record_id, stream_id, when)
            return answer({**told, "marked_at": parts.clock()})

        return json_response(await once(connection, claim, at=parts.clock(), execute=execute))


def _awaited(
    key: tuple[int, int], record_id: int, stream_id: int, overdue_at: datetime
) -> dict[str, Any]:
    """Show an entry that has not arrived; its overdue time waits for it."""
    return {
        "record_id": record_id,
        "reconciliation_id": key[1],
        "stream_id": stream_id,
        "status": "unmatched",
        "overdue_at": overdue_at,
        "matched": [],
        "reason": {"code": "not_arrived", "message": "the record has not arrived here yet"},
    }


async def _stream_of(parts: Parts, caller: Caller, key: tuple[int, int], record_id: int) -> int:
    """Return the record's stream: from its entry, else from the owner of records (404)."""
    async with tenant_transaction(parts.api, organization_id=key[0]) as connection:
        row = await entries.entry_row(connection, key, record_id)
    if row is not None:
        return int(row["stream_id"])
    response = await parts.ingest.call(
        "GET",
        f"/internal/records/{record_id}",
        organization_id=caller.organization_id,
        account_id=caller.account_id,
    )
    return int(response.json()["stream_id"])


async def _entry(parts: Parts, key: tuple[int, int], record_id: int) -> dict[str, Any]:
    async with tenant_transaction(parts.api, organization_id=key[0]) as connection:
        found = await _found(connection, key, record_id)
    if found is None:
        raise not_found("entry")
    return found


async def _found(
    connection: Connection, key: tuple[int, int], record_id: int
) -> dict[str, Any] | None:
    row = await entries.entry_row(connection, key, record_id)
    return None if row is None else (await _views(connection, key, [row]))[0]


async def _views(
    connection: Connection, key: tuple[int, int], rows: list[entries.Row]
) -> list[dict[str, Any]]:
    found = await reconciliations.page(connection, key[0], reconciliation_id=key[1])
    if not found:
        raise not_found("reconciliation")
    match_ids = list({row["match_id"] for row in rows if row["match_id"] is not None})
    members = await entries.members_of(connection, key[0], match_ids)
    return [
        entry_view(
            row,
            reconciliation_id=key[1],
            rekey_after=found[0]["rekey_after"],
            matched=members.get(row["match_id"], ()),
        )
        for row in rows
    ]


def _identifiers(text: str | None) -> list[int] | None:
    if text is None:
        return None
    try:
        return [integer_id(one.strip()) for one in text.split(",") if one.strip()]
    except IdError as error:
        raise invalid("record_ids", "is a list of identifiers with commas") from error
