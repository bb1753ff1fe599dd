from typing import Annotated

from fastapi import Query, Response

from tieout_gateway.owners import pass_on
from tieout_gateway.routes.answers import END_CLOSE, FromCaller, guarded_router, sent
from tieout_gateway.routes.tags import IfMatch, if_match_headers, set_etag
from tieout_gateway.shapes.rules import NewRule, Rule, RuleChange, RulesQuery, rule_of
from tieout_gateway.shapes.shape import PathId

router = guarded_router(END_CLOSE, "reconciliation rules")


@router.get("/v1/reconciliation_rules")
async def list_rules(query: Annotated[RulesQuery, Query()], caller: FromCaller) -> list[Rule]:
    """List a reconciliation's rules by priority."""
    answer = await caller.matcher("GET", "/internal/rules", params=sent(query))
    return [rule_of(one) for one in answer.json()]


@router.post("/v1/reconciliation_rules", status_code=201)
async def create_rule(new: NewRule, caller: FromCaller, response: Response) -> Rule:
    """Make a rule; what is open is tried again by it.

    What is wrong with it is 422, naming the JSON path and the remedy; what its author should know
    of a rule that is in order stands in `warnings`.
    """
    body = new.model_dump(mode="json", exclude_unset=True)
    answer = await caller.matcher("POST", "/internal/rules", json=body)
    pass_on(answer, response)
    set_etag(answer.json(), response)
    return rule_of(answer.json())


@router.get("/v1/reconciliation_rules/{id}")
async def get_rule(id: PathId, caller: FromCaller, response: Response) -> Rule:  # noqa: A002  # the path's own name
    """Show one rule."""
    told = (await caller.matcher("GET", f"/internal/rules/{id}")).json()
    set_etag(told, response)
    return rule_of(told)


@router.patch("/v1/reconciliation_rules/{id}")
async def update_rule(
    id: PathId,  # noqa: A002  # the path's own name
    change: RuleChange,
    caller: FromCaller,
    response: Response,
    if_match: IfMatch = None,
) -> Rule:
    """Make the next version of a rule; what is open is tried again, matches keep theirs."""
    answer = await caller.matcher(
        "PATCH",
        f"/internal/rules/{id}",
        json=change.model_dump(mode="json", exclude_unset=True),
        headers=if_match_headers(if_match),
    )
    pass_on(answer, response)
    set_etag(answer.json(), response)
    return rule_of(answer.json())


@router.delete("/v1/reconciliation_rules/{id}", status_code=204)
async def delete_rule(id: PathId, caller: FromCaller, response: Response) -> None:  # noqa: A002  # the path's own name
    """Retire a rule; matches it made stay."""
    pass_on(await caller.matcher("DELETE", f"/internal/rules/{id}"), response)
