"""Internal HTTP: rules. Making or deleting one re-keys what is open."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request, Response

from tieout_matcher.domain.rule import RuleError
from tieout_matcher.domain.rule_draft import RuleDraft, read_change, read_draft
from tieout_matcher.parts import Parts
from tieout_matcher.routes.replies import FromCaller, Identifier, WithParts, answer, reply
from tieout_matcher.store import reconciliations
from tieout_matcher.store.reconciliation_lock import lock, lock_existing
from tieout_matcher.views import JsonObject, Row, rule_views
from tieout_runtime.idempotency import Answer, once
from tieout_runtime.internal import IfMatch, check_version, expected_version, json_response
from tieout_runtime.postgres import Connection, tenant_transaction
from tieout_runtime.problems import invalid, not_found

router = APIRouter(prefix="/internal/rules")


@router.post("")
async def create(
    body: Annotated[dict[str, Any], Body()],
    request: Request,
    caller: FromCaller,
    parts: WithParts,
) -> Response:
    draft = _checked(lambda: read_draft(body))
    claim = caller.claim(request, body)
    async with tenant_transaction(parts.api, organization_id=caller.organization_id) as connection:

        async def execute() -> Answer:
            return await _add(connection, parts, caller.organization_id, draft)

        found = await once(connection, claim, at=parts.clock(), execute=execute)
    parts.rules_changed()
    return json_response(found)


async def _add(
    connection: Connection, parts: Parts, organization_id: int, draft: RuleDraft
) -> Answer:
    key = (organization_id, draft.reconciliation_id)
    if await lock_existing(connection, key) is None:
        raise not_found("reconciliation")
    row = await reconciliations.add_rule(connection, organization_id, draft, at=parts.clock())
    return answer(await _shown(connection, organization_id, row), 201)


@router.get("")
async def listing(reconciliation_id: Identifier, caller: FromCaller, parts: WithParts) -> Response:
    key = (caller.organization_id, reconciliation_id)
    async with tenant_transaction(parts.api, organization_id=caller.organization_id) as connection:
        if not await reconciliations.page(connection, key[0], reconciliation_id=key[1]):
            raise not_found("reconciliation")
        rows = await reconciliations.rules_of(connection, key)
    return reply(rule_views(rows))


@router.get("/{rule_id}")
async def show(rule_id: Identifier, caller: FromCaller, parts: WithParts) -> Response:
    async with tenant_transaction(parts.api, organization_id=caller.organization_id) as connection:
        row = await reconciliations.rule(connection, caller.organization_id, rule_id)
        if row is None:
            raise not_found("rule")
        return reply(await _shown(connection, caller.organization_id, row))


@router.patch("/{rule_id}")
async def change(
    rule_id: Identifier,
    body: Annotated[dict[str, Any], Body()],
    request: Request,
    caller: FromCaller,
    parts: WithParts,
    if_match: IfMatch = None,
) -> Response:
    """Make the next version; the same content is no new version."""
    organization_id = caller.organization_id
    claim = caller.claim(request, body)
    async with tenant_transaction(parts.api, organization_id=organization_id) as connection:

        async def execute() -> Answer:
            row = await _locked_rule(connection, organization_id, rule_id)
            check_version(expected_version(if_match), row["version"], "rule")
            before = await _shown(connection, organization_id, row)
            current = reconciliations.draft_of(row)
            draft = _checked(lambda: read_change(current, body))
            if draft != current:
                row = await reconciliations.change_rule(
                    connection, organization_id, row, draft, at=parts.clock()
                )
            return answer(await _shown(connection, organization_id, row), before=before)

        found = await once(connection, claim, at=parts.clock(), execute=execute)
    parts.rules_changed()
    return json_response(found)


@router.delete("/{rule_id}")
async def retire(
    rule_id: Identifier, request: Request, caller: FromCaller, parts: WithParts
) -> Response:
    organization_id = caller.organization_id
    claim = caller.claim(request, None)
    async with tenant_transaction(parts.api, organization_id=organization_id) as connection:

        async def execute() -> Answer:
            row = await _locked_rule(connection, organization_id, rule_id)
            before = await _shown(connection, organization_id, row)
            key = (organization_id, row["reconciliation_id"])
            await reconciliations.retire_rule(connection, key, rule_id, at=parts.clock())
            return answer(None, 204, before=before)

        found = await once(connection, claim, at=parts.clock(), execute=execute)
    parts.rules_changed()
    return json_response(found)


async def _shown(connection: Connection, organization_id: int, rule: Row) -> JsonObject:
    """Show a rule among those of its reconciliation; raises Problem 404 when just retired."""
    rows = await reconciliations.rules_of(connection, (organization_id, rule["reconciliation_id"]))
    for view in rule_views(rows):
        if view["id"] == rule["id"]:
            return view
    raise not_found("rule")


async def _locked_rule(connection: Connection, organization_id: int, rule_id: int) -> Row:
    """Lock the rule's reconciliation, then read the version in force; raises Problem 404."""
    row = await reconciliations.rule(connection, organization_id, rule_id)
    if row is not None:
        await lock(connection, [(organization_id, row["reconciliation_id"])])
        row = await reconciliations.rule(connection, organization_id, rule_id)
    if row is None:
        raise not_found("rule")
    return row


def _checked(read: Callable[[], RuleDraft]) -> RuleDraft:
    try:
        return read()
    except RuleError as error:
        raise invalid(error.path, error.message) from error
