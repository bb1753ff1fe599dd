from fastapi import Response

from tieout_gateway.owners import pass_on
from tieout_gateway.routes.answers import END_CLOSE, FromCaller, also, guarded_router
from tieout_gateway.shapes.rule_proposals import RuleProposals, proposals_of
from tieout_gateway.shapes.shape import PathId

router = guarded_router(END_CLOSE, "reconciliation rules")


@router.post(
    "/v1/reconciliations/{id}/rule_proposals",
    status_code=201,
    responses=also(200, RuleProposals, "Nothing was filed; `reason` says why"),
)
async def propose_rules(id: PathId, caller: FromCaller, response: Response) -> RuleProposals:  # noqa: A002  # the path's own name
    """Learn rules from open entries and from what people matched, and file them as proposed.

    A proposed rule matches nothing until its `status` is changed to `active`. The same data give
    the same rules; none is filed twice, nor again after it was deleted. 200 when none is filed:
    `reason` says why. `confidence` is high only where people made 50 of its matches and contradict
    none; `sample_match_rate` is how many of the records looked at it would match. One search at a
    time is computed: 429 `busy` asks to come back; one that takes too long is 503.
    """
    answer = await caller.matcher("POST", f"/internal/reconciliations/{id}/rule_proposals")
    pass_on(answer, response)
    return proposals_of(answer.json())
