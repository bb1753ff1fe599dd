"""What all shapes of the public dialects are built from."""

import datetime as dt
import re
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    StrictInt,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import CoreSchema

from tieout_contracts.ids import MAX_ID, IdError, Kind, integer_id, number_of
from tieout_contracts.money import MAX_DIGITS, MAX_EXPONENT
from tieout_gateway.domain.strict_json import WrittenFloat
from tieout_gateway.openapi_schemas import forget_null
from tieout_runtime.problems import not_found

MAX_TEXT = 10_000
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_RFC_3339 = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})", re.ASCII
)


class Body(BaseModel):
    """A request's body or query: a member that does not exist is an error, never a wish."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _is_no_number(cls, value: object) -> object:
        """Refuse a number with a fraction: FastAPI would read an object's members off it."""
        if isinstance(value, WrittenFloat):
            raise ValueError("is a number, not an object")  # noqa: TRY004  # pydantic's
        return value


class Shape(BaseModel):
    """An answer. A field made with `absent()` is left out when it has no value."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Describe absent fields without null, and answers as open: they may gain members."""
        schema = handler(core_schema)
        described = handler.resolve_ref_schema(schema)
        described.pop("additionalProperties", None)
        for name, field in cls.model_fields.items():
            if field.exclude_if is not None:
                forget_null(described["properties"][field.alias or name])
        return schema


def absent(description: str | None = None) -> Any:
    """Make a field that is left out of the answer when it has no value."""
    return Field(default=None, exclude_if=lambda value: value is None, description=description)


def kept(*, placeholder: object) -> Any:
    """Make a member of a change: left out it stays as it is; null is no value of it."""
    return Field(default=placeholder, json_schema_extra=_forget_default)


def _forget_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)


def _integer_id(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise IdError("an identifier is an integer or its decimal string")
    return integer_id(value)


def _path_id(value: object) -> int:
    try:
        return _integer_id(value)
    except IdError as error:
        raise not_found("object") from error


def _path_exception_id(value: object) -> int:
    try:
        return number_of(Kind.BREAK, str(value))
    except IdError as error:
        raise not_found("exception") from error


def _day(value: object) -> object:
    if isinstance(value, dt.date) or (isinstance(value, str) and _DAY.fullmatch(value)):
        return value
    raise ValueError("a date is written YYYY-MM-DD")


def _moment(value: object) -> object:
    """Take no number for a time: pydantic would count it from 1970."""
    if isinstance(value, dt.datetime) or (isinstance(value, str) and _RFC_3339.fullmatch(value)):
        return value
    raise ValueError("a time is written as RFC 3339 has it, such as 2026-01-05T08:30:00Z")


def _milliseconds(value: dt.datetime) -> str:
    text = value.astimezone(dt.UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


ID_SCHEMA = {"type": "integer", "minimum": 1, "maximum": MAX_ID}
_ID_TEXT_SCHEMA = {"type": "string", "pattern": "^0*[1-9][0-9]*$", "maxLength": 16}
# In a body or query: an integer, or the same integer as a decimal string.
IdIn = Annotated[
    int,
    BeforeValidator(_integer_id),
    WithJsonSchema({"anyOf": [ID_SCHEMA, _ID_TEXT_SCHEMA]}),
]
# In a path: what is no identifier names nothing, so it is not found.
PathId = Annotated[int, BeforeValidator(_path_id), WithJsonSchema(ID_SCHEMA)]
PathExceptionId = Annotated[
    int,
    BeforeValidator(_path_exception_id),
    WithJsonSchema({"type": "string", "format": "uuid"}),
]
Id = Annotated[int, WithJsonSchema(ID_SCHEMA)]

AmountIn = Annotated[StrictInt, Field(ge=0, lt=10**MAX_DIGITS)]
SignedAmountIn = Annotated[int, Field(gt=-(10**MAX_DIGITS), lt=10**MAX_DIGITS)]
DecimalPlaces = Annotated[StrictInt, Field(ge=0, le=MAX_EXPONENT)]
Day = Annotated[dt.date, BeforeValidator(_day)]
Moment = Annotated[AwareDatetime, BeforeValidator(_moment)]
Time = Annotated[AwareDatetime, AfterValidator(lambda value: value.astimezone(dt.UTC))]
TimeInMilliseconds = Annotated[
    AwareDatetime,
    PlainSerializer(_milliseconds, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Name = Annotated[str, StringConstraints(min_length=1, max_length=255)]
Text = Annotated[str, StringConstraints(max_length=MAX_TEXT)]
# No key can be mistaken for a part of a path: it begins with a letter or digit.
StreamKey = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]*$", min_length=1, max_length=128)
]
_STREAM_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}", re.ASCII)


def _path_stream_key(value: str) -> str:
    if not _STREAM_KEY.fullmatch(value):
        raise not_found("data stream")
    return value


PathStreamKey = Annotated[
    str, BeforeValidator(_path_stream_key), WithJsonSchema({"type": "string", "maxLength": 128})
]
