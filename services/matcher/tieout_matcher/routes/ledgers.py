"""Internal HTTP: ledgers and their accounts."""

from typing import Any

from fastapi import APIRouter, Request, Response

from tieout_matcher.domain.ledger_draft import LedgerDraft
from tieout_matcher.routes.ordered_pages import WithAccountsQuery, ordered_page
from tieout_matcher.routes.replies import FromCaller, Identifier, WithParts, answer, reply
from tieout_matcher.store import ledgers
from tieout_runtime.idempotency import Answer, once
from tieout_runtime.internal import json_response
from tieout_runtime.postgres import Connection, tenant_transaction
from tieout_runtime.problems import not_found

router = APIRouter(prefix="/internal")


@router.post("/ledgers")
async def create(
    draft: LedgerDraft, request: Request, caller: FromCaller, parts: WithParts
) -> Response:
    claim = caller.claim(request, draft.model_dump())
    async with tenant_transaction(parts.api, organization_id=caller.organization_id) as connection:

        async def execute() -> Answer:
            ledger_id = await parts.ledgers.make(connection, caller, draft)
            return answer(await ledger_of(connection, (caller.organization_id, ledger_id)), 201)

        found = await once(connection, claim, at=parts.clock(), execute=execute)
    parts.rules_changed()
    return json_response(found)


@router.get("/ledgers/{ledger_id}")
async def show(ledger_id: Identifier, caller: FromCaller, parts: WithParts) -> Response:
    key = (caller.organization_id, ledger_id)
    async with tenant_transaction(parts.api, organization_id=key[0]) as connection:
        return reply(await ledger_of(connection, key))


@router.get("/ledger_accounts")
async def accounts(query: WithAccountsQuery, caller: FromCaller, parts: WithParts) -> Response:
    """List the accounts that entries name; all of them are read to count what is open."""
    organization_id = caller.organization_id
    async with tenant_transaction(parts.api, organization_id=organization_id) as connection:
        if query.ledger_id is not None:
            await ledger_of(connection, (organization_id, query.ledger_id))
        rows = await ledgers.accounts(connection, organization_id)
    found = [dict(row) for row in rows if query.ledger_id in (None, row["ledger_id"])]
    nothing = 0 if query.sort == "unreconciled_count" else ""
    found.sort(
        key=lambda one: (one[query.sort] or nothing, one["ledger_id"], one["id"]),
        reverse=query.order == "desc",
    )
    page = found[query.offset : query.offset + query.limit]
    return ordered_page(page, query, total=len(found), total_unfiltered=len(rows))


async def ledger_of(connection: Connection, key: tuple[int, int]) -> dict[str, Any]:
    """Load a ledger; raises Problem 404, also for a reconciliation that is none."""
    row = await ledgers.find(connection, key)
    if row is None:
        raise not_found("ledger")
    return dict(row)
