from typing import Annotated

from fastapi import Query, Response

from tieout_gateway.owners import pass_on
from tieout_gateway.routes.answers import COREBANQ, FromCaller, guarded_router, sent
from tieout_gateway.shapes.corebanq import OrderedPage, PathMatchId, PathRunId, page_of
from tieout_gateway.shapes.corebanq_entries import (
    GeneralEntriesQuery,
    GeneralEntry,
    Item,
    ItemsQuery,
    LedgerMatch,
    LedgerMatchesQuery,
    Links,
    MatchNote,
    general_entry_of,
    item_of,
    ledger_match_of,
)

router = guarded_router(COREBANQ, "matches and views")
_RUN = "/v1/ledgers/reconciliation/runs/{runID}"
_MATCH = "/v1/ledgers/reconciliation/matches/{matchID}"


@router.post(f"{_RUN}/manual-match", status_code=201)
async def link_entries(
    runID: PathRunId,  # noqa: N803  # the path's own name
    links: Links,
    caller: FromCaller,
    response: Response,
) -> LedgerMatch:
    """Match chosen entries by hand; they need not tie.

    The smaller sum is taken whole, and as much of the other side, its oldest entries first; what
    is left of an entry stays open as `partial`.
    """
    body = links.model_dump(mode="json")
    answer = await caller.matcher("POST", f"/internal/ledger_runs/{runID}/manual_match", json=body)
    pass_on(answer, response)
    return ledger_match_of(answer.json())


@router.get(f"{_RUN}/matches")
async def list_ledger_matches(
    runID: PathRunId,  # noqa: N803  # the path's own name
    query: Annotated[LedgerMatchesQuery, Query()],
    caller: FromCaller,
) -> OrderedPage[LedgerMatch]:
    """List the matches of a run, rejected ones too."""
    path = f"/internal/ledger_runs/{runID}/matches"
    told = (await caller.matcher("GET", path, params=sent(query))).json()
    return OrderedPage[LedgerMatch](**page_of(told, ledger_match_of))


@router.post(f"{_MATCH}/accept")
async def accept_ledger_match(
    matchID: PathMatchId,  # noqa: N803  # the path's own name
    caller: FromCaller,
    response: Response,
) -> LedgerMatch:
    """Accept a suggested match; accepted already, nothing changes."""
    answer = await caller.matcher("POST", f"/internal/ledger_matches/{matchID}/accept")
    pass_on(answer, response)
    return ledger_match_of(answer.json())


@router.post(f"{_MATCH}/reject")
async def reject_ledger_match(
    matchID: PathMatchId,  # noqa: N803  # the path's own name
    caller: FromCaller,
    response: Response,
) -> LedgerMatch:
    """Reject a match, suggested or accepted: its entries are open, no rule makes it again."""
    answer = await caller.matcher("POST", f"/internal/ledger_matches/{matchID}/reject")
    pass_on(answer, response)
    return ledger_match_of(answer.json())


@router.patch(f"{_MATCH}/note")
async def change_match_note(
    matchID: PathMatchId,  # noqa: N803  # the path's own name
    change: MatchNote,
    caller: FromCaller,
    response: Response,
) -> LedgerMatch:
    """Change the note of a match."""
    path = f"/internal/ledger_matches/{matchID}/note"
    answer = await caller.matcher("PATCH", path, json=change.model_dump(mode="json"))
    pass_on(answer, response)
    return ledger_match_of(answer.json())


@router.get(f"{_RUN}/items")
async def list_items(
    runID: PathRunId,  # noqa: N803  # the path's own name
    query: Annotated[ItemsQuery, Query()],
    caller: FromCaller,
) -> OrderedPage[Item]:
    """List the source entries of a run."""
    path = f"/internal/ledger_runs/{runID}/items"
    told = (await caller.matcher("GET", path, params=sent(query))).json()
    return OrderedPage[Item](**page_of(told, item_of))


@router.get(f"{_RUN}/gl-only")
async def list_unlinked_entries(
    runID: PathRunId,  # noqa: N803  # the path's own name
    query: Annotated[GeneralEntriesQuery, Query()],
    caller: FromCaller,
) -> OrderedPage[GeneralEntry]:
    """List the ledger's entries that are in no suggested or accepted match of any run."""
    return await _general_entries(runID, query, caller, unlinked=True)


@router.get(f"{_RUN}/gl-all")
async def list_ledger_entries(
    runID: PathRunId,  # noqa: N803  # the path's own name
    query: Annotated[GeneralEntriesQuery, Query()],
    caller: FromCaller,
) -> OrderedPage[GeneralEntry]:
    """List all entries of the run's ledger."""
    return await _general_entries(runID, query, caller, unlinked=False)


async def _general_entries(
    run_id: int, query: GeneralEntriesQuery, caller: FromCaller, *, unlinked: bool
) -> OrderedPage[GeneralEntry]:
    path = f"/internal/ledger_runs/{run_id}/general_entries"
    told = await caller.matcher("GET", path, params=sent(query) | {"unlinked": unlinked})
    return OrderedPage[GeneralEntry](**page_of(told.json(), general_entry_of))
