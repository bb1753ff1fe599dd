"""Why a well-formed request may be refused, or a malformed one be taken: each with its reason.

schemathesis calls a request valid when every member fits its schema. What a schema cannot say is
listed here, a reason a row; a refusal for anything else fails the run.
"""

import re
from typing import Any, NamedTuple

from schemathesis import Response
from schemathesis.core.failures import AcceptedNegativeData, Failure
from schemathesis.openapi.checks import RejectedPositiveData, UseAfterFree


class Reason(NamedTuple):
    """Patterns of an operation, `METHOD /path`, and of one error of it, `path: message`."""

    operations: str
    says: str
    because: str


# Codes that tell of the state of objects, or of a list that no schema holds.
_CODES = {
    "amounts_differ": "the amounts of the named records do not tie",
    "currency_mismatch": "an adjustment is in the currency of its records",
    "bucket_exists": "one live exception for a stream of a reconciliation",
    "duplicate_key": "a key is unique",
    "empty_file": "a file of no bytes is a text that fits the schema",
    "exception_invalid_state": "what the state of an exception allows",
    "external_id_conflict": "an identity has one amount",
    "invalid_idempotency_key": "the body of a run may name a key too, which has to be the same",
    "precision_exceeded": "how many decimal places there are depends on the currency",
    "unknown_currency": "which currencies there are is in a library's table",
}
_RULES = r"(POST|PATCH) /v1/reconciliation_rules(/.*)?"
# What a schema does say of a rule has to be said there.
_NOT_A_SHAPE = r"(?!.*: (is not part of|is one of (?!.* for )|is an object|is a list|is a text))"
_REASONS = (
    Reason(".*", r".*cursor: .*", "a cursor is opaque: only what a page gave is one"),
    Reason(".*", r"header.Last-Event-ID: .*", "opaque too: only the id of an event is one"),
    Reason(".*", r".*: there is no such .*", "what a body names has to be there"),
    Reason(".*", r".* is not an? .*identifier", "a UUID says of what kind its object is"),
    Reason(".*", r".* is outside the range of identifiers", "no pattern counts to 2^53"),
    Reason(".*", r".*: Input should be a valid integer", "2.0 is an integer to JSON Schema only"),
    Reason(".*", r".* identifier is .*an integer.*", "2.0 is an integer to JSON Schema only"),
    Reason(".*", r".* the text holds NUL.*", "no database holds it"),
    Reason(".*", r".* is not an IANA timezone .*", "a library's table has them"),
    Reason(".*", r".*the decimal places of '.*' are not known; .*", "a library's table has them"),
    Reason(".*", r".*: must not be blank", "what is a blank differs between languages"),
    Reason(_RULES, r".*\.rules\[\d+\]\.rules\[\d+\].*", "two levels of a tree are described"),
    Reason(_RULES, rf"{_NOT_A_SHAPE}.*", "what members of a rule mean together: docs/rules.md"),
    Reason("GET /v1/records", "one of these filters is required: .*", "of several one is needed"),
    Reason("(POST|PATCH) /v1/records.*", r".* property '.*' .*", "a stream may demand properties"),
    Reason("POST /v1/api_keys", r".*expires_at: is in the past; .*", "time goes on"),
    Reason("POST /v1/users", r".*: a person has a subject, a service has none", "kinds differ"),
    Reason("POST /v1/data_streams/.*", r".*profile: is no JSON", "a text of a form that is JSON"),
    Reason("(POST|PATCH) .*", r".*profile: .* unknown field .*", "its members: the page of ingest"),
    Reason("POST .*/(preview|upload)", "the file has no column .*", "what a file has to say"),
    Reason("POST /v1/reconciliation_exceptions", ".* is not part of the reconciliation", "state"),
    Reason("PATCH /v1/reconciliations/.*", ".* stands or stood on side .*", "state"),
    Reason("POST /v1/reconciliations/.*", ".* is not part of the reconciliation", "state"),
    Reason("POST /v1/reconciliation_matches", r".*: record \d+ is .*", "matched already"),
    Reason("POST .*/(adjust-entry|force-match)", ".* is not in this reconciliation", "state"),
    Reason(".*", r".*an amount has at most 60 digits", "a JSON number may have 300"),
    Reason("POST .*/adjust-entry", r".*amount: must not be zero", "zero has many spellings"),
    Reason("(POST|PATCH) /v1/webhook_endpoints.*", r"\$\.url: .*", "where its host may be"),
    Reason("PUT /v1/approval_limits", r".* is named twice", "one limit a currency"),
)
_TAKES_EACH_BY_ITSELF = "POST /v1/records/bulk"  # a bad record fails in the bulk request's answer
# What is deleted there stays to be seen: a revoked key in the list, a revoked match in the books.
_REVOKES = ("/v1/api_keys/{id}", "/v1/reconciliation_matches/{id}")


def excused(failure: Failure, operation: str, response: Response) -> bool:
    """Tell whether a failure is one of those that are meant; `operation` is `METHOD /path`."""
    if isinstance(failure, RejectedPositiveData):
        return _is_about_more_than_a_schema(operation, response.json())
    if isinstance(failure, AcceptedNegativeData):
        return operation == _TAKES_EACH_BY_ITSELF
    return isinstance(failure, UseAfterFree) and operation.endswith(_REVOKES)


def _is_about_more_than_a_schema(operation: str, problem: Any) -> bool:
    if problem["code"] in _CODES:
        return True
    said = [f"{one['path']}: {one['message']}" for one in problem["errors"]]
    return all(_has_reason(operation, one) for one in said or [problem["detail"]])


def _has_reason(operation: str, said: str) -> bool:
    return any(
        re.fullmatch(one.operations, operation) and re.fullmatch(one.says, said, re.DOTALL)
        for one in _REASONS
    )
