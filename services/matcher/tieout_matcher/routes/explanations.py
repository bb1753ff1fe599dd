"""Internal HTTP: why a match was made, why an entry is open."""

from fastapi import APIRouter, Response

from tieout_matcher.routes.replies import FromCaller, Identifier, WithParts, reply

router = APIRouter(prefix="/internal")


@router.get("/matches/{match_id}/explanation")
async def of_match(match_id: Identifier, caller: FromCaller, parts: WithParts) -> Response:
    return reply(await parts.explanations.of_match(caller.organization_id, match_id))


@router.get("/reconciliations/{reconciliation_id}/entries/{record_id}/explanation")
async def of_entry(
    reconciliation_id: Identifier, record_id: Identifier, caller: FromCaller, parts: WithParts
) -> Response:
    key = (caller.organization_id, reconciliation_id)
    return reply(await parts.explanations.of_entry(key, record_id))
