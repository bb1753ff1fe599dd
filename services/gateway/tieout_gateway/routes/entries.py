import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import Query, Request, Response

from tieout_gateway.owners import Asking, pass_on
from tieout_gateway.routes.answers import END_CLOSE, FromCaller, guarded_router
from tieout_gateway.routes.reconciliations import streams_of
from tieout_gateway.shapes.entries import (
    EntriesQuery,
    Entry,
    MarkOverdue,
    Surroundings,
    entry_of,
    may_be_raised,
)
from tieout_gateway.shapes.paging import CursorPage
from tieout_gateway.shapes.shape import PathId

router = guarded_router(END_CLOSE, "entries")
_STATUSES = {"reconciled": "matched", "unreconciled": "unmatched"}


@router.get("/v1/reconciliations/{id}/entries")
async def list_entries(
    id: PathId,  # noqa: A002  # the path's own name
    query: Annotated[EntriesQuery, Query()],
    request: Request,
    caller: FromCaller,
) -> CursorPage[Entry]:
    """List the entries of a reconciliation, each with its status and, while open, the reason."""
    path = f"/internal/reconciliations/{id}/entries"
    page = (await caller.matcher("GET", path, params=_params(query))).json()
    return CursorPage(
        data=await _entries(caller, id, page["data"], at=request.app.state.clock()),
        next_cursor=page["next_cursor"],
        limit=page["limit"],
    )


@router.get("/v1/reconciliations/{id}/entries/{record_id}")
async def get_entry(
    id: PathId,  # noqa: A002  # the path's own name
    record_id: PathId,
    request: Request,
    caller: FromCaller,
) -> Entry:
    """Show a record's entry in a reconciliation."""
    path = f"/internal/reconciliations/{id}/entries/{record_id}"
    told = (await caller.matcher("GET", path)).json()
    return (await _entries(caller, id, [told], at=request.app.state.clock()))[0]


@router.post("/v1/reconciliations/{id}/records/{record_id}/mark_overdue")
async def mark_overdue(
    id: PathId,  # noqa: A002  # the path's own name
    record_id: PathId,
    response: Response,
    caller: FromCaller,
    mark: MarkOverdue | None = None,
) -> Entry:
    """Say since when a record is overdue; an entry that is matched already is 409.

    Its exception follows: this answer never shows it, whenever it is asked for again.
    """
    path = f"/internal/reconciliations/{id}/records/{record_id}/mark_overdue"
    body = mark.model_dump(mode="json", exclude_none=True) if mark else {}
    answer = await caller.matcher("POST", path, json=body)
    pass_on(answer, response)
    told = answer.json()
    if "fields" not in told:  # the entry has not arrived; its record is known to ingest
        record = (await caller.ingest("GET", f"/internal/records/{record_id}")).json()
        told = told | {"fields": record["fields"]}
    at = datetime.fromisoformat(told["marked_at"])
    return (await _entries(caller, id, [told], at=at, with_raised=False))[0]


def _params(query: EntriesQuery) -> dict[str, Any]:
    params = {
        "status": _STATUSES.get(query.status or ""),
        "side": query.side,
        "stream_id": query.data_stream_id,
        "overdue": query.escalated,
        "cursor": query.cursor,
        "limit": query.limit,
    }
    return {name: value for name, value in params.items() if value is not None}


async def _entries(
    caller: Asking,
    reconciliation_id: int,
    told: Sequence[dict[str, Any]],
    *,
    at: datetime,
    with_raised: bool = True,
) -> list[Entry]:
    """Render entries with the names and exceptions that other services know."""
    asked = [one["record_id"] for one in told if with_raised and may_be_raised(one)]
    reconciliation, streams, raised = await asyncio.gather(
        caller.matcher("GET", f"/internal/reconciliations/{reconciliation_id}"),
        streams_of(caller),
        _raised(caller, reconciliation_id, asked),
    )
    around = Surroundings(
        reconciliation_name=reconciliation.json()["name"],
        stream_keys={number: stream["key"] for number, stream in streams.items()},
        raised=raised,
        today=at.date(),
    )
    return [entry_of(one, around) for one in told]


async def _raised(
    caller: Asking, reconciliation_id: int, record_ids: Sequence[int]
) -> dict[str, dict[str, Any]]:
    """Ask which exceptions show these records; by record id, as text."""
    if not record_ids:
        return {}
    params = {
        "reconciliation_id": reconciliation_id,
        "record_ids": ",".join(map(str, record_ids)),
    }
    answer = await caller.exceptions("GET", "/internal/entry_exceptions", params=params)
    found: dict[str, dict[str, Any]] = answer.json()
    return found
