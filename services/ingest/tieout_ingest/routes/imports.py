"""Uploads and import batches: `/internal/streams/{key}/imports…`, `/internal/import_batches…`."""

import asyncio
from collections.abc import Sequence
from itertools import islice
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request, Response

from tieout_ingest.domain.drafts import Record
from tieout_ingest.domain.profile import Profile, profile_from_json
from tieout_ingest.domain.properties import Property, checked
from tieout_ingest.domain.refusals import FileRefused, JsonRefused, Rejection
from tieout_ingest.formats import reading
from tieout_ingest.routes.context import (
    Asker,
    Context,
    ObjectId,
    Offset,
    answer_of,
    refused,
    shown,
    stream_of,
)
from tieout_ingest.store import imports, properties, records, stream_operations
from tieout_ingest.store.imports import BatchView, NewImport
from tieout_ingest.store.records import RecordFilter
from tieout_ingest.store.streams import Stream
from tieout_ingest.uploads.multipart import Upload, receive_upload
from tieout_ingest.uploads.spool import Arriving
from tieout_runtime import idempotency
from tieout_runtime.idempotency import Answer, Claim, Started
from tieout_runtime.internal import Caller, json_response
from tieout_runtime.logs import bound_trace
from tieout_runtime.postgres import Connection
from tieout_runtime.problems import Problem, not_found, unavailable

PREVIEWED_ROWS = 100
Limit = Annotated[int, Query(ge=1, le=1000)]


def imports_router(context: Context) -> APIRouter:
    router = APIRouter()

    @router.post("/internal/streams/{key}/imports")
    async def upload(request: Request, key: str, caller: Asker) -> Response:
        async with context.begin(caller) as connection:
            stream = await stream_of(connection, caller, key)
        with context.spool.arriving() as arriving:
            received = await receive_upload(request, arriving, max_bytes=context.limits.file_bytes)
            profile_of(received, stream)
            claim = caller.claim(request, [received.file.sha256.hex(), received.profile])
            new = new_import(caller, stream, received)
            answer = await take_upload(context, caller, arriving, new, claim)
        context.wake_imports()
        return json_response(answer)

    @router.post("/internal/streams/{key}/imports/preview")
    async def preview(request: Request, key: str, caller: Asker) -> Response:
        async with context.begin(caller) as connection:
            stream = await stream_of(connection, caller, key)
            demanded = (await properties.of_streams(connection, [stream]))[stream.id]
        with context.spool.arriving() as arriving:
            received = await receive_upload(request, arriving, max_bytes=context.limits.file_bytes)
            profile = profile_of(received, stream)
            return shown(await asyncio.to_thread(_preview, context, arriving, profile, demanded))

    @router.get("/internal/streams/{key}/import_batches")
    async def list_batches(
        key: str, caller: Asker, limit: Limit = 100, offset: Offset = 0
    ) -> Response:
        async with context.begin(caller) as connection:
            stream = await stream_of(connection, caller, key)
            found = await imports.page(
                connection,
                organization_id=caller.organization_id,
                stream_id=stream.id,
                limit=limit + 1,
                offset=offset,
            )
        return shown({"data": found[:limit], "has_more": len(found) > limit, "offset": offset})

    @router.get("/internal/import_batches/{batch_id}")
    async def show(batch_id: ObjectId, caller: Asker) -> Response:
        async with context.begin(caller) as connection:
            found = await imports.find(
                connection, organization_id=caller.organization_id, batch_id=batch_id
            )
        if found is None:
            raise not_found("import batch")
        return shown(found)

    @router.get("/internal/import_batches/{batch_id}/records")
    async def list_records(
        batch_id: ObjectId, caller: Asker, limit: Limit = 100, offset: Offset = 0
    ) -> Response:
        async with context.begin(caller) as connection:
            wanted = await filter_of_batch(connection, caller, batch_id)
            found = await records.page(
                connection,
                organization_id=caller.organization_id,
                wanted=wanted,
                limit=limit + 1,
                offset=offset,
            )
        return shown({"data": found[:limit], "has_more": len(found) > limit, "offset": offset})

    return router


async def filter_of_batch(connection: Connection, caller: Caller, batch_id: int) -> RecordFilter:
    """Filter to an import batch, with the numbers its records lie between; Problem 404."""
    between = await imports.record_range(
        connection, organization_id=caller.organization_id, batch_id=batch_id
    )
    if between is None:
        raise not_found("import batch")
    return RecordFilter(import_batch_id=batch_id, from_id=between[0], below_id=between[1] + 1)


async def take_upload(
    context: Context, caller: Caller, arriving: Arriving, new: NewImport, claim: Claim
) -> Answer:
    """Make the upload durable, then its batch; without a batch the file goes again.

    After an error other than a refusal it stays: the batch may have been committed. The loader
    removes orphans.
    """
    await asyncio.to_thread(arriving.keep)
    try:
        async with context.begin(caller) as connection:
            answer, taken = await _claim(context, connection, new, claim)
    except Problem:
        context.spool.remove(new.spool_name)
        raise
    if not taken:
        context.spool.remove(new.spool_name)
    return answer


async def _claim(
    context: Context, connection: Connection, new: NewImport, claim: Claim
) -> tuple[Answer, bool]:
    """Answer an earlier request's batch as it stands, the batch that has this file, or a new one.

    The second value tells whether the spool file has a batch now.
    """
    at = context.clock()
    earlier = await idempotency.find(connection, claim, at=at)
    if isinstance(earlier, Answer):
        return earlier, False
    if isinstance(earlier, Started):
        view = await _view(connection, new, earlier.operation_id)
        return Answer(status=202, body=msgspec.json.encode(view), replayed=True), False
    await _keep_stream(connection, new)
    batch_id = await imports.receive(connection, new, at=at)
    if batch_id is None:
        answer = answer_of(200, await _duplicate(connection, new))
        await idempotency.store(connection, claim, at=at, answer=answer)
        return answer, False
    begun = answer_of(202, await _view(connection, new, batch_id))
    await idempotency.store(connection, claim, at=at, operation_id=batch_id, begun=begun)
    return begun, True


async def _keep_stream(connection: Connection, new: NewImport) -> None:
    """Have no operation begin on the stream before the batch is there; Problem 404 or 409."""
    names = {"organization_id": new.organization_id, "stream_id": new.stream_id}
    if not await stream_operations.keep_stream(connection, **names):
        raise not_found("data stream")
    operation = await stream_operations.under_way(connection, **names)
    if operation is not None:
        message = f"operation {operation} empties this data stream; upload when it has ended"
        raise Problem(409, "operation_in_progress", message, headers={"Retry-After": "1"})


async def _duplicate(connection: Connection, new: NewImport) -> BatchView:
    batch_id = await imports.same_file(connection, new)
    if batch_id is None:
        raise unavailable("the same file was just refused; try again")
    view = await _view(connection, new, batch_id)
    return msgspec.structs.replace(view, duplicate=True, imported=0)


async def _view(connection: Connection, new: NewImport, batch_id: int) -> BatchView:
    view = await imports.find(connection, organization_id=new.organization_id, batch_id=batch_id)
    if view is None:
        raise not_found("import batch")
    return view


def new_import(caller: Caller, stream: Stream, received: Upload) -> NewImport:
    return NewImport(
        organization_id=caller.organization_id,
        stream_id=stream.id,
        filename=received.filename,
        sha256=received.file.sha256,
        size_bytes=received.file.size_bytes,
        spool_name=received.file.name,
        profile=received.profile,
        traceparent=bound_trace(),
    )


def profile_of(received: Upload, stream: Stream) -> Profile:
    try:
        return profile_from_json(stream.profile if received.profile is None else received.profile)
    except JsonRefused as error:
        raise refused(error, below="$.profile") from None


def _preview(
    context: Context, arriving: Arriving, profile: Profile, demanded: Sequence[Property]
) -> dict[str, Any]:
    """Read the first rows as an import would; a refusal of the file is the problem 422."""
    try:
        found = reading.survey(arriving.path, profile=profile, limits=context.limits)
        outcomes = reading.read(
            arriving.path, surveyed=found, profile=profile, limits=context.limits
        )
        seen = list(islice(checked(outcomes, demanded), PREVIEWED_ROWS))
    except FileRefused as error:
        raise Problem(422, error.code, error.message) from None
    return {
        "profile": profile,
        "rows": [
            {"line": one.line, "fields": one.fields} for one in seen if isinstance(one, Record)
        ],
        "rejections": [one for one in seen if isinstance(one, Rejection)],
        "warnings": found.warnings,
        "statements": found.statements,
    }
