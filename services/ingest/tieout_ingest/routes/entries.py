"""Several records of one stream, all or none, answered when they are stored."""

from typing import Any

from fastapi import APIRouter, Request, Response

from tieout_ingest.domain.arrivals import EXTERNAL_ID_CONFLICT
from tieout_ingest.domain.drafts import Record
from tieout_ingest.domain.incoming import record_from_json
from tieout_ingest.domain.properties import problems_of
from tieout_ingest.domain.refusals import JsonRefused
from tieout_ingest.domain.refusals import Problem as Refusal
from tieout_ingest.loading import chunk
from tieout_ingest.loading.announce import expectation_of
from tieout_ingest.loading.chunk import Loaded
from tieout_ingest.routes.context import (
    Asker,
    Context,
    answer_of,
    json_body,
    refused,
    stream_of,
)
from tieout_ingest.store import properties
from tieout_ingest.store.records import Origin
from tieout_ingest.store.routes import StreamGoneError
from tieout_ingest.store.streams import Stream
from tieout_runtime import idempotency
from tieout_runtime.idempotency import Answer
from tieout_runtime.internal import Caller, json_response
from tieout_runtime.postgres import Connection
from tieout_runtime.problems import Problem, invalid, not_found

MAX_ENTRIES = 1_000


def entries_router(context: Context) -> APIRouter:
    router = APIRouter()

    @router.post("/internal/streams/{key}/entries")
    async def create(key: str, request: Request, caller: Asker) -> Response:
        document = await json_body(request)
        drafts = _read(document, context)
        claim = caller.claim(request, document)
        async with context.begin(caller) as connection:

            async def execute() -> Answer:
                return await _store(context, connection, caller, key, drafts)

            answer = await idempotency.once(connection, claim, at=context.clock(), execute=execute)
        return json_response(answer)

    return router


def _read(document: Any, context: Context) -> list[Record]:
    """Read every entry; raises the problem 422 that names all that is wrong."""
    entries = document.get("entries") if isinstance(document, dict) else None
    if not isinstance(entries, list) or not 1 <= len(entries) <= MAX_ENTRIES:
        raise invalid("$.entries", f"is an array of 1 to {MAX_ENTRIES} entries")
    drafts: list[Record] = []
    problems: list[Refusal] = []
    for index, entry in enumerate(entries):
        path = f"$.entries[{index}]"
        try:
            drafts.append(
                record_from_json(entry, limits=context.limits, path=path, position=index + 1)
            )
        except JsonRefused as error:
            problems += error.problems
    if problems:
        raise refused(JsonRefused(*problems))
    return drafts


async def _store(
    context: Context, connection: Connection, caller: Caller, key: str, drafts: list[Record]
) -> Answer:
    stream = await stream_of(connection, caller, key)
    await _require_properties(connection, stream, drafts)
    try:
        loaded = await chunk.load(
            connection,
            drafts,
            stream=expectation_of(stream),
            origin=Origin(source="api", account_id=caller.account_id),
            at=context.clock(),
        )
    except StreamGoneError:
        raise not_found("data stream") from None
    if loaded.conflicts:
        errors = [
            {"path": f"$.entries[{index}].external_id", "message": message}
            for index, message in sorted(loaded.conflicts.items())
        ]
        raise Problem(422, EXTERNAL_ID_CONFLICT, errors[0]["message"], errors=errors)
    return answer_of(201 if loaded.rows else 200, {"entries": _stored(drafts, loaded)})


async def _require_properties(connection: Connection, stream: Stream, drafts: list[Record]) -> None:
    """Refuse entries whose metadata lack what the stream demands, naming each."""
    demanded = (await properties.of_streams(connection, [stream]))[stream.id]
    problems = [
        problem
        for index, draft in enumerate(drafts)
        for problem in problems_of(draft.fields.metadata, demanded, path=f"$.entries[{index}]")
    ]
    if problems:
        raise refused(JsonRefused(*problems))


def _stored(drafts: list[Record], loaded: Loaded) -> list[dict[str, Any]]:
    """Name the record of each entry in the order of the request."""
    new = iter(loaded.rows)
    return [
        {
            "record_id": loaded.skipped[index] if index in loaded.skipped else next(new).record_id,
            "external_id": draft.fields.external_id,
            "duplicate": index in loaded.skipped,
        }
        for index, draft in enumerate(drafts)
    ]
