"""Internal HTTP: rules that the matcher proposes. They match nothing until a person says so."""

from fastapi import APIRouter, Request, Response

from tieout_matcher.routes.replies import FromCaller, Identifier, WithParts, answer
from tieout_matcher.rule_proposals import Found
from tieout_matcher.store import reconciliations
from tieout_matcher.views import JsonObject, rule_views
from tieout_runtime.idempotency import Answer, once
from tieout_runtime.internal import json_response
from tieout_runtime.postgres import tenant_transaction

router = APIRouter(prefix="/internal/reconciliations/{reconciliation_id}/rule_proposals")
_WHY_NOTHING = {
    "too_little": "there is too little to learn from: it takes open entries on both sides, or "
    "matches that people made",
    "nothing_found": "no new rule was found that holds for enough of the sample without false "
    "pairs",
    "already_filed": "another request filed the same meanwhile",
}


@router.post("")
async def create(
    reconciliation_id: Identifier, request: Request, caller: FromCaller, parts: WithParts
) -> Response:
    """Learn rules and file them; the same again files nothing again."""
    key = (caller.organization_id, reconciliation_id)
    claim = caller.claim(request, None)
    proposals = parts.rule_proposals
    async with (
        proposals.aside.turn(),
        tenant_transaction(parts.api, organization_id=key[0]) as connection,
    ):

        async def execute() -> Answer:
            found = await proposals.learn(key)
            filed = set(await proposals.file(connection, key, found))
            views = rule_views(await reconciliations.rules_of(connection, key))
            rules = [one for one in views if one["id"] in filed]
            return answer(_view(found, rules), 201 if rules else 200)

        return json_response(await once(connection, claim, at=parts.clock(), execute=execute))


def _view(found: Found, rules: list[JsonObject]) -> JsonObject:
    code = None if rules else found.nothing or "already_filed"
    return {
        "rules": rules,
        "sample": {
            "records": found.records,
            "open_side_a": found.open_a,
            "open_side_b": found.open_b,
            "matches_of_people": found.matches,
        },
        "reason": None if code is None else {"code": code, "message": _WHY_NOTHING[code]},
    }
