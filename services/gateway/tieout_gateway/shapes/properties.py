"""Property definitions: what a data stream demands of the metadata of its records."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import ConfigDict, Field, StrictBool

from tieout_gateway.shapes.shape import Body, Id, Name, Shape, StreamKey, kept

PropertyType = Literal["number", "date", "datetime", "string", "boolean"]
_EXAMPLE: dict[str, Any] = {
    "key": "branch",
    "name": "Branch",
    "type": "string",
    "optional": False,
    "data_stream_key": "bank-eur",
}


class NewDefinition(Body):
    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    key: Name = Field(description="the member of the metadata; it cannot be changed")
    name: Name
    type: PropertyType = Field(
        description="a text that writes such a value is one: files hold nothing but text"
    )
    optional: StrictBool = Field(default=False, description="whether it may be missing or null")
    data_stream_key: StreamKey


class DefinitionChange(Body):
    """What is left out stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"optional": True}]})

    name: Name = kept(placeholder="-")
    optional: StrictBool = kept(placeholder=False)


class DefinitionsQuery(Body):
    data_stream_key: StreamKey


class Definition(Shape):
    model_config = ConfigDict(json_schema_extra={"examples": [{"id": 61, **_EXAMPLE}]})

    id: Id
    key: str
    name: str
    type: PropertyType
    optional: bool
    data_stream_key: str


def definition_of(told: Mapping[str, Any]) -> Definition:
    return Definition.model_validate({name: told[name] for name in Definition.model_fields})
