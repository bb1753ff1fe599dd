"""Calls made from the OpenAPI document alone: arguments from its examples, answers from those."""

import inspect
import json
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx2
from pydantic import TypeAdapter

from client_generator.annotations import snake
from client_generator.document import Document, Member, Operation, read_document
from client_generator.naming import place_of
from tieout_client import Client

OPENAPI = Path(__file__).parents[3] / "docs" / "openapi.json"
TOLD: dict[str, Any] = json.loads(OPENAPI.read_text("utf-8"), parse_float=Decimal)
DOCUMENT: Document = read_document(TOLD)
_SAMPLES = {"integer": 3, "boolean": True, "string": "text", "number": Decimal("0.5")}
_FORMATS = {
    "date": "2026-01-05",
    "date-time": "2026-01-05T09:00:00Z",
    "uuid": "000a0000-0000-87e0-8000-000000000047",
}


def method_of(client: Any, operation: Operation) -> Any:
    """Find an operation's method on a client, or on the class of one."""
    found = client
    for name in place_of(operation).split("."):
        found = getattr(found, name)
    return found


@dataclass(frozen=True, kw_only=True)
class Example:
    """One operation as its documentation shows it: what goes out and what comes back."""

    operation: Operation
    told: dict[str, Any]

    @property
    def path(self) -> str:
        path = self.operation.path
        for one in self._parameters("path"):
            path = path.replace(f"{{{one['name']}}}", str(one["example"]))
        return path

    @property
    def query(self) -> dict[str, Any]:
        return {one.name: sample(one) for one in self.operation.query}

    @property
    def body(self) -> Any:
        """Give the JSON body without what travels as a header; None where there is none."""
        content = self.told.get("requestBody", {}).get("content", {})
        if "application/json" not in content:
            return None
        body = content["application/json"]["example"] or {}
        return {name: value for name, value in body.items() if name != "idempotency_key"}

    def answers(self) -> Iterator[httpx2.Response]:
        """Give every answer that is a success."""
        for status, one in self.told["responses"].items():
            if status < "3":
                contents = one.get("content", {})
                content = contents.get("application/json", {})
                body = json.dumps(content["example"], default=float) if content else ""
                events = contents.get("text/event-stream", {}).get("example", "")
                yield httpx2.Response(int(status), text=body or events)

    def arguments(self, method: Any) -> tuple[list[Any], dict[str, Any]]:
        """Give every argument of the method, as the types it names."""
        positional = [one["example"] for one in self._parameters("path")]
        given = {snake(name): value for name, value in (self.query | (self.body or {})).items()}
        if self.operation.is_upload:
            given |= {"file": BytesIO(b"a,b"), "filename": "a.csv"}
        types = typing.get_type_hints(method)
        named = {
            name: value if name == "file" else TypeAdapter(types[name]).validate_python(value)
            for name, value in given.items()
        }
        return positional, named

    def _parameters(self, place: str) -> list[dict[str, Any]]:
        return [one for one in self.told["parameters"] if one.get("in") == place]


def examples() -> list[Example]:
    told = {one["operationId"]: one for item in TOLD["paths"].values() for one in item.values()}
    return [Example(operation=one, told=told[one.id]) for one in DOCUMENT.operations]


def sample(member: Member) -> Any:
    """Give a value that the schema allows."""
    schema = member.schema
    if "anyOf" in schema:
        schema = schema["anyOf"][0]
    if schema.get("type") == "array":
        return [schema["items"]["enum"][0]] if "enum" in schema["items"] else ["text"]
    if "const" in schema or "enum" in schema:
        return schema.get("const") or schema["enum"][0]
    return _FORMATS.get(schema.get("format", "")) or _SAMPLES[schema["type"]]


def parameters_wanted(operation: Operation) -> set[str]:
    """Name what the documentation lets a caller give, as Python writes it."""
    members = {snake(one.name) for one in operation.body or ()} - {"idempotency_key"}
    members |= {snake(one.name) for one in (*operation.path_parameters, *operation.query)}
    members |= {"filename"} if operation.is_upload else set()
    members |= {"idempotency_key"} if operation.writes else set()
    members |= {snake(one.name) for one in operation.headers}
    return members | {"request_id"}


def parameters_of(method: Any) -> set[str]:
    return set(inspect.signature(method).parameters)


def a_client(answer: httpx2.Response, asked: list[httpx2.Request]) -> Client:
    """Open a client that is given one answer to all it asks."""

    def on(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return answer

    return Client(
        "http://t", "k", http=httpx2.Client(transport=httpx2.MockTransport(on), trust_env=False)
    )
