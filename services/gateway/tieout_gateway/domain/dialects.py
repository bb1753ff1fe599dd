"""Errors in each dialect's words: the one table from (dialect, error) to the answer."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Literal

Dialect = Literal["end_close", "lerian", "reconlayer", "corebanq", "ours"]

# The first prefix that fits names the dialect of a path.
_PREFIXES: Sequence[tuple[str, Dialect]] = (
    ("/v1/exceptions", "lerian"),
    ("/v1/organizations", "ours"),
    ("/v1/users", "ours"),
    ("/v1/api_keys", "ours"),
    ("/v1/events", "ours"),
    ("/v1/webhook_", "ours"),
    ("/v1/approval_limits", "lerian"),
    ("/v1/ledgers", "corebanq"),
    ("/v1/payment-intents", "reconlayer"),
    ("/v1/evidence", "reconlayer"),
    ("/v1/reconciliation-cases", "reconlayer"),
    ("/v1/exports/", "reconlayer"),
    ("/v1/", "end_close"),
)

# Where a dialect answers an error with another status than RFC 9110 suggests to us.
STATUSES: Mapping[tuple[Dialect, str], int] = {
    ("lerian", "validation_failed"): 400,
    ("lerian", "invalid_json"): 400,
    ("reconlayer", "validation_failed"): 400,
    ("reconlayer", "invalid_json"): 400,
    ("corebanq", "validation_failed"): 400,
    ("corebanq", "invalid_json"): 400,
    ("end_close", "invalid_json"): 422,
    ("ours", "invalid_json"): 422,
}

# Members a dialect's callers read, beside those of RFC 9457; each repeats one of ours.
MEMBERS: Mapping[Dialect, Mapping[str, str]] = {
    "end_close": {"message": "detail", "error": "code"},
    "lerian": {"message": "detail"},  # its `code` and `title` are RFC 9457's and ours
    "reconlayer": {"message": "detail", "error": "code", "issues": "errors"},
    "corebanq": {"message": "detail"},
    "ours": {},
}


def dialect_of(path: str) -> Dialect:
    return next((dialect for prefix, dialect in _PREFIXES if path.startswith(prefix)), "ours")


def status_of(dialect: Dialect, code: str, status: int) -> int:
    """Give the status this dialect answers the error with; mostly the one it came with."""
    return STATUSES.get((dialect, code), status)


def problem_body(
    *,
    dialect: Dialect,
    status: int,
    code: str,
    detail: str,
    errors: Sequence[Mapping[str, str]],
    instance: str,
    request_id: str,
) -> dict[str, Any]:
    """Write one error: RFC 9457's members, ours (code, request_id, errors), the dialect's."""
    body: dict[str, Any] = {
        "type": f"urn:tieout:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": instance,
        "code": code,
        "request_id": request_id,
        "errors": [dict(error) for error in errors],
    }
    return body | {member: body[source] for member, source in MEMBERS[dialect].items()}
