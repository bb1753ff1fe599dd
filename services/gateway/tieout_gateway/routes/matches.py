from typing import Annotated

from fastapi import Query, Response

from tieout_gateway.owners import pass_on
from tieout_gateway.routes.answers import END_CLOSE, FromCaller, guarded_router, sent
from tieout_gateway.shapes.matches import Match, MatchesQuery, MatchRejection, NewMatch, match_of
from tieout_gateway.shapes.paging import CountedPage
from tieout_gateway.shapes.shape import PathId

router = guarded_router(END_CLOSE, "reconciliation matches")


@router.get("/v1/reconciliation_matches")
async def list_matches(
    query: Annotated[MatchesQuery, Query()], caller: FromCaller
) -> CountedPage[Match]:
    """List matches; their records are listed by `GET /v1/records?reconciliation_match_id=`."""
    page = (await caller.matcher("GET", "/internal/matches", params=sent(query))).json()
    return CountedPage(
        data=[match_of(one) for one in page["data"]],
        has_more=page["has_more"],
        offset=page["offset"],
        total_count=page["total_count"],
    )


@router.post("/v1/reconciliation_matches", status_code=201)
async def create_match(new: NewMatch, caller: FromCaller, response: Response) -> Match:
    """Match chosen records by hand; what does not tie is 422, with the difference."""
    body = new.model_dump(mode="json")
    answer = await caller.matcher("POST", "/internal/matches", json=body)
    pass_on(answer, response)
    return match_of(answer.json())


@router.get("/v1/reconciliation_matches/{id}")
async def get_match(id: PathId, caller: FromCaller) -> Match:  # noqa: A002  # the path's own name
    """Show one match."""
    return match_of((await caller.matcher("GET", f"/internal/matches/{id}")).json())


@router.delete("/v1/reconciliation_matches/{id}", status_code=204)
async def delete_match(id: PathId, caller: FromCaller, response: Response) -> None:  # noqa: A002  # the path's own name
    """Revoke a match: its records are open again, and no rule makes the same match again."""
    pass_on(await caller.matcher("DELETE", f"/internal/matches/{id}", json={}), response)


@router.post("/v1/reconciliation_matches/{id}/accept")
async def accept_match(id: PathId, caller: FromCaller, response: Response) -> Match:  # noqa: A002  # the path's own name
    """Accept a suggestion; accepted already, nothing changes."""
    answer = await caller.matcher("POST", f"/internal/matches/{id}/accept")
    pass_on(answer, response)
    return match_of(answer.json())


@router.post("/v1/reconciliation_matches/{id}/reject")
async def reject_match(
    id: PathId,  # noqa: A002  # the path's own name
    rejection: MatchRejection,
    caller: FromCaller,
    response: Response,
) -> Match:
    """Reject a suggestion, or revoke a match: no rule makes the same again."""
    body = rejection.model_dump(mode="json")
    answer = await caller.matcher("POST", f"/internal/matches/{id}/reject", json=body)
    pass_on(answer, response)
    return match_of(answer.json())


@router.delete("/v1/reconciliation_matches/{id}/block", status_code=204)
async def clear_block(id: PathId, caller: FromCaller, response: Response) -> None:  # noqa: A002  # the path's own name
    """Let rules make a match again that was rejected or revoked."""
    pass_on(await caller.matcher("DELETE", f"/internal/matches/{id}/block"), response)
