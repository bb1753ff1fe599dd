import asyncio

from tieout_gateway.owners import Asking
from tieout_gateway.routes.answers import END_CLOSE, FromCaller, guarded_router
from tieout_gateway.routes.reconciliations import streams_of
from tieout_gateway.shapes.explanations import (
    EntryExplanation,
    MatchExplanation,
    entry_explanation_of,
    match_explanation_of,
)
from tieout_gateway.shapes.shape import PathId

router = guarded_router(END_CLOSE, "explanations")


@router.get("/v1/reconciliation_matches/{id}/explanation")
async def explain_match(id: PathId, caller: FromCaller) -> MatchExplanation:  # noqa: A002  # the path's own name
    """Say why a match was made: by which version of which rule, condition by condition."""
    answer, streams = await asyncio.gather(
        caller.matcher("GET", f"/internal/matches/{id}/explanation"), streams_of(caller)
    )
    keys = {number: stream["key"] for number, stream in streams.items()}
    return match_explanation_of(answer.json(), keys)


@router.get("/v1/reconciliations/{id}/entries/{record_id}/explanation")
async def explain_entry(
    id: PathId,  # noqa: A002  # the path's own name
    record_id: PathId,
    caller: FromCaller,
) -> EntryExplanation:
    """Say why an entry is open: what nearly matched, and the least change that would have helped.

    An entry that is matched, or reserved by a suggestion, is explained by its match.
    """
    return await entry_explained(caller, id, record_id)


async def entry_explained(
    caller: Asking, reconciliation_id: int, record_id: int
) -> EntryExplanation:
    """Have the matcher explain an entry, and name the data streams in it."""
    path = f"/internal/reconciliations/{reconciliation_id}/entries/{record_id}/explanation"
    answer, streams = await asyncio.gather(caller.matcher("GET", path), streams_of(caller))
    keys = {number: stream["key"] for number, stream in streams.items()}
    return entry_explanation_of(answer.json(), keys)
