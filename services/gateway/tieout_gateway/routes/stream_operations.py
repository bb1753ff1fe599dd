from typing import Annotated

from fastapi import Query, Response

from tieout_gateway.owners import REPLAYED, pass_on
from tieout_gateway.routes.answers import END_CLOSE, FromCaller, also, guarded_router
from tieout_gateway.shapes.shape import PathId, PathStreamKey
from tieout_gateway.shapes.stream_operations import (
    DeletionQuery,
    Health,
    Operation,
    health_of,
    operation_of,
)

router = guarded_router(END_CLOSE, "data streams")
_PATH = "/v1/data_streams/{key}"
ACCEPTED = 202


@router.delete(
    _PATH,
    status_code=204,
    response_class=Response,
    responses=also(ACCEPTED, Operation, "With `async=true`: its end is read at `Location`"),
)
async def delete_data_stream(
    key: PathStreamKey, query: Annotated[DeletionQuery, Query()], caller: FromCaller
) -> Response:
    """Delete a data stream, its property definitions and all of its records; history stays.

    409 while it is linked to a reconciliation, a match holds a record of it (it is named) or an
    import is being loaded, and of more than 10,000 records without `async=true`. Afterwards another
    data stream may have its key.
    """
    answer = await caller.ingest(
        "DELETE", f"/internal/streams/{key}", params={"async": query.is_async}
    )
    headers = {REPLAYED: answer.headers.get(REPLAYED, "false")}
    if answer.status_code != ACCEPTED:
        return Response(status_code=answer.status_code, headers=headers)
    operation = operation_of(answer.json())
    return Response(
        operation.model_dump_json(),
        ACCEPTED,
        headers=headers | {"location": _place(key, operation)},
        media_type="application/json",
    )


@router.post(_PATH + "/reset", status_code=ACCEPTED)
async def reset_data_stream(
    key: PathStreamKey, caller: FromCaller, response: Response
) -> Operation:
    """Delete all records that a data stream has by now; what it is and where it is linked stays.

    409 while a match holds a record of it (it is named) or an import is being loaded. Uploads are
    409 until it has ended; then files that were imported before may come again.
    """
    answer = await caller.ingest("POST", f"/internal/streams/{key}/reset")
    pass_on(answer, response)
    operation = operation_of(answer.json())
    response.headers["location"] = _place(key, operation)
    return operation


@router.get(_PATH + "/health")
async def get_data_stream_health(key: PathStreamKey, caller: FromCaller) -> Health:
    """Show what a data stream holds and when it last got a record; cheap enough to poll."""
    return health_of((await caller.ingest("GET", f"/internal/streams/{key}/health")).json())


@router.get(_PATH + "/operations/{id}")
async def get_data_stream_operation(
    key: PathStreamKey,
    id: PathId,  # noqa: A002  # the path's own name
    caller: FromCaller,
) -> Operation:
    """Show how far a deletion or a reset is, also when the data stream is no more."""
    path = f"/internal/streams/{key}/operations/{id}"
    return operation_of((await caller.ingest("GET", path)).json())


def _place(key: str, operation: Operation) -> str:
    return f"/v1/data_streams/{key}/operations/{operation.id}"
