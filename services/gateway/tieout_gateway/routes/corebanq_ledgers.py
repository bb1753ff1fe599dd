from typing import Annotated

from fastapi import Query, Response

from tieout_gateway.owners import pass_on
from tieout_gateway.routes.answers import COREBANQ, FromCaller, also, guarded_router, sent
from tieout_gateway.shapes.corebanq import OrderedPage, PathLedgerId, page_of
from tieout_gateway.shapes.corebanq_ledgers import (
    AccountsQuery,
    AddedEntries,
    Ledger,
    LedgerAccount,
    NewLedger,
    NewLedgerEntries,
    account_of,
    added_entries_of,
    ledger_of,
)

router = guarded_router(COREBANQ, "ledgers")


@router.post("/v1/ledgers", status_code=201)
async def create_ledger(new: NewLedger, caller: FromCaller, response: Response) -> Ledger:
    """Make a ledger: statements on one side, the entries of the general ledger on the other.

    It begins with one rule (same amount and currency, dates within three days), which can be
    changed; nothing is matched before a run is told to.
    """
    body = new.model_dump(mode="json")
    answer = await caller.matcher("POST", "/internal/ledgers", json=body)
    pass_on(answer, response)
    return ledger_of(answer.json())


@router.post(
    "/v1/ledgers/{id}/entries",
    status_code=201,
    responses=also(200, AddedEntries, "All of them were there already; nothing was added"),
)
async def add_ledger_entries(
    id: PathLedgerId,  # noqa: A002  # the path's own name
    new: NewLedgerEntries,
    caller: FromCaller,
    response: Response,
) -> AddedEntries:
    """Add entries of the general ledger: all of them, or none."""
    ledger = (await caller.matcher("GET", f"/internal/ledgers/{id}")).json()
    path = f"/internal/streams/{ledger['gl_stream_key']}/entries"
    answer = await caller.ingest("POST", path, json={"entries": new.as_records})
    pass_on(answer, response)
    return added_entries_of(answer.json())


@router.get("/v1/ledgers/accounts")
async def list_ledger_accounts(
    query: Annotated[AccountsQuery, Query()], caller: FromCaller
) -> OrderedPage[LedgerAccount]:
    """List the accounts that entries name, with how many of their entries are not reconciled."""
    told = (await caller.matcher("GET", "/internal/ledger_accounts", params=sent(query))).json()
    return OrderedPage[LedgerAccount](**page_of(told, account_of))
