from typing import Annotated

from fastapi import Query, Response

from tieout_gateway.owners import pass_on
from tieout_gateway.routes.answers import END_CLOSE, FromCaller, guarded_router, sent
from tieout_gateway.routes.tags import IfMatch, if_match_headers, set_etag
from tieout_gateway.shapes.backtest_results import BacktestResult, backtest_of
from tieout_gateway.shapes.backtests import NewBacktest
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


@router.post("/v1/reconciliation_rules/backtest")
async def backtest_rules(
    new: NewBacktest, caller: FromCaller, response: Response
) -> BacktestResult:
    """Try rules on the past, as if they had been in force from its start; nothing is written.

    Entries are decided on arrival in their order, then passes solve what is left as one whole. The
    truth are the pairs of accepted matches, whoever made them: by rules, by hand or by force. A
    window of more entries than can be computed is 422; name a shorter one. One at a time is
    computed: 429 `busy` asks to come back.
    """
    body = new.model_dump(mode="json", exclude_unset=True)
    answer = await caller.matcher("POST", "/internal/backtests", json=body)
    pass_on(answer, response)
    return backtest_of(answer.json())


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
