"""What FastAPI's document lacks: credentials, errors, headers, examples, links, scopes."""

from collections.abc import Iterator
from typing import Any

from tieout_gateway.domain.dialects import MEMBERS, Dialect, dialect_of
from tieout_gateway.openapi_examples import example_of, with_nulls
from tieout_gateway.openapi_links import add_links
from tieout_gateway.openapi_schemas import forget_null, tidy
from tieout_gateway.scope_table import SCOPES
from tieout_runtime.problems import MEDIA_TYPE

Json = dict[str, Any]
_WRITES = frozenset({"post", "put", "patch", "delete"})
_PROBLEM_NAMES: dict[Dialect, str] = {
    "end_close": "EndCloseProblem",
    "lerian": "LerianProblem",
    "reconlayer": "ReconLayerProblem",
    "ours": "Problem",
    "corebanq": "CorebanqProblem",
}
_PATH_EXAMPLES = {
    "exceptionId": "000a0000-0000-87e0-8000-000000000047",
    "intentId": "00140000-0000-87e0-8000-0000000001f6",
    "caseId": "00150000-0000-87e0-8000-00000000000b",
    "id": "00060000-0000-87e0-8000-000000000029",
    "runID": "000c0000-0000-87e0-8000-000000000051",
    "fileID": "00040000-0000-87e0-8000-00000000003d",
    "matchID": "00080000-0000-87e0-8000-0000000003e9",
    "itemID": "00030000-0000-87e0-8000-0000000001f5",
}
_BAD_IS_400: tuple[Dialect, ...] = ("lerian", "reconlayer", "corebanq")
_INTRODUCTION = """\
One public door for several dialects: paths, names and errors of End Close, \
ReconLayer, Corebanq and Lerian.

- **Credential**: an API key as `X-API-KEY` or `Authorization: Bearer`, or a person's OIDC token \
as Bearer. It names the organisation, of several `X-Organization-Id` chooses; another \
organisation's object is 404.
- **Money**: integers of minor units with `decimal_places`. A fraction is refused, never rounded.
- **Idempotency**: `X-Idempotency-Key` or `Idempotency-Key` on every write. The same request again \
is answered as the first time, with `X-Idempotency-Replayed: true`; another request is 422.
- **Unknown members** of a body, and unknown query parameters where a route has any, are errors: \
a misspelt name never goes unseen.
- **Several currencies** are never summed: totals are null and `by_currency` lists each.
"""
_PARAMETERS: Json = {
    "RequestId": {
        "name": "X-Request-Id",
        "in": "header",
        "description": (
            "names the request in answers and logs: 1 to 128 printable ASCII characters; "
            "anything else is replaced"
        ),
        "schema": {"type": "string"},
    },
    "IdempotencyKey": {
        "name": "X-Idempotency-Key",
        "in": "header",
        "description": "1 to 255 printable ASCII characters; `Idempotency-Key` serves as well",
        "schema": {"type": "string", "pattern": "^[ -~]{1,255}$"},
    },
}
_RATE_LIMITS: Json = {
    "RateLimit-Limit": {
        "description": "requests that a window of the credential holds",
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    },
    "RateLimit-Remaining": {
        "description": "how many of them are left",
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    },
    "RateLimit-Reset": {
        "description": "seconds until the next window",
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    },
}
_ERRORS: dict[int | str, str] = {
    400: "The request is malformed, or its idempotency key is",
    401: "The credential is missing, unknown, expired or revoked",
    403: "The key lacks the scope, or belongs to another organisation",
    404: "There is no such object in this organisation",
    409: "The object's state forbids it, or an equal request is in progress",
    412: "The object has changed since the given version",
    413: "The body is too large",
    415: "The body has another media type",
    422: "The request is understood and cannot be carried out; `errors` names JSON paths",
    429: "Too many requests of this credential, or the service is busy; see Retry-After",
    503: "Not reachable for now; see Retry-After",
}


def complete(document: Json) -> Json:
    """Complete FastAPI's document in place, and return it."""
    document["info"]["description"] = _INTRODUCTION
    document["security"] = [{"ApiKeyAuth": []}, {"BearerAuth": []}]
    components = document["components"]
    components["securitySchemes"] = {
        "ApiKeyAuth": {"type": "apiKey", "in": "header", "name": "X-API-KEY"},
        "BearerAuth": {"type": "http", "scheme": "bearer"},
    }
    components["parameters"] = _PARAMETERS
    components["headers"] = {
        "RequestId": {"schema": {"type": "string"}},
        "IdempotencyReplayed": {
            "description": "whether this is the answer of an earlier, equal request",
            "schema": {"type": "string", "enum": ["true", "false"]},
        },
        **_RATE_LIMITS,
    }
    schemas = components["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    components["responses"] = {}
    for dialect, name in _PROBLEM_NAMES.items():
        schemas[name] = _problem_schema(dialect)
        for status, description in {**_ERRORS, "default": "Any other error"}.items():
            components["responses"][f"{name}_{status}"] = _error(description, name)
    for schema in schemas.values():
        tidy(schema, keep_title=True)
        if "examples" in schema:
            schema["examples"] = [with_nulls(one, schema, schemas) for one in schema["examples"]]
    for path, method, operation in _operations(document):
        _complete_operation(path, method, operation, schemas)
    add_links(document)
    return document


def _operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def _complete_operation(path: str, method: str, operation: Json, schemas: Json) -> None:
    operation["x-required-scope"] = SCOPES[(method.upper(), path)]
    summary, _, rest = operation.pop("description").partition("\n\n")
    # A summary is shown as plain text.
    operation["summary"] = summary.removesuffix(".").replace("`", "")
    if rest:
        operation["description"] = rest
    parameters = operation.setdefault("parameters", [])
    for parameter in parameters:
        tidy(parameter["schema"])
        forget_null(parameter["schema"])
        if parameter["in"] == "path":
            parameter["example"] = _path_example(parameter)
    names = ["RequestId", "IdempotencyKey"] if method in _WRITES else ["RequestId"]
    parameters += [{"$ref": f"#/components/parameters/{name}"} for name in names]
    operation["responses"].pop("422", None)  # FastAPI's own shape of errors, which never leaves
    for answer in operation["responses"].values():
        _complete_answer(answer, method, schemas)
    for content in operation.get("requestBody", {}).get("content", {}).values():
        content.setdefault("example", example_of(content["schema"], schemas))
    problem = f"#/components/responses/{_PROBLEM_NAMES[dialect_of(path)]}"
    for status in (*sorted(_error_statuses(path, method, operation)), "default"):
        operation["responses"][str(status)] = {"$ref": f"{problem}_{status}"}


def _complete_answer(answer: Json, method: str, schemas: Json) -> None:
    headers = {"X-Request-Id": {"$ref": "#/components/headers/RequestId"}}
    headers |= {name: {"$ref": f"#/components/headers/{name}"} for name in _RATE_LIMITS}
    if method in _WRITES:
        headers["X-Idempotency-Replayed"] = {"$ref": "#/components/headers/IdempotencyReplayed"}
    answer["headers"] = headers
    if answer["description"] == "Successful Response":
        answer["description"] = "Done"
    for content in answer.get("content", {}).values():
        tidy(content["schema"])
        content.setdefault("example", example_of(content["schema"], schemas))


def _error_statuses(path: str, method: str, operation: Json) -> set[int]:
    statuses = {401, 403, 422, 429, 503}
    if dialect_of(path) in _BAD_IS_400 or method in _WRITES:
        statuses.add(400)
    if "{" in path or method in _WRITES or operation["parameters"][0].get("in") == "query":
        statuses.add(404)
    if method in _WRITES:
        statuses.add(409)
    if "requestBody" in operation:
        statuses |= {413, 415}
    if any(parameter.get("name") == "if-match" for parameter in operation["parameters"]):
        statuses.add(412)
    return statuses


def _error(description: str, problem_name: str) -> Json:
    return {
        "description": description,
        "headers": {"X-Request-Id": {"$ref": "#/components/headers/RequestId"}},
        "content": {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{problem_name}"}}},
    }


def _problem_schema(dialect: Dialect) -> Json:
    """RFC 9457, our members, and those the dialect's callers read."""
    text = {"type": "string"}
    properties: Json = {
        "type": {"type": "string", "description": "urn:tieout:problem:<code>"},
        "title": text,
        "status": {"type": "integer"},
        "detail": text,
        "instance": {"type": "string", "description": "the path that was asked"},
        "code": {"type": "string", "description": "stable: programs decide by it"},
        "request_id": text,
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["path", "message"],
                "properties": {"path": text, "message": text},
            },
        },
    }
    properties |= {
        member: {
            **({"type": "string"} if source != "errors" else properties["errors"]),
            "description": f"the same as `{source}`",
        }
        for member, source in MEMBERS[dialect].items()
    }
    return {"type": "object", "required": list(properties), "properties": properties}


def _path_example(parameter: Json) -> Any:
    if parameter["schema"].get("format") == "uuid":
        return _PATH_EXAMPLES[parameter["name"]]
    return 41 if parameter["schema"]["type"] == "integer" else "bank-eur"
