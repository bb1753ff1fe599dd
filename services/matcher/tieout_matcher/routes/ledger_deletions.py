"""Internal HTTP: runs of ledgers and their files, deleted."""

from fastapi import APIRouter, Request, Response

from tieout_matcher.auto_match import require_writable
from tieout_matcher.routes.replies import FromCaller, Identifier, WithParts, answer, reply
from tieout_matcher.store import ledger_runs
from tieout_runtime.idempotency import Answer, once
from tieout_runtime.internal import json_response
from tieout_runtime.postgres import tenant_transaction, transaction
from tieout_runtime.problems import Problem, not_found

router = APIRouter(prefix="/internal")


@router.get("/ledger_runs/{run_id}/deletable")
async def deletable(run_id: Identifier, caller: FromCaller, parts: WithParts) -> Response:
    """Say that a run may be deleted; raises Problem 404, 409 `run_closed`, `run_has_matches`."""
    key = (caller.organization_id, run_id)
    async with tenant_transaction(parts.api, organization_id=key[0]) as connection:
        run = await ledger_runs.find(connection, key)
        if run is None:
            raise not_found("run")
        if run["status"] == "closed":
            raise Problem(409, "run_closed", "the run is closed: nothing of it changes any more")
        if await ledger_runs.matches_standing(connection, key):
            raise Problem(409, "run_has_matches", "the run has accepted matches: reject them first")
    return reply({"deletable": True})


@router.delete("/ledger_runs/{run_id}")
async def delete(
    run_id: Identifier, request: Request, caller: FromCaller, parts: WithParts
) -> Response:
    """Delete a run without accepted matches, whose files are deleted; its suggestions go."""
    claim = caller.claim(request, None)
    key = (caller.organization_id, run_id)
    async with transaction(parts.worker) as connection:

        async def execute() -> Answer:
            run = await require_writable(connection, key)
            if run["status"] == "running":
                raise Problem(409, "run_not_finished", "the run is at work: try again when it ends")
            if await ledger_runs.matches_standing(connection, key):
                message = "the run has accepted matches: reject them first"
                raise Problem(409, "run_has_matches", message)
            for match_id in await ledger_runs.suggestions_standing(connection, key):
                await parts.releaser.revoke(
                    connection,
                    organization_id=key[0],
                    match_id=match_id,
                    reason="its run was deleted",
                    block=False,
                )
            await ledger_runs.delete(connection, key)
            return answer(None, 204, before=dict(run))

        return json_response(await once(connection, claim, at=parts.clock(), execute=execute))


@router.get("/ledger_runs/{run_id}/files/{file_id}/deletable")
async def deletable_file(
    run_id: Identifier, file_id: Identifier, caller: FromCaller, parts: WithParts
) -> Response:
    """Name the records that a file brought; raises Problem 409 when a match holds one."""
    key = (caller.organization_id, run_id)
    async with tenant_transaction(parts.api, organization_id=key[0]) as connection:
        await require_writable(connection, key)
        records, matched = await ledger_runs.file_items(connection, key, file_id)
    if matched:
        message = f"{matched} entries of the file are matched: reject their matches first"
        raise Problem(409, "already_matched", message)
    return reply({"record_ids": records})


@router.delete("/ledger_runs/{run_id}/files/{file_id}")
async def forget_file(
    run_id: Identifier, file_id: Identifier, caller: FromCaller, parts: WithParts
) -> Response:
    """Forget a file whose records were deleted."""
    key = (caller.organization_id, run_id)
    async with tenant_transaction(parts.api, organization_id=key[0]) as connection:
        await ledger_runs.forget_file(connection, key, file_id)
    return reply({"forgotten": True})
