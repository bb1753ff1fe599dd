"""Streams: `POST`, `GET` and `PATCH /internal/streams…`."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Request, Response
from msgspec import structs
from pydantic import BaseModel, ConfigDict, Field

from tieout_contracts.config_events import StreamConfig
from tieout_contracts.topics import CONFIG
from tieout_ingest.domain.profile import profile_from_json
from tieout_ingest.domain.refusals import JsonRefused
from tieout_ingest.loading.announce import SOURCE
from tieout_ingest.routes.context import (
    Asker,
    Context,
    ObjectId,
    answer_of,
    refused,
    shown,
    stream_of,
)
from tieout_ingest.store import streams
from tieout_ingest.store.streams import NewStream, Stream
from tieout_runtime import idempotency, outbox
from tieout_runtime.idempotency import Answer
from tieout_runtime.internal import Caller, json_response
from tieout_runtime.outbox import Message
from tieout_runtime.postgres import Connection
from tieout_runtime.problems import invalid, not_found

_YEAR_S = 366 * 24 * 3600
# A key is one segment of a path.
Key = Annotated[str, Field(pattern=r"^[^/\\?#\x00-\x20\x7f][^/\\?#\x00-\x1f\x7f]{0,254}$")]
Name = Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^\x00]*$")]

Description = Annotated[str, Field(max_length=4000, pattern=r"^[^\x00]*$")]
Days = Annotated[int, Field(strict=True, ge=0, le=366)]
Grace = Annotated[int, Field(strict=True, ge=0, le=_YEAR_S)]
Overlap = Literal["dedupe", "append"]


class NewStreamBody(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    key: Key
    name: Name
    description: Description | None = None
    type: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")] = "api"
    profile: dict[str, Any] | None = None
    expected_days: Days = 2
    arrival_grace_seconds: Grace = 3600
    overlap: Overlap = "dedupe"


class StreamChange(BaseModel):
    """Only what is stated changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name = "-"
    description: Description | None = None
    profile: dict[str, Any] | None = None
    expected_days: Days = 2
    arrival_grace_seconds: Grace = 3600
    overlap: Overlap = "dedupe"


def streams_router(context: Context) -> APIRouter:
    router = APIRouter()

    @router.post("/internal/streams")
    async def create(request: Request, body: NewStreamBody, caller: Asker) -> Response:
        new = _new_stream(body)
        claim = caller.claim(request, body.model_dump(mode="json"))
        async with context.begin(caller) as connection:

            async def execute() -> Answer:
                return await _create(context, connection, caller, new)

            answer = await idempotency.once(connection, claim, at=context.clock(), execute=execute)
        return json_response(answer)

    @router.patch("/internal/streams/{key}")
    async def change(key: str, request: Request, body: StreamChange, caller: Asker) -> Response:
        stated = body.model_dump(mode="json", exclude_unset=True)
        if "profile" in stated:
            _check_profile(stated["profile"])
        claim = caller.claim(request, stated)
        async with context.begin(caller) as connection:

            async def execute() -> Answer:
                return await _change(context, connection, caller, key, stated)

            answer = await idempotency.once(connection, claim, at=context.clock(), execute=execute)
        return json_response(answer)

    @router.get("/internal/streams")
    async def list_all(caller: Asker) -> Response:
        async with context.begin(caller) as connection:
            found = await streams.list_all(connection, organization_id=caller.organization_id)
        return shown(found)

    @router.get("/internal/streams/by-key/{key}")
    async def by_key(key: str, caller: Asker) -> Response:
        async with context.begin(caller) as connection:
            return shown(await stream_of(connection, caller, key))

    @router.get("/internal/streams/{stream_id}")
    async def by_id(stream_id: ObjectId, caller: Asker) -> Response:
        async with context.begin(caller) as connection:
            found = await streams.find(
                connection, organization_id=caller.organization_id, stream_id=stream_id
            )
        if found is None:
            raise not_found("data stream")
        return shown(found)

    return router


def _new_stream(body: NewStreamBody) -> NewStream:
    _check_profile(body.profile)
    return NewStream(**body.model_dump())


async def _create(
    context: Context, connection: Connection, caller: Caller, new: NewStream
) -> Answer:
    made = await streams.create(
        connection, organization_id=caller.organization_id, new=new, at=context.clock()
    )
    if made is None:
        raise invalid("$.key", f"{new.key!r} is taken", code="duplicate_key")
    await _announce(connection, made, at=made.created_at)
    return answer_of(201, made)


def _check_profile(profile: Any) -> None:
    try:
        profile_from_json(profile)
    except JsonRefused as error:
        raise refused(error, below="$.profile") from None


async def _change(
    context: Context, connection: Connection, caller: Caller, key: str, stated: dict[str, Any]
) -> Answer:
    """Make the next version of a stream; what changes nothing makes none."""
    await stream_of(connection, caller, key)
    found = await streams.lock(connection, organization_id=caller.organization_id, key=key)
    if found is None:
        raise not_found("data stream")
    wanted = structs.replace(found, **stated)
    if wanted == found:
        return answer_of(200, found)
    changed = await streams.change(connection, wanted)
    await _announce(connection, changed, at=context.clock())
    return answer_of(200, changed, before=found)


async def _announce(connection: Connection, stream: Stream, *, at: datetime) -> None:
    """Tell the other services of a stream, on the compacted topic."""
    event = StreamConfig(
        organization_id=stream.organization_id,
        stream_id=stream.id,
        version=stream.version,
        key=stream.key,
        name=stream.name,
        expected_days=stream.expected_days,
        arrival_grace_seconds=stream.arrival_grace_seconds,
    )
    name = f"stream:{stream.id}"
    await outbox.add(
        connection,
        outbox.Events(
            topic=CONFIG,
            key=name,
            organization_id=stream.organization_id,
            source=SOURCE,
            at=at,
            messages=[
                Message(msgspec.json.encode(event), f"{name}:{stream.version}", "stream", name)
            ],
        ),
    )
