"""The committed OpenAPI document: fresh, and complete enough to work from."""

from collections.abc import Iterator
from typing import Any

import pytest

from fixtures.openapi import COMMITTED, DOCUMENT
from tieout_gateway.openapi import document_text


def _operations() -> Iterator[Any]:
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            yield pytest.param(operation, id=f"{method.upper()} {path}")


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def test_the_committed_document_is_fresh() -> None:
    """Regenerate: python -m tieout_gateway.openapi > docs/openapi.json."""
    assert COMMITTED.read_text("utf-8") == document_text()


def test_every_reference_resolves() -> None:
    for reference in set(_references(DOCUMENT)):
        node = DOCUMENT
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]


def test_two_credentials_open_the_door() -> None:
    assert DOCUMENT["openapi"].startswith("3.1")
    assert set(DOCUMENT["components"]["securitySchemes"]) == {"ApiKeyAuth", "BearerAuth"}
    assert DOCUMENT["security"] == [{"ApiKeyAuth": []}, {"BearerAuth": []}]


def test_an_example_shows_every_member_that_is_always_there() -> None:
    lacking = {
        name: set(schema.get("required", ())) - set(example)
        for name, schema in DOCUMENT["components"]["schemas"].items()
        for example in schema.get("examples", ())
    }

    assert {name: members for name, members in lacking.items() if members} == {}


@pytest.mark.parametrize("operation", list(_operations()))
def test_an_operation_is_described_with_an_example(operation: dict[str, Any]) -> None:
    contents = list(operation.get("requestBody", {}).get("content", {}).values())
    answers = [one for status, one in operation["responses"].items() if status.startswith("2")]
    contents += [content for one in answers for content in one.get("content", {}).values()]
    in_path = [one for one in operation["parameters"] if one.get("in") == "path"]

    assert operation["summary"]
    assert operation["tags"][0].partition(": ")[0] in {
        "End Close", "Lerian", "ReconLayer", "Corebanq", "tieout"}  # fmt: skip
    assert contents or in_path
    assert all("example" in content for content in contents)
    assert all("example" in parameter for parameter in in_path)
    assert {"401", "403", "503", "default"} <= set(operation["responses"])


@pytest.mark.parametrize("operation", list(_operations()))
def test_a_write_takes_an_idempotency_key_and_says_whether_it_replays(
    operation: dict[str, Any],
) -> None:
    takes = {"$ref": "#/components/parameters/IdempotencyKey"} in operation["parameters"]
    answers = [one for status, one in operation["responses"].items() if status.startswith("2")]

    assert all(("X-Idempotency-Replayed" in one["headers"]) == takes for one in answers)
