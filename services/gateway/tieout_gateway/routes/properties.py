from typing import Annotated

from fastapi import Query, Response

from tieout_gateway.owners import pass_on
from tieout_gateway.routes.answers import END_CLOSE, FromCaller, guarded_router, sent
from tieout_gateway.shapes.properties import (
    Definition,
    DefinitionChange,
    DefinitionsQuery,
    NewDefinition,
    definition_of,
)
from tieout_gateway.shapes.shape import PathId

router = guarded_router(END_CLOSE, "property definitions")
_PATH = "/v1/data_stream_property_definitions"
_INTERNAL = "/internal/property_definitions"


@router.get(_PATH)
async def list_property_definitions(
    query: Annotated[DefinitionsQuery, Query()], caller: FromCaller
) -> list[Definition]:
    """List what a data stream demands of the metadata of its records."""
    answer = await caller.ingest("GET", _INTERNAL, params=sent(query))
    return [definition_of(one) for one in answer.json()]


@router.post(_PATH, status_code=201)
async def create_property_definition(
    new: NewDefinition, caller: FromCaller, response: Response
) -> Definition:
    """Demand a property of all records that come from now on, whichever way they come.

    A record without it is refused: a row of a file as a rejection, an item of a bulk request as a
    failed one, a single record with 422, each naming the property. Records that are there stay.
    """
    answer = await caller.ingest("POST", _INTERNAL, json=new.model_dump(mode="json"))
    pass_on(answer, response)
    return definition_of(answer.json())


@router.get(_PATH + "/{id}")
async def get_property_definition(id: PathId, caller: FromCaller) -> Definition:  # noqa: A002  # the path's own name
    """Show one property definition."""
    return definition_of((await caller.ingest("GET", f"{_INTERNAL}/{id}")).json())


@router.patch(_PATH + "/{id}")
async def update_property_definition(
    id: PathId,  # noqa: A002  # the path's own name
    change: DefinitionChange,
    caller: FromCaller,
    response: Response,
) -> Definition:
    """Change the name of a property, or whether it is optional."""
    body = change.model_dump(mode="json", exclude_unset=True)
    answer = await caller.ingest("PATCH", f"{_INTERNAL}/{id}", json=body)
    pass_on(answer, response)
    return definition_of(answer.json())


@router.delete(_PATH + "/{id}", status_code=204)
async def delete_property_definition(id: PathId, caller: FromCaller, response: Response) -> None:  # noqa: A002  # the path's own name
    """Demand a property no more; what records say stays."""
    pass_on(await caller.ingest("DELETE", f"{_INTERNAL}/{id}"), response)
