"""Internal HTTP: matches that people make and decide in runs of ledgers."""

from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from tieout_matcher.ledger_matching import LinkedEntries
from tieout_matcher.routes.ledger_runs import Note
from tieout_matcher.routes.ledger_views import ledger_match_of
from tieout_matcher.routes.replies import FromCaller, Identifier, WithParts, answer
from tieout_runtime.idempotency import Answer, once
from tieout_runtime.internal import json_response
from tieout_runtime.postgres import transaction

router = APIRouter(prefix="/internal")
Entries = Annotated[list[Identifier], Field(min_length=1, max_length=250)]


class Links(BaseModel):
    model_config = ConfigDict(extra="forbid")
    source_entry_ids: Entries
    ledger_entry_ids: Entries
    note: Note = None


class MatchNote(BaseModel):
    model_config = ConfigDict(extra="forbid")
    note: Note = None


@router.post("/ledger_runs/{run_id}/manual_match")
async def link(
    run_id: Identifier, body: Links, request: Request, caller: FromCaller, parts: WithParts
) -> Response:
    """Match chosen entries as far as they tie; the rest of the larger side stays open."""
    claim = caller.claim(request, body.model_dump())
    await parts.ledger_files.require_whole(caller, run_id)
    linked = LinkedEntries(
        source=list(dict.fromkeys(body.source_entry_ids)),
        general=list(dict.fromkeys(body.ledger_entry_ids)),
        note=body.note,
    )
    organization_id = caller.organization_id
    async with transaction(parts.worker) as connection:

        async def execute() -> Answer:
            match_id = await parts.ledger_matching.link(
                connection, (organization_id, run_id), linked
            )
            return answer(await ledger_match_of(connection, organization_id, match_id), 201)

        return json_response(await once(connection, claim, at=parts.clock(), execute=execute))


@router.post("/ledger_matches/{match_id}/{decision}")
async def decide(
    match_id: Identifier,
    decision: Literal["accept", "reject"],
    request: Request,
    caller: FromCaller,
    parts: WithParts,
) -> Response:
    claim = caller.claim(request, None)
    match = (caller.organization_id, match_id)
    async with transaction(parts.worker) as connection:

        async def execute() -> Answer:
            before = await ledger_match_of(connection, *match)
            await parts.ledger_matching.decide(connection, match, decision)
            return answer(await ledger_match_of(connection, *match), before=before)

        return json_response(await once(connection, claim, at=parts.clock(), execute=execute))


@router.patch("/ledger_matches/{match_id}/note")
async def set_note(
    match_id: Identifier, body: MatchNote, request: Request, caller: FromCaller, parts: WithParts
) -> Response:
    claim = caller.claim(request, body.model_dump())
    match = (caller.organization_id, match_id)
    async with transaction(parts.worker) as connection:

        async def execute() -> Answer:
            before = await ledger_match_of(connection, *match)
            await parts.ledger_matching.set_note(connection, match, body.note)
            return answer(await ledger_match_of(connection, *match), before=before)

        return json_response(await once(connection, claim, at=parts.clock(), execute=execute))
