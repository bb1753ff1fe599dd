"""Seed 001, End Close: reconciliation rules, by the page's own text."""

from pathlib import Path
from typing import Any

import httpx2
import pytest

from conformance.conftest import problem_of
from conformance.curl import run_curl
from conformance.seed_pages import Page, read_page
from conformance.shapes import misshapen
from fixtures.public_api import PublicApi

Json = dict[str, Any]
PATH = "/v1/reconciliation_rules"
HOST, KEY = "https://api.endclose.com", "<api-key>"
NEVER = 999_999_999
LEAF: Json = {"key": "amount", "value": "amount"}
ROLLUP: Json = {"lookback_days": 2, "date_field": "date", "group_by_kind": "date"}


@pytest.fixture(scope="module")
def page(seeds: Path) -> Page:
    return read_page(seeds / "001_6aa324d513de7b58.txt")


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


async def test_the_pages_own_command_makes_a_rule(api: PublicApi, page: Page, number: int) -> None:
    unknown = {
        "filters": '{"rules": [{"key": "amount", "value": "amount"}]}',
        "group_by": '["date"]',
        "cardinality": '"one_to_one"',
        "rollup": '{"lookback_days": 2, "date_field": "date", "group_by_kind": "date"}',
    }
    replaced = {
        HOST: str(api.client.base_url).rstrip("/"),
        KEY: api.organization.api_key,
        '"reconciliation_id": "<string>"': f'"reconciliation_id": "{number}"',
        **{f'"{name}": "<unknown>"': f'"{name}": {meant}' for name, meant in unknown.items()},
    }

    status, told = await run_curl(page.curl, replaced)

    assert status == 201
    assert told["description"] == "<string>"
    assert (told["reconciliation_id"], told["priority"]) == (number, 0)


async def test_the_answer_has_every_field_of_the_page_with_its_type(
    api: PublicApi, page: Page, body: Json
) -> None:
    number = {"key": "metadata.number", "value": "metadata.number", "tolerance_amount": 123}
    leaf = number | {"transforms": {"key": "digits_only", "value": "digits_only"}}

    told = await api.post(
        PATH,
        with_leaf(body, **leaf)
        | {"group_by": ["date"], "rollup": ROLLUP, "description": "by amount", "priority": 123},
    )

    of_learned = {"confidence", "sample_match_rate"}  # only present on rules of source ai
    example = {name: one for name, one in page.answer.items() if name not in of_learned}
    assert misshapen(example, told) == []
    assert told["filters"]["rules"] == [LEAF | leaf]
    assert (told["rollup"], told["group_by"], told["cardinality"]) == (
        ROLLUP, ["date"], "one_to_one",
    )  # fmt: skip
    assert page.response.keys() - told.keys() == of_learned
    assert told["source"] in page.response["source"].options
    assert told["status"] in page.response["status"].options
    assert await api.get(f"{PATH}/{told['id']}") == told


async def test_what_is_left_out_has_the_pages_defaults(
    api: PublicApi, page: Page, body: Json
) -> None:
    told = await api.post(PATH, body)

    assert str(told["priority"]) == page.body["priority"].default
    assert told["cardinality"] == page.response["cardinality"].default
    assert (told["source"], told["status"]) == ("user", "active")
    assert (told["group_by"], told["rollup"]) == ([], None)
    assert "description" not in told


async def test_null_is_accepted_where_the_pages_command_may_send_anything(
    api: PublicApi, page: Page, body: Json
) -> None:
    anything = [name for name, field in page.body.items() if field.type == "any"]
    assert anything == ["filters", "group_by", "cardinality", "rollup"]

    told = await api.post(PATH, body | {"rollup": None, "group_by": None})

    assert (told["rollup"], told["group_by"]) == (None, [])


@pytest.mark.parametrize(
    "more",
    [
        {"cardinality": "one_to_one"},
        {"cardinality": "many_to_one", "group_by": ["date"], "rollup": ROLLUP},
        {"cardinality": "many_to_one", "group_by": ["metadata.batch"],
         "rollup": {"group_by_kind": "identifier"}},
        {"status": "active"},
        {"status": "proposed"},
        {"source_is": "user"},
    ],
)  # fmt: skip
async def test_every_value_of_the_page_that_callers_may_set_is_accepted(
    api: PublicApi, body: Json, more: Json
) -> None:
    more = {name: value for name, value in more.items() if name != "source_is"}

    told = await api.post(PATH, body | more)

    assert {name: told[name] for name in more} == more
    assert told["source"] == "user"


async def test_the_pages_options_are_those_that_are_tested(page: Page) -> None:
    options = {name: set(field.options) for name, field in page.response.items() if field.options}

    assert options == {
        "cardinality": {"one_to_one", "many_to_one"},
        "source": {"user", "ai", "default"},
        "status": {"active", "proposed"},
        "confidence": {"high", "medium", "low"},
    }


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"cardinality": "one_to_many"}, "$.cardinality"),
        ({"cardinality": 1}, "$.cardinality"),
        ({"status": "inactive"}, "$.status"),
        ({"source": "ai"}, "$.source"),
        ({"confidence": "high"}, "$.confidence"),
        ({"priority": "first"}, "$.priority"),
        ({"priority": 1.5}, "$.priority"),
        ({"description": 7}, "$.description"),
        ({"cardinality": "many_to_one", "group_by": ["date"]}, "$.rollup"),
        ({"cardinality": "many_to_one", "rollup": ROLLUP}, "$.group_by"),
        ({"cardinality": "many_to_one", "group_by": ["amount"], "rollup": ROLLUP}, "$.group_by[0]"),
        ({"cardinality": "many_to_one", "group_by": ["date"],
          "rollup": ROLLUP | {"group_by_kind": "day"}}, "$.rollup.group_by_kind"),
        ({"cardinality": "many_to_one", "group_by": ["date"],
          "rollup": ROLLUP | {"lookback_days": 0}}, "$.rollup.lookback_days"),
    ],
)  # fmt: skip
async def test_every_other_value_is_422_with_its_path(
    api: PublicApi, body: Json, more: Json, path: str
) -> None:
    answer = await api.client.post(PATH, json=body | more)

    status, _, paths = problem_of(answer)
    assert (status, paths) == (422, [path])


async def test_what_the_page_requires_is_required(api: PublicApi, page: Page, body: Json) -> None:
    required = {name for name, field in page.body.items() if field.required}

    answers = {
        name: await api.client.post(PATH, json={k: v for k, v in body.items() if k != name})
        for name in required
    }

    assert required == {"reconciliation_id", "filters"}
    for name, answer in answers.items():
        assert problem_of(answer) == (422, "validation_failed", [f"$.{name}"])


@pytest.mark.parametrize("filters", [{}, {"rules": []}, [], "x", None, {"rules": [{}]}])
async def test_filters_without_conditions_are_422(
    api: PublicApi, body: Json, filters: object
) -> None:
    answer = await api.client.post(PATH, json=body | {"filters": filters})

    status, _, paths = problem_of(answer)
    assert status == 422
    assert all(one.startswith("$.filters") for one in paths)


async def test_every_documented_status_code_is_answered(
    api: PublicApi, nobody: httpx2.AsyncClient, body: Json
) -> None:
    made = await api.client.post(PATH, json=body)
    path = f"{PATH}/{made.json()['id']}"

    answers = {
        "no key": await nobody.post(PATH, json=body),
        "unknown reconciliation": await api.client.post(
            PATH, json=body | {"reconciliation_id": NEVER}
        ),
        "bad": await api.client.post(PATH, json=body | {"filters": 1}),
        "shown": await api.client.get(path),
        "changed": await api.client.patch(path, json={"priority": 5}),
        "deleted": await api.client.delete(path),
        "gone": await api.client.get(path),
        "no reconciliation named": await api.client.get(PATH),
    }

    assert made.status_code == 201
    assert {name: one.status_code for name, one in answers.items()} == {
        "no key": 401, "unknown reconciliation": 404, "bad": 422, "shown": 200, "changed": 200,
        "deleted": 204, "gone": 404, "no reconciliation named": 422,
    }  # fmt: skip
    assert answers["deleted"].content == b""


async def test_rules_of_a_reconciliation_come_lower_priority_first(
    api: PublicApi, body: Json
) -> None:
    for priority in (7, -7, 3):
        await api.post(PATH, body | {"priority": priority})

    listed = await api.get(PATH, reconciliation_id=body["reconciliation_id"])

    assert isinstance(listed, list)
    order = [(one["priority"], one["id"]) for one in listed]
    assert order == sorted(order)


async def test_learned_rules_say_how_sure_they_are(api: PublicApi, page: Page, body: Json) -> None:
    """A rule that a person made has neither member: null would be a claim as well."""
    told = await api.post(PATH, body)

    assert not {"confidence", "sample_match_rate"} & told.keys()
    assert page.response["sample_match_rate"].type == "string"
