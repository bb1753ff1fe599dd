"""Seed 001, End Close: what the conditions of a rule may say, by the public description."""

from typing import Any

import pytest

from conformance.conftest import problem_of
from fixtures.public_api import PublicApi

Json = dict[str, Any]
PATH = "/v1/reconciliation_rules"
LEAF: Json = {"key": "amount", "value": "amount"}


@pytest.fixture(scope="module")
async def number(api: PublicApi) -> int:
    """Give a reconciliation of two streams."""
    streams = [await api.stream(key) for key in ("bank", "books")]
    return await api.reconciliation("Rules", side_a=streams[:1], side_b=streams[1:])


@pytest.fixture
def body(number: int) -> Json:
    return {"reconciliation_id": str(number), "filters": {"rules": [LEAF]}}


def with_leaf(body: Json, **leaf: Any) -> Json:
    return body | {"filters": {"rules": [LEAF | leaf]}}


@pytest.mark.parametrize(
    "operand", ["eq", "neq", "gt", "gte", "lt", "lte", "contains", "in", "not_in"]
)
async def test_every_operand_is_accepted_beside_one_that_finds_candidates(
    api: PublicApi, body: Json, operand: str
) -> None:
    leaf = {"key": "description", "value": "reference", "operand": operand}

    told = await api.post(PATH, body | {"filters": {"operand": "and", "rules": [LEAF, leaf]}})

    assert told["filters"]["rules"][1] == leaf


@pytest.mark.parametrize("operand", ["equals", "EQ", "", 1, None])
async def test_every_other_operand_is_422(api: PublicApi, body: Json, operand: object) -> None:
    answer = await api.client.post(PATH, json=with_leaf(body, operand=operand))

    status, _, paths = problem_of(answer)
    assert (status, paths) == (422, ["$.filters.rules[0].operand"])


@pytest.mark.parametrize(
    "leaf",
    [
        {"tolerance_amount": 0.5},
        {"tolerance_amount": 5, "tolerance_unit": "dollar"},
        {"tolerance_amount": 5, "tolerance_unit": "percent"},
        {"key": "date", "value": "date", "tolerance_amount": 2, "tolerance_unit": "day"},
        {"key": "date", "value": "date", "tolerance_unit": "month"},
    ],
)
async def test_every_tolerance_unit_is_accepted(api: PublicApi, body: Json, leaf: Json) -> None:
    leaves = [LEAF | leaf, {"key": "reference", "value": "reference"}]

    told = await api.post(PATH, body | {"filters": {"rules": leaves}})

    assert told["filters"]["rules"] == leaves


@pytest.mark.parametrize(
    "transform",
    [
        "lowercase", "uppercase", "alphanumeric_only", "digits_only",
        {"name": "first_n_chars", "args": {"n": 8}},
        ["lowercase", {"name": "first_n_chars", "args": {"n": 8}}],
    ],
)  # fmt: skip
async def test_every_transform_is_accepted(api: PublicApi, body: Json, transform: Any) -> None:
    leaf = {"key": "reference", "value": "description", "transforms": {"value": transform}}

    told = await api.post(PATH, body | {"filters": {"rules": [leaf]}})

    assert told["filters"]["rules"] == [leaf]


@pytest.mark.parametrize(
    ("leaf", "path"),
    [
        ({"tolerance_amount": 0}, "tolerance_amount"),
        ({"tolerance_amount": -1}, "tolerance_amount"),
        ({"operand": "gt", "tolerance_amount": 1}, "tolerance_amount"),
        ({"tolerance_amount": 1, "tolerance_unit": "euro"}, "tolerance_unit"),
        ({"key": "colour"}, "key"),
        ({"value": "colour"}, "value"),
        ({"transforms": {"key": "reverse"}}, "transforms.key"),
    ],
)
async def test_a_bad_leaf_is_422_with_its_path(
    api: PublicApi, body: Json, leaf: Json, path: str
) -> None:
    answer = await api.client.post(PATH, json=with_leaf(body, **leaf))

    status, _, paths = problem_of(answer)
    assert status == 422
    assert [one.removeprefix("$.filters.rules[0].") for one in paths] == [path]
