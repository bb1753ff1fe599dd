from functools import partial
from typing import Annotated

from fastapi import Query, Response

from tieout_gateway.owners import pass_on
from tieout_gateway.routes.answers import COREBANQ, FromCaller, guarded_router
from tieout_gateway.shapes.corebanq import OrderedPage, PathItemId, PathRunId, page_of
from tieout_gateway.shapes.corebanq_discrepancies import (
    STATUSES,
    CloseItem,
    DiscrepanciesQuery,
    Discrepancy,
    discrepancy_of,
)
from tieout_gateway.shapes.corebanq_entries import Item, item_of

router = guarded_router(COREBANQ, "items and discrepancies")
_ITEM = "/v1/ledgers/reconciliation/items/{itemID}"


@router.get("/v1/ledgers/reconciliation/runs/{runID}/discrepancies")
async def list_discrepancies(
    runID: PathRunId,  # noqa: N803  # the path's own name
    query: Annotated[DiscrepanciesQuery, Query()],
    caller: FromCaller,
) -> OrderedPage[Discrepancy]:
    """List what is late or wrong of a run's items, or differs from one."""
    items = (await caller.matcher("GET", f"/internal/ledger_runs/{runID}/item_ids")).json()
    wanted = {
        "reconciliation_id": items["ledger_id"],
        "record_ids": items["record_ids"],
        "statuses": None if query.status is None else STATUSES[query.status],
        "order": query.order,
        "limit": query.limit,
        "offset": query.offset,
    }
    told = await caller.exceptions("POST", "/internal/breaks/of_records", json=wanted)
    shown = partial(discrepancy_of, run_id=runID)
    return OrderedPage[Discrepancy](**page_of(told.json(), shown))


@router.post(f"{_ITEM}/close")
async def close_item(
    itemID: PathItemId,  # noqa: N803  # the path's own name
    close: CloseItem,
    caller: FromCaller,
    response: Response,
) -> Item:
    """Close a source entry that needs no match; its discrepancy closes with it.

    A matched one is 409: reject its match first. A suggestion of it is dropped.
    """
    body = close.model_dump(mode="json")
    answer = await caller.matcher("POST", f"/internal/ledger_items/{itemID}/close", json=body)
    pass_on(answer, response)
    return item_of(answer.json())


@router.post(f"{_ITEM}/reopen")
async def reopen_item(
    itemID: PathItemId,  # noqa: N803  # the path's own name
    caller: FromCaller,
    response: Response,
) -> Item:
    """Open a closed source entry again, and its discrepancy."""
    answer = await caller.matcher("POST", f"/internal/ledger_items/{itemID}/reopen")
    pass_on(answer, response)
    return item_of(answer.json())
