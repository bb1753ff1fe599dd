"""Property definitions: `/internal/property_definitions…`."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StrictBool

from tieout_ingest.domain.properties import Property, PropertyType
from tieout_ingest.routes.context import (
    Asker,
    Context,
    ObjectId,
    answer_of,
    shown,
    stream_of,
)
from tieout_ingest.routes.records import Text
from tieout_ingest.store import properties
from tieout_ingest.store.properties import Definition
from tieout_runtime import idempotency
from tieout_runtime.idempotency import Answer
from tieout_runtime.internal import Caller, json_response
from tieout_runtime.postgres import Connection
from tieout_runtime.problems import invalid, not_found

Name = Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^\x00]*$")]


class NewDefinition(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    data_stream_key: Text
    key: Name
    name: Name
    type: PropertyType
    optional: StrictBool = False


class DefinitionChange(BaseModel):
    """Only what is stated changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name = "-"
    optional: StrictBool = False


def properties_router(context: Context) -> APIRouter:
    router = APIRouter(prefix="/internal/property_definitions")

    @router.get("")
    async def list_of(data_stream_key: Annotated[Text, Query()], caller: Asker) -> Response:
        async with context.begin(caller) as connection:
            stream = await stream_of(connection, caller, data_stream_key)
            return shown(await properties.list_of(connection, stream))

    @router.post("")
    async def create(request: Request, body: NewDefinition, caller: Asker) -> Response:
        claim = caller.claim(request, body.model_dump(mode="json"))
        async with context.begin(caller) as connection:

            async def execute() -> Answer:
                return await _create(context, connection, caller, body)

            answer = await idempotency.once(connection, claim, at=context.clock(), execute=execute)
        return json_response(answer)

    @router.get("/{definition_id}")
    async def show(definition_id: ObjectId, caller: Asker) -> Response:
        async with context.begin(caller) as connection:
            return shown(await _found(connection, caller, definition_id))

    @router.patch("/{definition_id}")
    async def change(
        definition_id: ObjectId, request: Request, body: DefinitionChange, caller: Asker
    ) -> Response:
        stated: dict[str, Any] = body.model_dump(mode="json", exclude_unset=True)
        claim = caller.claim(request, stated)
        async with context.begin(caller) as connection:

            async def execute() -> Answer:
                before = await _found(connection, caller, definition_id)
                await properties.change(
                    connection,
                    organization_id=caller.organization_id,
                    definition_id=definition_id,
                    name=stated.get("name"),
                    optional=stated.get("optional"),
                )
                after = await _found(connection, caller, definition_id)
                return answer_of(200, after, before=before)

            answer = await idempotency.once(connection, claim, at=context.clock(), execute=execute)
        return json_response(answer)

    @router.delete("/{definition_id}")
    async def remove(definition_id: ObjectId, request: Request, caller: Asker) -> Response:
        claim = caller.claim(request, None)
        async with context.begin(caller) as connection:

            async def execute() -> Answer:
                before = await _found(connection, caller, definition_id)
                await properties.remove(
                    connection,
                    organization_id=caller.organization_id,
                    definition_id=definition_id,
                )
                return Answer(status=204, body=b"", before=answer_of(200, before).body)

            answer = await idempotency.once(connection, claim, at=context.clock(), execute=execute)
        return json_response(answer)

    return router


async def _create(
    context: Context, connection: Connection, caller: Caller, body: NewDefinition
) -> Answer:
    stream = await stream_of(connection, caller, body.data_stream_key)
    new = Property(key=body.key, name=body.name, type=body.type, optional=body.optional)
    made = await properties.add(connection, stream, new, at=context.clock())
    if made is None:
        message = f"{new.key!r} is a property of this data stream already"
        raise invalid("$.key", message, code="duplicate_key")
    return answer_of(201, made)


async def _found(connection: Connection, caller: Caller, definition_id: int) -> Definition:
    found = await properties.find(
        connection, organization_id=caller.organization_id, definition_id=definition_id
    )
    if found is None:
        raise not_found("property definition")
    return found
