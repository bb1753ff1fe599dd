"""Source files of runs: `/internal/ledger_runs/{id}/…`, answered when they are applied."""

import asyncio
from dataclasses import replace
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Query, Request, Response

from tieout_ingest.routes.context import Asker, Context, ObjectId, Offset, shown, stream_of
from tieout_ingest.routes.imports import new_import, profile_of, take_upload
from tieout_ingest.store import imports, run_files
from tieout_ingest.uploads.multipart import Upload, receive_upload
from tieout_runtime.idempotency import Answer
from tieout_runtime.internal import Caller, json_response
from tieout_runtime.postgres import Connection
from tieout_runtime.problems import Problem, not_found, unavailable

APPLIED_WITHIN_S = 25.0
LOOK_EVERY_S = 0.05
KEY_CHARACTERS = 255
Limit = Annotated[int, Query(ge=1, le=200)]
Order = Literal["asc", "desc"]


def run_files_router(context: Context) -> APIRouter:
    router = APIRouter()

    @router.post("/internal/ledger_runs/{run_id}/imports")
    async def upload(run_id: ObjectId, request: Request, caller: Asker) -> Response:
        """Load a file and wait until the matcher has all of it; the same key waits again."""
        key = await context.ledger_runs.stream_key(caller, run_id)
        async with context.begin(caller) as connection:
            stream = await stream_of(connection, caller, key)
        with context.spool.arriving() as arriving:
            received = await receive_upload(
                request, arriving, max_bytes=context.limits.file_bytes, takes_key=True
            )
            profile_of(received, stream)
            asking = replace(caller, idempotency_key=_one_key(caller, received))
            claim = asking.claim(request, [received.file.sha256.hex(), received.profile])
            new = msgspec.structs.replace(new_import(caller, stream, received), run_id=run_id)
            answer = await take_upload(context, caller, arriving, new, claim)
        context.wake_imports()
        return json_response(await _applied(context, caller, answer))

    @router.get("/internal/ledger_runs/{run_id}/imports")
    async def listing(
        run_id: ObjectId,
        caller: Asker,
        limit: Limit = 50,
        offset: Offset = 0,
        order: Order = "asc",
    ) -> Response:
        async with context.begin(caller) as connection:
            data, total = await run_files.page(
                connection,
                caller.organization_id,
                run_id,
                direction=1 if order == "asc" else -1,
                limit=limit,
                offset=offset,
            )
        more = offset + len(data) < total
        return shown({"data": data, "total": total, "total_unfiltered": total, "has_more": more})

    @router.get("/internal/ledger_runs/{run_id}/files")
    async def files(run_id: ObjectId, caller: Asker) -> Response:
        async with context.begin(caller) as connection:
            rows = await run_files.files(connection, caller.organization_id, run_id)
        return shown({"files": [dict(row) for row in rows]})

    @router.get("/internal/import_batches/{batch_id}/record_ids")
    async def record_ids(batch_id: ObjectId, caller: Asker) -> Response:
        organization_id = caller.organization_id
        async with context.begin(caller) as connection:
            batch = await imports.find(
                connection, organization_id=organization_id, batch_id=batch_id
            )
            if batch is None:
                raise not_found("import batch")
            found = await run_files.record_ids(connection, organization_id, batch_id)
        return shown({"run_id": batch.run_id, "status": batch.status, "record_ids": found})

    return router


def _one_key(caller: Caller, received: Upload) -> str | None:
    """Return the request's idempotency key, from its header or the form; Problem 400."""
    in_form = received.idempotency_key
    if in_form is None:
        return caller.idempotency_key
    printable = in_form.isascii() and in_form.isprintable()
    if not (printable and 1 <= len(in_form) <= KEY_CHARACTERS):
        message = f"idempotency_key has 1 to {KEY_CHARACTERS} printable ASCII characters"
        raise Problem(400, "invalid_idempotency_key", message)
    if caller.idempotency_key not in (None, in_form):
        message = "the header and the form give different idempotency keys"
        raise Problem(400, "invalid_idempotency_key", message)
    return in_form


async def _applied(context: Context, caller: Caller, taken: Answer) -> Answer:
    """Wait for the end of the file's way; answers what it brought, the same each time it is asked.

    Raises Problem 422 for a refused file, 503 when it takes longer.
    """
    batch: dict[str, Any] = msgspec.json.decode(taken.body)
    file_id, run_id = batch["id"], batch["run_id"]
    for _ in range(round(APPLIED_WITHIN_S / LOOK_EVERY_S)):
        async with context.begin(caller) as connection:
            status, error = await run_files.status_of(connection, caller.organization_id, file_id)
        if error is not None:
            raise Problem(422, error["code"], error["message"])
        if status == "completed" and (
            run_id is None or not await context.ledger_runs.take(caller, run_id, file_id)
        ):
            async with context.begin(caller) as connection:
                return await _answer(connection, caller, taken, batch)
        await asyncio.sleep(LOOK_EVERY_S)
    raise unavailable("the file is still being loaded; the same idempotency key waits for it")


async def _answer(
    connection: Connection, caller: Caller, taken: Answer, batch: dict[str, Any]
) -> Answer:
    view = await imports.find(
        connection, organization_id=caller.organization_id, batch_id=batch["id"]
    )
    told = {
        "file": view,
        "imported": 0 if batch.get("duplicate") or view is None else view.accepted,
        "duplicate": bool(batch.get("duplicate")),
    }
    return Answer(
        status=200 if told["duplicate"] else 201,
        body=msgspec.json.encode(told),
        replayed=taken.replayed,
    )
