"""A stream as a whole: its health, emptying and deleting it, and how far that is."""

from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from tieout_ingest.loading.stream_operations import StreamOrder, shown_operation
from tieout_ingest.routes.context import Asker, Context, ObjectId, shown, stream_of
from tieout_ingest.store import health, stream_operations
from tieout_runtime.internal import json_response
from tieout_runtime.problems import not_found

Async = Annotated[Literal["true", "false"], Query(alias="async")]


def stream_operations_router(context: Context) -> APIRouter:
    router = APIRouter(prefix="/internal/streams/{key}")

    @router.delete("")
    async def delete(
        key: str, request: Request, caller: Asker, is_async: Async = "false"
    ) -> Response:
        order = StreamOrder(key=key, kind="delete", is_async=is_async == "true")
        claim = caller.claim(request, None)
        return json_response(
            await context.streams.request(partial(context.begin, caller), claim, order)
        )

    @router.post("/reset")
    async def reset(key: str, request: Request, caller: Asker) -> Response:
        order = StreamOrder(key=key, kind="reset", is_async=True)
        claim = caller.claim(request, None)
        return json_response(
            await context.streams.request(partial(context.begin, caller), claim, order)
        )

    @router.get("/operations/{operation_id}")
    async def show(key: str, operation_id: ObjectId, caller: Asker) -> Response:
        async with context.begin(caller) as connection:
            found = await stream_operations.find(
                connection, organization_id=caller.organization_id, operation_id=operation_id
            )
        if found is None or found.data_stream_key != key:
            raise not_found("operation")
        return Response(shown_operation(found), media_type="application/json")

    @router.get("/health")
    async def show_health(key: str, caller: Asker) -> Response:
        async with context.begin(caller) as connection:
            stream = await stream_of(connection, caller, key)
            return shown(
                await health.health_of(
                    connection,
                    organization_id=caller.organization_id,
                    stream_id=stream.id,
                    at=context.clock(),
                )
            )

    return router
