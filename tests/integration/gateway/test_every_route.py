"""What holds for every route of the document, whichever route that is."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from fixtures.openapi import DOCUMENT
from integration.gateway.conftest import Gateway
from tieout_contracts.ids import Kind, uuid_of
from tieout_gateway.scope_table import SCOPES

PROBLEM = "application/problem+json"
# What the gateway keeps itself: it asks nobody, and needs nobody.
OWN = ("/v1/organizations", "/v1/users", "/v1/api_keys", "/v1/webhook_")


def _operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


OPERATIONS = list(_operations())
NAMED = [f"{method} {path}" for method, path, _ in OPERATIONS]
WITH_ID = [one for one in OPERATIONS if "{" in one[1]]
NAMED_WITH_ID = [f"{method} {path}" for method, path, _ in WITH_ID]


def content_of(operation: dict[str, Any]) -> dict[str, Any]:
    """A good request: the body of the operation's own example, and the queries it requires."""
    queries = [one for one in operation["parameters"] if one.get("in") == "query"]
    params: dict[str, Any] = {one["name"]: 41 for one in queries if one["required"]}
    if any(one["name"] == "data_stream_key" for one in queries):
        params["data_stream_key"] = "bank-eur"
    content: dict[str, Any] = {"params": params}
    bodies = operation.get("requestBody", {}).get("content", {})
    if "multipart/form-data" in bodies:
        content["files"] = {"file": ("a.csv", b"date,amount\n")}
    elif bodies:
        content["json"] = bodies["application/json"]["example"]
    return content


def address_of(path: str) -> str:
    if path.startswith(OWN):
        return path.replace("{id}", "9999999")  # the gateway has rows of its own in these tests
    known = {"{id}": "41", "{record_id}": "501", "{run_id}": "81", "{key}": "bank-eur"}
    if path.startswith("/v1/ledgers/"):
        known["{id}"] = str(uuid_of(Kind.RECONCILIATION, 41))
    for name, value in known.items():
        path = path.replace(name, value)
    named = {
        "{exceptionId}": uuid_of(Kind.BREAK, 71),
        "{intentId}": uuid_of(Kind.PAYMENT_INTENT, 502),
        "{caseId}": uuid_of(Kind.CASE, 11),
        "{runID}": uuid_of(Kind.LEDGER_RUN, 81),
        "{fileID}": uuid_of(Kind.IMPORT_BATCH, 61),
        "{matchID}": uuid_of(Kind.MATCH, 1001),
        "{itemID}": uuid_of(Kind.RECORD, 501),
    }
    for name, number in named.items():
        path = path.replace(name, str(number))
    return path


def test_the_scope_table_and_the_document_name_the_same_routes() -> None:
    assert set(SCOPES) == {(method, path) for method, path, _ in OPERATIONS}


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=NAMED)
async def test_without_a_key_it_is_401(
    gateway: Gateway, method: str, path: str, operation: dict[str, Any]
) -> None:
    answer = await gateway.client.request(method, address_of(path), **content_of(operation))

    assert answer.status_code == 401
    assert answer.headers["content-type"] == PROBLEM
    assert not any(owner.calls for owner in gateway.owners)


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=NAMED)
async def test_a_key_without_its_scope_is_403(
    gateway: Gateway, method: str, path: str, operation: dict[str, Any]
) -> None:
    needed = SCOPES[(method, path)]
    others = [scope for scope in ("view", "act", "approve", "admin") if scope != needed]
    headers = {"x-api-key": await gateway.kept_key(*others)}  # type: ignore[arg-type]  # they are scopes

    answer = await gateway.client.request(
        method, address_of(path), headers=headers, **content_of(operation)
    )

    assert answer.status_code == 403
    assert not any(owner.calls for owner in gateway.owners)


@pytest.mark.parametrize(("method", "path", "operation"), WITH_ID, ids=NAMED_WITH_ID)
async def test_an_object_its_owner_does_not_show_this_organisation_is_404(
    gateway: Gateway, method: str, path: str, operation: dict[str, Any]
) -> None:
    answer = await gateway.ask(method, address_of(path), **content_of(operation))

    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"
    assert answer.json()["instance"] == address_of(path)
    calls = [call for owner in gateway.owners for call in owner.calls]
    if path.startswith(OWN):
        return
    assert calls, "the owner has to be asked: only it knows"
    assert {call.headers["tieout-organization"] for call in calls} == {str(gateway.organization_id)}


@pytest.mark.parametrize("bad", ["abc", "0", "-1", "1.0", "99999999999999999", "1%00", "%2e%2e"])
@pytest.mark.parametrize(
    ("method", "path", "operation"),
    [one for one in WITH_ID if "{key}" not in one[1]],
    ids=[name for name in NAMED_WITH_ID if "{key}" not in name],
)
async def test_what_is_no_identifier_is_404_and_nobody_is_asked(
    gateway: Gateway, method: str, path: str, operation: dict[str, Any], bad: str
) -> None:
    address = re.sub(r"\{\w+\}", bad, path)

    answer = await gateway.ask(method, address, **content_of(operation))

    assert answer.status_code == 404
    assert not any(owner.calls for owner in gateway.owners)


@pytest.mark.parametrize(
    "bad", ["..%2f..%2foverdue", "%2e%2e", "a b", "a%00b", "x" * 129, "%e2%82%ac"]
)
async def test_a_stream_key_never_leaves_its_place_in_the_path(gateway: Gateway, bad: str) -> None:
    answer = await gateway.ask("GET", f"/v1/data_streams/{bad}")

    assert answer.status_code == 404
    assert gateway.ingest.calls == []


async def test_a_uuid_of_another_kind_names_no_exception(gateway: Gateway) -> None:
    answer = await gateway.ask("GET", f"/v1/exceptions/{uuid_of(Kind.RECORD, 71)}")

    assert answer.status_code == 404
    assert gateway.exceptions.calls == []


@pytest.mark.parametrize(
    ("method", "path", "operation"),
    [one for one in OPERATIONS if not one[1].startswith(OWN)],
    ids=[name for name in NAMED if not name.split()[1].startswith(OWN)],
)
async def test_an_owner_that_is_down_is_503_with_a_time_to_come_back(
    gateway: Gateway, method: str, path: str, operation: dict[str, Any]
) -> None:
    for owner in gateway.owners:
        owner.is_down = True

    answer = await gateway.ask(method, address_of(path), **content_of(operation))

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    assert answer.json()["code"] == "unavailable"
