"""The generated half of the client, held against the document that it is made from."""

import asyncio
import json
import re
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pydantic import BaseModel

import tieout_client
from client_generator.document import Operation
from client_generator.naming import OWN_NAMES, place_by_rule
from client_generator.writing import GENERATED, generate
from tieout_client.async_resources.tree import AsyncResources
from tieout_client.async_sender import AsyncSender
from tieout_client.connection import Connection, Options
from tieout_client.request import wire
from tieout_client.resources.tree import Resources
from tieout_client.sender import Sender
from unit.client.openapi_calls import (
    DOCUMENT,
    OPENAPI,
    Example,
    a_client,
    examples,
    method_of,
    parameters_of,
    parameters_wanted,
)

PACKAGE = Path(tieout_client.__file__).parent
OPERATIONS = [pytest.param(one, id=one.id) for one in DOCUMENT.operations]
EXAMPLES = [pytest.param(one, id=one.operation.id) for one in examples()]
PAGED = [
    pytest.param(one, id=one.id)
    for one in DOCUMENT.operations
    if {"cursor", "offset"} & {parameter.name for parameter in one.query}
]
_NOTHING = Connection(base_url="", api_key="", options=Options())
THREADS = Resources(Sender(_NOTHING, httpx2.Client(verify=False), time.sleep))  # nothing is asked
TASKS = AsyncResources(AsyncSender(_NOTHING, httpx2.AsyncClient(verify=False), asyncio.sleep))
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|\+00:00)")


def _texts(package: Path) -> dict[str, str]:
    files = [file for folder in GENERATED for file in (package / folder).glob("*.py")]
    return {file.relative_to(package).as_posix(): file.read_text("utf-8") for file in files}


def _canonical(told: Any) -> Any:
    """Write times in one way and amounts as text, so that equal values compare equal."""
    if isinstance(told, dict):
        return {name: _canonical(one) for name, one in told.items()}
    if isinstance(told, list):
        return [_canonical(one) for one in told]
    if isinstance(told, str) and _TIME.fullmatch(told):
        return datetime.fromisoformat(told)
    return str(told) if isinstance(told, float) else told


def test_the_committed_client_is_fresh(tmp_path: Path) -> None:
    """Write it anew: make client."""
    generate(OPENAPI, tmp_path)

    assert _texts(PACKAGE) == _texts(tmp_path)


def test_every_name_of_its_own_is_one_the_rule_would_not_give() -> None:
    by_id = {one.id: one for one in DOCUMENT.operations}

    assert [one for one in OWN_NAMES if one not in by_id] == []
    assert [one for one, name in OWN_NAMES.items() if place_by_rule(by_id[one]) == name] == []


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_is_a_method_of_both_clients(operation: Operation) -> None:
    threads = parameters_of(method_of(THREADS, operation))
    tasks = parameters_of(method_of(TASKS, operation))

    assert threads == tasks == parameters_wanted(operation)


@pytest.mark.parametrize("operation", PAGED)
def test_every_list_in_pages_can_be_iterated(operation: Operation) -> None:
    method = method_of(THREADS, operation)
    wanted = method.__name__.replace("list", "iterate").replace("get", "iterate")

    assert [name for name in dir(method.__self__) if name.startswith(wanted)]


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_call_goes_out_as_the_documentation_shows_it(example: Example) -> None:
    asked: list[httpx2.Request] = []
    with a_client(next(example.answers()), asked) as client:
        method = method_of(client, example.operation)
        positional, named = example.arguments(method)

        told = method(*positional, **named)
        if example.operation.is_streamed:
            told.__enter__()
        if example.operation.events is not None:
            next(told)

    (request,) = asked
    assert (request.method, request.url.path) == (example.operation.method.upper(), example.path)
    assert ("x-idempotency-key" in request.headers) == example.operation.writes
    query = dict(request.url.params.multi_items())
    assert _canonical(query) == _canonical(
        {name: value[0] if isinstance(value, list) else str(value).replace("True", "true")
         for name, value in example.query.items()}
    )  # fmt: skip
    if example.body is not None:
        assert _canonical(json.loads(request.content)) == _canonical(wire(example.body))


@pytest.mark.parametrize(
    ("example", "answer"),
    [
        pytest.param(one, answer, id=f"{one.operation.id}-{answer.status_code}")
        for one in examples()
        for answer in one.answers()
        if answer.text and not one.operation.is_streamed and one.operation.events is None
    ],
)
def test_an_answer_is_read_whole_as_the_documentation_shows_it(
    example: Example, answer: httpx2.Response
) -> None:
    with a_client(answer, []) as client:
        method = method_of(client, example.operation)
        positional, named = example.arguments(method)

        told = method(*positional, **named)

    for one in told if isinstance(told, list) else [told]:
        assert isinstance(one, BaseModel)
        assert not _unknown_in(one)
    shown = json.loads(answer.text)
    assert _canonical(wire(told)) == _canonical(shown)


def _unknown_in(model: BaseModel) -> list[str]:
    """Name the members that no model declares, at any depth."""
    found = list(model.model_extra or ())
    for value in dict(model).values():
        for one in value if isinstance(value, list) else [value]:
            found += _unknown_in(one) if isinstance(one, BaseModel) else []
    return found
