"""Data streams: where records come from."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StrictInt

from tieout_gateway.shapes.shape import (
    Body,
    Id,
    Name,
    Shape,
    StreamKey,
    Time,
    absent,
    kept,
)

_Days = Annotated[StrictInt, Field(ge=0, le=366)]
_Description = Annotated[str, Field(max_length=4000)]
_Grace = Annotated[StrictInt, Field(ge=0, le=31_622_400)]


class NewStream(Body):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"key": "bank-eur", "name": "Bank account EUR", "expected_days": 2}]
        }
    )

    key: StreamKey = Field(description="unique in the organisation, for ever")
    name: Name
    description: _Description | None = None
    type: Literal["api"] = "api"
    profile: dict[str, Any] | None = Field(
        default=None, description="how its files are read, where the default does not fit"
    )
    expected_days: _Days = Field(
        default=2, description="calendar days after its date by which a record is matched"
    )
    arrival_grace_seconds: _Grace = Field(
        default=3600, description="nothing is overdue sooner after its arrival than this"
    )
    overlap: Literal["dedupe", "append"] = Field(
        default="dedupe", description="whether files repeat records of earlier files"
    )


class StreamChange(Body):
    """What is left out stays; null removes a description or a profile. It holds from now on."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Bank account EUR, main"}]})

    name: Name = kept(placeholder="-")
    description: _Description | None = None
    profile: dict[str, Any] | None = None
    expected_days: _Days = kept(placeholder=2)
    arrival_grace_seconds: _Grace = kept(placeholder=3600)
    overlap: Literal["dedupe", "append"] = kept(placeholder="dedupe")


class Stream(Shape):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": 11,
                    "key": "bank-eur",
                    "name": "Bank account EUR",
                    "type": "api",
                    "expected_days": 2,
                    "arrival_grace_seconds": 3600,
                    "overlap": "dedupe",
                    "created_at": "2026-01-05T09:00:00Z",
                }
            ]
        }
    )

    id: Id
    key: str
    name: str
    description: str | None = absent()
    type: str
    profile: dict[str, Any] | None = absent()
    expected_days: int
    arrival_grace_seconds: int
    overlap: str
    created_at: Time


def stream_of(told: Mapping[str, Any]) -> Stream:
    return Stream.model_validate({name: told.get(name) for name in Stream.model_fields})
