"""Every error has the members that its dialect's document promises, wherever it comes from."""

from typing import Any

import httpx2
import pytest

from fixtures.openapi import DOCUMENT
from integration.gateway.conftest import Gateway, OpenGateway
from integration.gateway.test_every_route import (
    NAMED,
    OPERATIONS,
    OWN,
    PROBLEM,
    address_of,
    content_of,
)
from tieout_gateway.domain.dialects import MEMBERS, dialect_of

COMPONENTS = DOCUMENT["components"]


def promised(operation: dict[str, Any]) -> set[str]:
    answer = COMPONENTS["responses"][operation["responses"]["default"]["$ref"].split("/")[-1]]
    schema = COMPONENTS["schemas"][answer["content"][PROBLEM]["schema"]["$ref"].split("/")[-1]]
    return set(schema["required"])


def wrong(answers: list[httpx2.Response], operation: dict[str, Any], path: str) -> list[str]:
    """Say what is wrong with errors of one operation."""
    members = MEMBERS[dialect_of(path)]
    complaints = []
    for answer in answers:
        body = answer.json()
        if answer.headers["content-type"] != PROBLEM or body["status"] != answer.status_code:
            complaints.append(f"{answer.status_code}: no problem")
        if set(body) != promised(operation):
            complaints.append(f"{answer.status_code}: has {sorted(body)}")
        if any(body[member] != body[source] for member, source in members.items()):
            complaints.append(f"{answer.status_code}: says two things")
        if str(answer.status_code) not in operation["responses"]:
            complaints.append(f"{answer.status_code}: is not documented")
    return complaints


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=NAMED)
async def test_every_error_of_a_route_is_as_its_dialect_says(
    gateway: Gateway, method: str, path: str, operation: dict[str, Any]
) -> None:
    address, content = address_of(path), content_of(operation)
    nothing = {"x-api-key": await gateway.kept_key("approve")}

    answers = [
        await gateway.client.request(method, address, **content),
        await gateway.client.request(method, address, headers=nothing, **content),
    ]
    if "requestBody" in operation:
        answers.append(await gateway.ask(method, address, content=b"a=1", headers={
            "content-type": "application/x-www-form-urlencoded"}))  # fmt: skip
    if "application/json" in operation.get("requestBody", {}).get("content", {}):
        json = {"content-type": "application/json"}
        answers.append(await gateway.ask(method, address, content=b"{", headers=json))
        answers.append(await gateway.ask(method, address, json={"no such member": 1}))
    if not path.startswith(OWN):
        for owner in gateway.owners:
            owner.is_down = True
        answers.append(await gateway.ask(method, address, **content))

    assert wrong(answers, operation, path) == []


@pytest.mark.parametrize("dialect", sorted(MEMBERS))
async def test_what_no_route_answers_is_told_in_the_dialect_as_well(
    open_with: OpenGateway, dialect: str
) -> None:
    """A limit, a silence, a size: errors that arise before or around a route."""
    method, path, operation = next(
        one
        for one in OPERATIONS
        if dialect_of(one[1]) == dialect
        and "application/json" in one[2].get("requestBody", {}).get("content", {})
    )
    address = address_of(path)
    async with open_with(body_limit_bytes=1024, request_rate_limit="1/minute") as gateway:
        too_large = await gateway.ask(method, address, json={"x": "y" * 2000})
        await gateway.ask(method, address, json={})
        too_often = await gateway.ask(method, address, json={})

    assert (too_large.status_code, too_often.status_code) == (413, 429)
    assert wrong([too_large, too_often], operation, path) == []


async def test_a_route_takes_large_bodies_exactly_when_it_takes_a_file(
    open_with: OpenGateway,
) -> None:
    async with open_with(body_limit_bytes=1024) as gateway:
        seen = {}
        for method, path, operation in OPERATIONS:
            bodies = operation.get("requestBody", {}).get("content", {})
            large = "multipart/form-data" in bodies
            content = {"files": {"file": ("a.csv", "x" * 2000)}} if large else {"json": "x" * 2000}
            if bodies:
                answer = await gateway.ask(method, address_of(path), **content)
                seen[f"{method} {path}"] = (large, answer.status_code == 413)

    assert {large for large, _ in seen.values()} == {True, False}
    assert [name for name, (large, refused) in seen.items() if large == refused] == []
