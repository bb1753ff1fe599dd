from fastapi import Response

from tieout_gateway.owners import pass_on
from tieout_gateway.routes.answers import LERIAN, FromCaller, guarded_router
from tieout_gateway.shapes.lerian_bulk import (
    BulkAssignment,
    BulkOutcome,
    BulkResolution,
    bulk_outcome_of,
)

router = guarded_router(LERIAN, "exceptions")


@router.post("/v1/exceptions/bulk/assign")
async def assign_exceptions(
    bulk: BulkAssignment, caller: FromCaller, response: Response
) -> BulkOutcome:
    """Give up to 100 exceptions to somebody, with an answer for each."""
    body = {"ids": bulk.exception_ids, "assignee": bulk.assignee}
    answer = await caller.exceptions("POST", "/internal/breaks/bulk/assign", json=body)
    pass_on(answer, response)
    return bulk_outcome_of(answer.json())


@router.post("/v1/exceptions/bulk/resolve")
async def resolve_exceptions(
    bulk: BulkResolution, caller: FromCaller, response: Response
) -> BulkOutcome:
    """Force-match up to 100 exceptions, each by itself, with an answer for each.

    The whole amount of each is written off by a match of its own, that can be revoked.
    """
    body = {
        "ids": bulk.exception_ids,
        "override_reason": bulk.resolution,
        "notes": bulk.reason,
    }
    answer = await caller.exceptions("POST", "/internal/breaks/bulk/resolve", json=body)
    pass_on(answer, response)
    return bulk_outcome_of(answer.json())
