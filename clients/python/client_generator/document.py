"""The OpenAPI document as values: its operations, and the schemas they need."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]
_REF = "#/components/schemas/"
_READING = "get"
_EVENTS = "text/event-stream"
# Those of single operations; what all have is the client's own.
KNOWN_HEADERS = frozenset({"if-match", "last-event-id"})


@dataclass(frozen=True, kw_only=True)
class Member:
    """A parameter, or a member of a body; `name` as the API has it."""

    name: str
    schema: Json
    required: bool
    description: str


@dataclass(frozen=True, kw_only=True)
class Operation:
    """`answers` are schemas of JSON, or None without a body.

    `is_streamed` says that there are others; `events` is what an endless stream tells of.
    """

    id: str
    method: str
    path: str
    tag: str
    summary: str
    description: str
    path_parameters: tuple[Member, ...]
    query: tuple[Member, ...]
    body: tuple[Member, ...] | None
    is_upload: bool
    headers: tuple[Member, ...]
    answers: tuple[Json | None, ...]
    is_streamed: bool
    events: Json | None

    @property
    def writes(self) -> bool:
        return self.method != _READING


@dataclass(frozen=True, kw_only=True)
class Document:
    operations: tuple[Operation, ...]
    schemas: Mapping[str, Json]


def read_document(told: Json) -> Document:
    """Read what the client is made from; what it would not understand is an error here."""
    schemas = told["components"]["schemas"]
    return Document(
        operations=tuple(
            _operation(method, path, one, schemas)
            for path, item in told["paths"].items()
            for method, one in item.items()
        ),
        schemas=schemas,
    )


def ref_of(schema: Json) -> str | None:
    """Name the schema that another one is; of `that or null` too."""
    for one in (schema, *schema.get("anyOf", ())):
        if "$ref" in one:
            return str(one["$ref"]).removeprefix(_REF)
    return None


def refs_in(schema: Any) -> Iterator[str]:
    """Name every schema that one mentions, in order."""
    if isinstance(schema, Mapping):
        if "$ref" in schema:
            yield str(schema["$ref"]).removeprefix(_REF)
        for one in schema.values():
            yield from refs_in(one)
    elif isinstance(schema, list):
        for one in schema:
            yield from refs_in(one)


def _operation(method: str, path: str, one: Json, schemas: Mapping[str, Json]) -> Operation:
    parameters = [told for told in one["parameters"] if "$ref" not in told]
    contents = [
        answer.get("content", {}) for status, answer in one["responses"].items() if status < "3"
    ]
    body = one.get("requestBody", {}).get("content", {})
    headers = [_parameter(told) for told in parameters if told["in"] == "header"]
    unknown = {header.name for header in headers} - KNOWN_HEADERS
    if unknown or len(body) > 1:
        raise ValueError(f"{one['operationId']}: {sorted(unknown)} or {list(body)} is not known")
    return Operation(
        id=one["operationId"],
        method=method,
        path=path,
        tag=one["tags"][0],
        summary=one["summary"],
        description=one.get("description", ""),
        path_parameters=tuple(_parameter(told) for told in parameters if told["in"] == "path"),
        query=tuple(_parameter(told) for told in parameters if told["in"] == "query"),
        body=_body(body, schemas),
        is_upload="multipart/form-data" in body,
        headers=tuple(headers),
        answers=tuple(
            content.get("application/json", {}).get("schema") if content else None
            for content in contents
        ),
        is_streamed=any(set(content) - {"application/json", _EVENTS} for content in contents),
        events=next(
            (
                content[_EVENTS]["schema"]["x-event-data"]
                for content in contents
                if _EVENTS in content
            ),
            None,
        ),
    )


def _parameter(told: Json) -> Member:
    schema = told["schema"]
    description = told.get("description") or schema.get("description", "")
    return Member(
        name=told["name"], schema=schema, required=told["required"], description=description
    )


def _body(content: Json, schemas: Mapping[str, Json]) -> tuple[Member, ...] | None:
    for told in content.values():
        ref = ref_of(told["schema"])
        return members_of(told["schema"] if ref is None else schemas[ref])
    return None


def members_of(schema: Json) -> tuple[Member, ...]:
    """Give the members of an object, those that are required first."""
    required = set(schema.get("required", ()))
    found = [
        Member(
            name=name,
            schema=one,
            required=name in required,
            description=one.get("description", ""),
        )
        for name, one in schema.get("properties", {}).items()
    ]
    return tuple(sorted(found, key=lambda one: not one.required))
