"""Bulk requests: `POST /internal/records/bulk`, `GET /internal/bulk_requests…`."""

from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from tieout_ingest.loading.bulk import stream_key
from tieout_ingest.routes.context import (
    Asker,
    Context,
    ObjectId,
    Offset,
    answer_of,
    json_body,
    shown,
    stream_of,
)
from tieout_ingest.routes.records import Text, cursor_of, number_of_cursor
from tieout_ingest.store import bulk, streams
from tieout_ingest.store.bulk import BulkFilter, BulkView, NewBulk
from tieout_ingest.store.records import MAX_NUMBER
from tieout_runtime import idempotency
from tieout_runtime.idempotency import Answer, Claim, Started
from tieout_runtime.internal import Caller, json_response
from tieout_runtime.logs import bound_trace
from tieout_runtime.postgres import Connection
from tieout_runtime.problems import Problem, invalid, not_found

MAX_RECORDS = 1_000
# Per organisation, whoever asks and whatever the body: a used key names its request.
_ANY_ACCOUNT, _ANY_BODY = 0, b"bulk"
Limit = Annotated[int, Query(ge=1, le=1000)]


class BulkQuery(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    data_stream_key: Text | None = None
    status: Literal["pending", "processing", "completed", "failed", "cancelled"] | None = None
    source: Text | None = None
    created_after: AwareDatetime | None = None
    created_before: AwareDatetime | None = None
    cursor: Annotated[str, Field(max_length=64)] | None = None
    limit: Annotated[int, Field(ge=1, le=1000)] = 50


def bulk_router(context: Context) -> APIRouter:
    router = APIRouter()

    @router.post("/internal/records/bulk")
    async def create(request: Request, caller: Asker) -> Response:
        on_conflict, items = _read(await json_body(request))
        claim = Claim(
            organization_id=caller.organization_id,
            account_id=_ANY_ACCOUNT,
            method=request.method,
            route=request.url.path,
            key=caller.idempotency_key,
            fingerprint=_ANY_BODY,
            request_id=caller.request_id,
            actor_id=caller.account_id,
        )
        async with context.begin(caller) as connection:
            answer = await _create(context, connection, claim, on_conflict, items)
        context.wake_bulk()
        return json_response(answer)

    @router.get("/internal/bulk_requests")
    async def list_requests(query: Annotated[BulkQuery, Query()], caller: Asker) -> Response:
        async with context.begin(caller) as connection:
            found = await bulk.page(
                connection,
                organization_id=caller.organization_id,
                wanted=await _filter(connection, caller, query),
                limit=query.limit + 1,
                at=context.clock(),
            )
        page = found[: query.limit]
        more = cursor_of(page[-1].id) if len(found) > query.limit else None
        return shown({"data": page, "next_cursor": more, "limit": query.limit})

    @router.get("/internal/bulk_requests/{bulk_request_id}")
    async def show(
        bulk_request_id: ObjectId, caller: Asker, limit: Limit = 50, offset: Offset = 0
    ) -> Response:
        async with context.begin(caller) as connection:
            view = await view_of(context, connection, caller.organization_id, bulk_request_id)
            results = await bulk.results(
                connection,
                organization_id=caller.organization_id,
                bulk_request_id=bulk_request_id,
                limit=limit + 1,
                offset=offset,
            )
        page = {"data": results[:limit], "has_more": len(results) > limit, "offset": offset}
        return shown(msgspec.structs.asdict(view) | {"results": page})

    return router


def _read(document: Any) -> tuple[str, list[Any]]:
    if not isinstance(document, dict):
        raise invalid("$", "is not an object")
    on_conflict = document.get("on_conflict", "skip")
    if on_conflict not in ("skip", "error"):
        raise Problem(400, "invalid_on_conflict", "on_conflict is `skip` or `error`")
    items = document.get("records")
    if not isinstance(items, list) or not 1 <= len(items) <= MAX_RECORDS:
        raise invalid("$.records", f"is an array of 1 to {MAX_RECORDS} records")
    return on_conflict, items


async def _create(
    context: Context, connection: Connection, claim: Claim, on_conflict: str, items: list[Any]
) -> Answer:
    at = context.clock()
    earlier = await idempotency.find(connection, claim, at=at)
    if isinstance(earlier, Answer):
        return earlier
    if isinstance(earlier, Started):
        view = await view_of(context, connection, claim.organization_id, earlier.operation_id)
        return Answer(status=202, body=msgspec.json.encode(view), replayed=True)
    new = NewBulk(
        organization_id=claim.organization_id,
        on_conflict=on_conflict,
        stream_ids=await streams_named(connection, claim.organization_id, items),
        total_items=len(items),
        items=msgspec.json.encode(items),
        traceparent=bound_trace(),
    )
    number = await bulk.create(connection, new, at=at)
    await idempotency.store(connection, claim, at=at, operation_id=number)
    return answer_of(202, await view_of(context, connection, claim.organization_id, number))


async def streams_named(
    connection: Connection, organization_id: int, items: list[Any]
) -> list[int]:
    """Find the streams that items name, as far as there are any."""
    keys = {key for key in map(stream_key, items) if key is not None}
    named = await streams.find_many(
        connection, keys=[(organization_id, key) for key in sorted(keys)]
    )
    return sorted(one.id for one in named)


async def view_of(
    context: Context, connection: Connection, organization_id: int, number: int
) -> BulkView:
    """Show a request as it stands; raises Problem 404."""
    view = await bulk.find(
        connection,
        organization_id=organization_id,
        bulk_request_id=number,
        at=context.clock(),
    )
    if view is None:
        raise not_found("bulk request")
    return view


async def _filter(connection: Connection, caller: Caller, query: BulkQuery) -> BulkFilter:
    stream_id = None
    if query.data_stream_key is not None:
        stream_id = (await stream_of(connection, caller, query.data_stream_key)).id
    return BulkFilter(
        below_id=MAX_NUMBER if query.cursor is None else number_of_cursor(query.cursor),
        stream_id=stream_id,
        status=query.status,
        source=query.source,
        created_after=query.created_after,
        created_before=query.created_before,
    )
