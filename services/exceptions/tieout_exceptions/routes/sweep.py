"""Internal HTTP: one sweep now, instead of at the next tick."""

from fastapi import APIRouter, Response

from tieout_exceptions.routes.requests import WithParts, reply

router = APIRouter(prefix="/internal")


@router.post("/sweep")
async def sweep(parts: WithParts) -> Response:
    return reply({"claimed": await parts.sweeper.sweep()})
