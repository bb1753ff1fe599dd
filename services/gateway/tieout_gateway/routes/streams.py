from fastapi import Response

from tieout_gateway.owners import pass_on
from tieout_gateway.routes.answers import END_CLOSE, FromCaller, guarded_router
from tieout_gateway.shapes.shape import PathStreamKey
from tieout_gateway.shapes.streams import NewStream, Stream, StreamChange, stream_of

router = guarded_router(END_CLOSE, "data streams")


@router.get("/v1/data_streams")
async def list_data_streams(caller: FromCaller) -> list[Stream]:
    """List all data streams of the organisation."""
    answer = await caller.ingest("GET", "/internal/streams")
    return [stream_of(one) for one in answer.json()]


@router.post("/v1/data_streams", status_code=201)
async def create_data_stream(new: NewStream, caller: FromCaller, response: Response) -> Stream:
    """Make a data stream; a key that is taken is 422."""
    body = new.model_dump(mode="json", exclude_none=True)
    answer = await caller.ingest("POST", "/internal/streams", json=body)
    pass_on(answer, response)
    return stream_of(answer.json())


@router.get("/v1/data_streams/{key}")
async def get_data_stream(key: PathStreamKey, caller: FromCaller) -> Stream:
    """Show one data stream."""
    answer = await caller.ingest("GET", f"/internal/streams/by-key/{key}")
    return stream_of(answer.json())


@router.patch("/v1/data_streams/{key}")
async def update_data_stream(
    key: PathStreamKey, change: StreamChange, caller: FromCaller, response: Response
) -> Stream:
    """Change what a data stream is called, and how what comes from now on is read and expected.

    Its key and type cannot be changed; records that are there stay as they are.
    """
    body = change.model_dump(mode="json", exclude_unset=True)
    answer = await caller.ingest("PATCH", f"/internal/streams/{key}", json=body)
    pass_on(answer, response)
    return stream_of(answer.json())
