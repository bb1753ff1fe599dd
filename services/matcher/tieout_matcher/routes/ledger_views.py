"""Internal HTTP: what a run of a ledger shows."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from tieout_matcher.routes.ledger_runs import run_of
from tieout_matcher.routes.matches import match_views
from tieout_matcher.routes.ordered_pages import OrderedQuery, ordered_page
from tieout_matcher.routes.replies import FromCaller, Identifier, WithParts
from tieout_matcher.store import ledger_views, matches
from tieout_matcher.store.ledger_views import Row, Stretch
from tieout_matcher.views import ledger_entry_view
from tieout_runtime.postgres import Connection, tenant_transaction
from tieout_runtime.problems import not_found

router = APIRouter(prefix="/internal")
EntrySort = Literal["created_at", "date", "amount"]
# As this dialect tells them: a revoked match was rejected.
_STATUSES = {
    "suggested": ["suggested"],
    "accepted": ["accepted"],
    "rejected": ["rejected", "revoked"],
}


class ItemsQuery(OrderedQuery):
    status: Literal["unmatched", "matched", "partial", "closed"] | None = None
    sort: EntrySort = "created_at"


class GeneralQuery(OrderedQuery):
    unlinked: bool = False
    sort: EntrySort = "created_at"


class MatchesQuery(OrderedQuery):
    status: Literal["suggested", "accepted", "rejected"] | None = None
    sort: Literal["created_at", "score"] = "created_at"


@router.get("/ledger_runs/{run_id}/items")
async def items(
    run_id: Identifier,
    query: Annotated[ItemsQuery, Query()],
    caller: FromCaller,
    parts: WithParts,
) -> Response:
    run = (caller.organization_id, run_id)
    async with tenant_transaction(parts.api, organization_id=run[0]) as connection:
        await run_of(connection, run)
        rows, total, unfiltered = await ledger_views.items(
            connection, run, status=query.status, stretch=_stretch(query)
        )
    data = [ledger_entry_view(row) for row in rows]
    return ordered_page(data, query, total=total, total_unfiltered=unfiltered)


@router.get("/ledger_runs/{run_id}/general_entries")
async def general_entries(
    run_id: Identifier,
    query: Annotated[GeneralQuery, Query()],
    caller: FromCaller,
    parts: WithParts,
) -> Response:
    key = (caller.organization_id, run_id)
    async with tenant_transaction(parts.api, organization_id=key[0]) as connection:
        run = await run_of(connection, key)
        rows, total, unfiltered = await ledger_views.general_entries(
            connection,
            (key[0], run["ledger_id"]),
            unlinked=query.unlinked,
            stretch=_stretch(query),
        )
    data = [ledger_entry_view(row) for row in rows]
    return ordered_page(data, query, total=total, total_unfiltered=unfiltered)


@router.get("/ledger_runs/{run_id}/matches")
async def listing(
    run_id: Identifier,
    query: Annotated[MatchesQuery, Query()],
    caller: FromCaller,
    parts: WithParts,
) -> Response:
    run = (caller.organization_id, run_id)
    async with tenant_transaction(parts.api, organization_id=run[0]) as connection:
        await run_of(connection, run)
        ids, total, unfiltered = await ledger_views.match_ids(
            connection,
            run,
            statuses=None if query.status is None else _STATUSES[query.status],
            stretch=_stretch(query),
        )
        data = [await ledger_match_of(connection, run[0], one) for one in ids]
    return ordered_page(data, query, total=total, total_unfiltered=unfiltered)


async def ledger_match_of(
    connection: Connection, organization_id: int, match_id: int
) -> dict[str, Any]:
    """Load a match as a run shows it; raises Problem 404 where no run of a ledger made it."""
    run_id = await ledger_views.run_of_match(connection, organization_id, match_id)
    if run_id is None:
        raise not_found("match")
    rows = await matches.page(connection, organization_id, match_id=match_id)
    (view,) = await match_views(connection, organization_id, rows)
    return view | {"ledger_run_id": run_id, "note": rows[0]["note"]}


async def item_of(connection: Connection, organization_id: int, record_id: int) -> dict[str, Any]:
    """Load an item; raises Problem 404."""
    row: Row | None = await ledger_views.item(connection, organization_id, record_id)
    if row is None:
        raise not_found("item")
    return ledger_entry_view(row)


def _stretch(query: ItemsQuery | GeneralQuery | MatchesQuery) -> Stretch:
    return Stretch(
        sort=query.sort, direction=query.direction, limit=query.limit, offset=query.offset
    )
