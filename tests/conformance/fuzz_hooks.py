"""What schemathesis is told of this product; it loads this module itself, in its own process."""

import json
import os
import uuid
from pathlib import Path
from typing import Any

import schemathesis
from schemathesis import Case, HookContext, Response
from schemathesis.core.failures import Failure

from conformance.fuzz import WORLD_KEY
from conformance.fuzz_reasons import excused
from e2e.openapi_requests import Operation, naming

Json = dict[str, Any]
_WORLD: Json = json.loads(Path(os.environ[WORLD_KEY]).read_text("utf-8"))
_OBJECTS: Json = _WORLD["objects"]
_IDEMPOTENCY = "X-Idempotency-Key"
_EVENT: Json = {
    "type": "object",
    "required": ["event", "data"],
    "properties": {name: {"type": "string"} for name in ("event", "data", "id")},
}


@schemathesis.hook
def before_load_schema(_context: HookContext, raw_schema: Json) -> None:
    """Have every status named (no `default`), and examples that name objects there are."""
    shapes: Json = raw_schema["components"]["schemas"]
    for path, item in raw_schema["paths"].items():
        for method, described in item.items():
            described["responses"].pop("default")
            _describe_events(described["responses"])
            _name_objects(
                Operation(method=method.upper(), path=path, described=described, schemas=shapes)
            )


def _describe_events(responses: Json) -> None:
    """Say what one event of a stream is: OpenAPI 3.1 has the stream as one text."""
    for answer in responses.values():
        for media_type, content in answer.get("content", {}).items():
            if media_type == "text/event-stream":
                content["schema"] = _EVENT


def _name_objects(operation: Operation) -> None:
    in_path = [one for one in operation.described["parameters"] if one.get("in") == "path"]
    for parameter, kind in zip(in_path, operation.places, strict=True):
        parameter["example"] = _OBJECTS[kind]
    for content in operation.described.get("requestBody", {}).get("content", {}).values():
        content["example"] = naming(content["example"], _OBJECTS)
        for schema in (content["schema"], *content["schema"].get("anyOf", [])):
            shape = operation.schemas.get(schema.get("$ref", "").rpartition("/")[2], {})
            if "examples" in shape:
                shape["examples"] = naming(shape["examples"], _OBJECTS)


@schemathesis.hook
def filter_case(_context: HookContext, case: Case[Any]) -> bool:
    """Leave the key alone that all cases are sent with: revoked, every answer would be 401."""
    own = str(_WORLD["api_key_id"])
    revokes = (case.operation.method, case.operation.path) == ("delete", "/v1/api_keys/{id}")
    return not (revokes and str((case.path_parameters or {}).get("id")) == own)


@schemathesis.hook
def before_call(_context: HookContext, case: Case[Any], _kwargs: Json) -> None:
    """Give each request an idempotency key of its own, where it has a good one.

    The tool sends the same few with everything, which would be answered as a reused key.
    """
    key = (case.headers or {}).get(_IDEMPOTENCY)
    if isinstance(key, str) and key.isascii() and key.isprintable() and key:
        case.headers[_IDEMPOTENCY] = uuid.uuid4().hex


@schemathesis.hook
def filter_failure(
    _context: HookContext, failure: Failure, case: Case[Any], response: Response
) -> bool:
    return not excused(failure, case.operation.label, response)
