"""Internal HTTP: rules tried on the past. Nothing is written, so a key makes no difference."""

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from tieout_matcher.backtests import Backtest
from tieout_matcher.domain.rule import RuleError
from tieout_matcher.domain.rule_draft import RuleDraft, read_draft
from tieout_matcher.routes.backtest_views import backtest_view
from tieout_matcher.routes.replies import FromCaller, Identifier, WithParts, reply
from tieout_runtime.problems import invalid

router = APIRouter(prefix="/internal/backtests")
MAX_RULES = 50


class NewBacktest(BaseModel):
    model_config = ConfigDict(extra="forbid")
    reconciliation_id: Identifier
    rules: Annotated[list[dict[str, Any]], Field(max_length=MAX_RULES)]
    with_rules_in_force: bool = False
    date_from: dt.date
    date_to: dt.date


@router.post("")
async def create(body: NewBacktest, caller: FromCaller, parts: WithParts) -> Response:
    """Tell what rules would have made of a window of the past."""
    if body.date_to < body.date_from:
        raise invalid("$.date_to", "is not before date_from")
    if not body.rules and not body.with_rules_in_force:
        raise invalid("$.rules", "is empty: state a rule, or with_rules_in_force")
    asked = Backtest(
        key=(caller.organization_id, body.reconciliation_id),
        drafts=[_read(body, place) for place in range(len(body.rules))],
        with_rules_in_force=body.with_rules_in_force,
        date_from=body.date_from,
        date_to=body.date_to,
    )
    return reply(backtest_view(asked, await parts.backtests.run(asked)))


def _read(body: NewBacktest, place: int) -> RuleDraft:
    """Read a draft; it is one of the reconciliation, and need not say so."""
    named = {"reconciliation_id": body.reconciliation_id}
    path = f"$.rules[{place}]"
    try:
        draft = read_draft(named | body.rules[place])
    except RuleError as error:
        raise invalid(error.path.replace("$", path, 1), error.message) from error
    if draft.reconciliation_id != body.reconciliation_id:
        raise invalid(f"{path}.reconciliation_id", "is not that of the backtest: leave it out")
    return draft
