"""Records: `/internal/records…`, and how far a reconciliation's records are sent."""

import base64
import binascii
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from msgspec import structs
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from tieout_contracts.ids import IdError, integer_id
from tieout_ingest.domain.arrivals import EXTERNAL_ID_CONFLICT
from tieout_ingest.domain.drafts import Record
from tieout_ingest.domain.incoming import record_from_json
from tieout_ingest.domain.properties import require
from tieout_ingest.domain.refusals import JsonRefused
from tieout_ingest.loading import chunk
from tieout_ingest.loading.announce import expectation_of
from tieout_ingest.routes.context import (
    Asker,
    Context,
    ObjectId,
    answer_of,
    json_body,
    refused,
    shown,
    stream_of,
)
from tieout_ingest.routes.imports import filter_of_batch
from tieout_ingest.store import properties, records, routes
from tieout_ingest.store.records import MAX_NUMBER, Origin, RecordFilter
from tieout_ingest.store.routes import StreamGoneError
from tieout_runtime import idempotency
from tieout_runtime.idempotency import Answer
from tieout_runtime.internal import Caller, json_response
from tieout_runtime.postgres import Connection
from tieout_runtime.problems import Problem, invalid, not_found

Text = Annotated[str, Field(max_length=1000, pattern=r"^[^\x00]*$")]
Number = Annotated[int, Field(ge=1, le=2**53 - 1)]


class RecordQuery(BaseModel):
    """Filters of the list; at least one of the narrowing ones is needed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    data_stream_key: Text | None = None
    external_id: Text | None = None
    import_batch_id: Number | None = None
    bulk_request_id: Number | None = None
    reconciliation_id: Number | None = None
    ids: Annotated[str, Field(max_length=8000, pattern=r"^\d{1,16}(,\d{1,16})*$")] | None = None
    created_after: AwareDatetime | None = None
    created_before: AwareDatetime | None = None
    source: Text | None = None
    cursor: Annotated[str, Field(max_length=64)] | None = None
    limit: Annotated[int, Field(ge=1, le=1000)] = 50

    @property
    def narrows(self) -> bool:
        given = self.model_dump(exclude={"cursor", "limit"}, exclude_none=True)
        return bool(given)


def records_router(context: Context) -> APIRouter:
    router = APIRouter()

    @router.post("/internal/records")
    async def create(request: Request, caller: Asker) -> Response:
        document = await json_body(request)
        key, draft = _read(document, context)
        claim = caller.claim(request, document)
        async with context.begin(caller) as connection:

            async def execute() -> Answer:
                return await _store(context, connection, caller, key, draft)

            answer = await idempotency.once(connection, claim, at=context.clock(), execute=execute)
        return json_response(answer)

    @router.get("/internal/records")
    async def list_records(query: Annotated[RecordQuery, Query()], caller: Asker) -> Response:
        if not query.narrows:
            raise invalid("$", "name at least one filter, e.g. data_stream_key")
        async with context.begin(caller) as connection:
            wanted = await _filter(connection, caller, query)
            found = await records.page(
                connection,
                organization_id=caller.organization_id,
                wanted=wanted,
                limit=query.limit + 1,
            )
        page = found[: query.limit]
        more = cursor_of(page[-1].id) if len(found) > query.limit else None
        return shown({"data": page, "next_cursor": more, "limit": query.limit})

    @router.get("/internal/records/{record_id}")
    async def show(record_id: ObjectId, caller: Asker) -> Response:
        async with context.begin(caller) as connection:
            found = await records.find(
                connection, organization_id=caller.organization_id, record_id=record_id
            )
        if found is None:
            raise not_found("record")
        return shown(found)

    @router.get("/internal/reconciliations/{reconciliation_id}/progress")
    async def progress(
        reconciliation_id: ObjectId,
        caller: Asker,
        stream_ids: Annotated[list[Number] | None, Query()] = None,
    ) -> Response:
        async with context.begin(caller) as connection:
            found = await routes.progress(
                connection,
                organization_id=caller.organization_id,
                reconciliation_id=reconciliation_id,
                stream_ids=stream_ids,
            )
        return shown(found)

    return router


def _read(document: Any, context: Context) -> tuple[str, Record]:
    try:
        draft = record_from_json(document, limits=context.limits)
    except JsonRefused as error:
        raise refused(error) from None
    key = document.get("data_stream_key")
    if not isinstance(key, str):
        raise invalid("$.data_stream_key", "is required")
    return key, draft


async def _store(
    context: Context, connection: Connection, caller: Caller, key: str, draft: Record
) -> Answer:
    stream = await stream_of(connection, caller, key)
    demanded = await properties.of_streams(connection, [stream])
    try:
        require(draft, demanded[stream.id])
    except JsonRefused as error:
        raise refused(error) from None
    try:
        loaded = await chunk.load(
            connection,
            [draft],
            stream=expectation_of(stream),
            origin=Origin(source="api", account_id=caller.account_id),
            at=context.clock(),
        )
    except StreamGoneError:
        raise not_found("data stream") from None
    if loaded.conflicts:
        raise Problem(
            422,
            EXTERNAL_ID_CONFLICT,
            loaded.conflicts[0],
            errors=[{"path": "$.external_id", "message": loaded.conflicts[0]}],
        )
    number = loaded.rows[0].record_id if loaded.rows else loaded.skipped[0]
    view = await records.find(connection, organization_id=caller.organization_id, record_id=number)
    return answer_of(201 if loaded.rows else 200, view)


async def _filter(connection: Connection, caller: Caller, query: RecordQuery) -> RecordFilter:
    wanted = RecordFilter()
    if query.import_batch_id is not None:
        wanted = await filter_of_batch(connection, caller, query.import_batch_id)
    below = MAX_NUMBER if query.cursor is None else number_of_cursor(query.cursor)
    return structs.replace(
        wanted,
        ids=await _ids(connection, caller, query),
        stream_ids=await _stream_ids(connection, caller, query),
        bulk_request_id=query.bulk_request_id,
        source=query.source,
        created_after=query.created_after,
        created_before=query.created_before,
        below_id=min(wanted.below_id, below),
    )


async def _ids(connection: Connection, caller: Caller, query: RecordQuery) -> list[int] | None:
    named = None if query.ids is None else {int(one) for one in query.ids.split(",")}
    if query.external_id is None:
        return None if named is None else sorted(named)
    found = await records.ids_of_identity(
        connection, organization_id=caller.organization_id, identity=query.external_id
    )
    return sorted(found if named is None else named.intersection(found))


async def _stream_ids(
    connection: Connection, caller: Caller, query: RecordQuery
) -> list[int] | None:
    allowed = None
    if query.reconciliation_id is not None:
        allowed = await routes.streams_of(
            connection,
            organization_id=caller.organization_id,
            reconciliation_id=query.reconciliation_id,
        )
    if query.data_stream_key is None:
        return allowed
    stream = await stream_of(connection, caller, query.data_stream_key)
    return [stream.id] if allowed is None or stream.id in allowed else []


def cursor_of(number: int) -> str:
    return base64.urlsafe_b64encode(str(number).encode()).decode()


def number_of_cursor(cursor: str) -> int:
    """Read back a cursor; raises the problem 422."""
    try:
        return integer_id(base64.urlsafe_b64decode(cursor.encode()).decode("ascii"))
    except (binascii.Error, ValueError, IdError):
        raise invalid("$.cursor", "is no cursor of this list") from None
