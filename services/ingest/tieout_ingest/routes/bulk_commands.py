"""Bulk requests stopped and tried again: `POST /internal/bulk_requests/{id}/cancel|retry`."""

import msgspec
from fastapi import APIRouter, Request, Response

from tieout_ingest.domain.bulk_items import placed, without
from tieout_ingest.routes.bulk import streams_named, view_of
from tieout_ingest.routes.context import Asker, Context, ObjectId, answer_of
from tieout_ingest.store import bulk
from tieout_ingest.store.bulk import NewBulk
from tieout_runtime import idempotency
from tieout_runtime.idempotency import Answer, Claim, Started
from tieout_runtime.internal import Caller, json_response
from tieout_runtime.logs import bound_trace
from tieout_runtime.postgres import Connection
from tieout_runtime.problems import Problem, not_found

ACCEPTED = 202
RETRYABLE = frozenset({"failed", "cancelled"})


def bulk_commands_router(context: Context) -> APIRouter:
    router = APIRouter(prefix="/internal/bulk_requests/{bulk_request_id}")

    @router.post("/cancel")
    async def cancel(bulk_request_id: ObjectId, request: Request, caller: Asker) -> Response:
        claim = caller.claim(request, None)
        async with context.begin(caller) as connection:

            async def execute() -> Answer:
                return await _cancel(context, connection, caller, bulk_request_id)

            answer = await idempotency.once(connection, claim, at=context.clock(), execute=execute)
        context.wake_bulk()
        return json_response(answer)

    @router.post("/retry")
    async def retry(bulk_request_id: ObjectId, request: Request, caller: Asker) -> Response:
        claim = caller.claim(request, None)
        async with context.begin(caller) as connection:
            answer = await _retry(context, connection, claim, bulk_request_id)
        context.wake_bulk()
        return json_response(answer)

    return router


async def _cancel(
    context: Context, connection: Connection, caller: Caller, bulk_request_id: int
) -> Answer:
    """Ask it to stop; one that has stopped answers as it stands, other ended ones are 409."""
    names = {
        "organization_id": caller.organization_id,
        "bulk_request_id": bulk_request_id,
    }
    before = await view_of(context, connection, caller.organization_id, bulk_request_id)
    asked = await bulk.cancel(connection, **names, at=context.clock())
    view = await view_of(context, connection, caller.organization_id, bulk_request_id)
    if not asked and view.status != "cancelled":
        message = f"a bulk request that is {view.status} cannot be cancelled any more"
        raise Problem(409, "not_cancellable", message)
    return answer_of(ACCEPTED, view, before=before)


async def _retry(
    context: Context, connection: Connection, claim: Claim, bulk_request_id: int
) -> Answer:
    at, organization_id = context.clock(), claim.organization_id
    earlier = await idempotency.find(connection, claim, at=at)
    if isinstance(earlier, Answer):
        return earlier
    if isinstance(earlier, Started):
        view = await view_of(context, connection, organization_id, earlier.operation_id)
        return Answer(status=ACCEPTED, body=msgspec.json.encode(view), replayed=True)
    new = await _what_is_left(connection, organization_id, bulk_request_id)
    number = await bulk.create(connection, new, at=at)
    begun = answer_of(ACCEPTED, await view_of(context, connection, organization_id, number))
    await idempotency.store(connection, claim, at=at, operation_id=number, begun=begun)
    return begun


async def _what_is_left(
    connection: Connection, organization_id: int, bulk_request_id: int
) -> NewBulk:
    """Take over all items that made no record; they keep their places in what was sent first."""
    parent = await bulk.left(
        connection, organization_id=organization_id, bulk_request_id=bulk_request_id
    )
    if parent is None:
        raise not_found("bulk request")
    if parent.status not in RETRYABLE:
        message = f"only a failed or cancelled bulk request is retried, this is {parent.status}"
        raise Problem(409, "not_retryable", message)
    items = placed(msgspec.json.decode(parent.items), parent.indexes)
    left = without(items, set(parent.successful))
    if not left.values:
        raise Problem(409, "not_retryable", "every item of this bulk request made its record")
    return NewBulk(
        organization_id=organization_id,
        on_conflict=parent.on_conflict,
        stream_ids=await streams_named(connection, organization_id, left.values),
        total_items=len(left.values),
        items=msgspec.json.encode(left.values),
        parent_bulk_request_id=bulk_request_id,
        indexes=left.indexes,
        traceparent=bound_trace(),
    )
