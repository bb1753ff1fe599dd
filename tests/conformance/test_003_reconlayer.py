"""Seed 003 against the running product: what the text states is read from the text itself."""

import json
import re
import shlex
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest

from fixtures.public_api import PublicApi, until
from fixtures.requirements import lacking

Json = Any
_PROJECT = Path(__file__).resolve().parents[2]
_SEEDS = _PROJECT.parent / "shared" / "seeds"
_FOUND = sorted(_SEEDS.glob("003_*.txt"))
TEXT = _FOUND[0].read_text("utf-8") if _FOUND else ""


@pytest.fixture(autouse=True)
def _seed() -> None:
    if not TEXT:
        lacking("corpus", f"{_SEEDS} does not hold seed 003")


def _example() -> Json:
    """Read the JSON that follows the curl command."""
    start = TEXT.find("\n{\n") + 1
    return json.JSONDecoder().raw_decode(TEXT[start:])[0] if start else {}


def _curl() -> tuple[str, str]:
    """Read the command: method and path."""
    found = re.search(r"curl --request .*?(?=\n\{)", TEXT, re.DOTALL)
    words = shlex.split(found[0].replace("\\\n", " ")) if found else []
    method, url = (words[words.index(one) + 1] for one in ("--request", "--url"))
    return method, re.sub(r"^https?://[^/]+", "", url)


def _section(name: str, until_name: str) -> str:
    return TEXT.partition(f"\n{name}\n")[2].partition(f"\n{until_name}\n")[0]


def _enums() -> dict[str, list[str]]:
    """Read the values that each query parameter names under `Available options:`."""
    found = re.findall(
        r"^(\w+)\n(?:enum<string>\n)?Available options:\n((?:\w+,\n)*\w+)$",
        _section("Query Parameters", "Response"),
        re.MULTILINE,
    )
    return {name: values.replace(",", "").split("\n") for name, values in found}


def _at_least_one_character(section: str) -> list[str]:
    return re.findall(r"^([\w-]+)\nstring\nMinimum string length: 1$", section, re.MULTILINE)


def _required() -> list[str]:
    return re.findall(r"^(\w+)\n.+\nrequired$", TEXT.partition("\nResponse\n")[2], re.MULTILINE)


METHOD, PATH = _curl() if TEXT else ("GET", "/")
EXAMPLE = _example()
ENUMS = _enums() if TEXT else {}
OPTIONS = [(name, value) for name, values in ENUMS.items() for value in values]


def _misfits(example: Json, answer: Json, path: str = "$") -> Iterator[str]:
    """Tell where an answer lacks a member of the example, or has it with another type.

    What the text does not mark as required may be null; the types are those of the example.
    """
    if isinstance(example, dict) and isinstance(answer, dict):
        for name, one in example.items():
            if name not in answer:
                yield f"{path}.{name}: missing"
            elif answer[name] is not None or name in _required():
                yield from _misfits(one, answer[name], f"{path}.{name}")
    elif isinstance(example, list) and isinstance(answer, list):
        for index, one in enumerate(answer if example else []):
            yield from _misfits(example[0], one, f"{path}[{index}]")
    elif example is not None and not _fits(example, answer):
        yield f"{path}: {answer!r} is no {type(example).__name__} like {example!r}"


def _fits(example: Json, answer: Json) -> bool:
    """Compare types; a text that is a time in the example has to be one."""
    if type(answer) is not type(example):
        return False
    is_time = isinstance(example, str) and example != "<string>"
    return not is_time or datetime.fromisoformat(answer).tzinfo is not None


@pytest.fixture(scope="module")
async def told(api: PublicApi) -> Json:
    """Give the export of an organisation with a case that has a leg, a match and audit events."""
    body = {"externalReference": "INV-1", "destination": {"amount": "10.00", "currency": "EUR"}}
    await api.post("/v1/payment-intents", body | {"paymentType": "bank"})
    evidence = {"sourceRef": "1", "externalReference": "INV-1", "amount": "10.00"}
    await api.post("/v1/evidence/bank", evidence | {"currency": "EUR"})

    async def export() -> Json:
        answer = await api.client.request(METHOD, PATH)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return await until(
        export, lambda seen: [one["case"]["verdict"] for one in seen["items"]] == ["matched"]
    )


def test_the_text_was_read() -> None:
    assert (METHOD, PATH) == ("GET", "/v1/exports/reconciliation-cases")
    assert {name: len(values) for name, values in ENUMS.items()} == {
        "format": 2, "status": 3, "reconciliationStatus": 3, "verdict": 6,
    }  # fmt: skip
    assert _required() == ["exportedAt", "filters", "total", "items"]
    assert _at_least_one_character(_section("Headers", "Query Parameters")) == [
        "authorization", "x-organization-id",
    ]  # fmt: skip


async def test_every_member_is_there_with_its_type(told: Json) -> None:
    item = told["items"][0]

    assert list(_misfits(EXAMPLE, told)) == []
    assert all(item["case"][name] for name in ("flowLegs", "auditEvents"))
    assert all(item["evidence"][name] for name in ("rawRecords", "flowLegs", "matchLinks"))


async def test_the_comparison_sees_what_is_wrong(told: Json) -> None:
    (item,) = told["items"]
    case = item["case"]
    wrong = {**case, "slaRisk": "no", "slaAgeMinutes": "1", "createdAt": 5}
    del wrong["verdict"]

    found = list(_misfits(EXAMPLE, {**told, "items": [{**item, "case": wrong}]}))

    assert len(found) == 4


async def test_the_command_as_it_is_printed_runs(api: PublicApi, told: Json) -> None:
    organization = str(api.organization.organization_id)
    headers = {"authorization": f"Bearer {api.organization.api_key}"}
    async with httpx2.AsyncClient(base_url=api.client.base_url, trust_env=False) as client:
        answer = await client.request(
            METHOD, PATH, headers=headers | {"x-organization-id": organization}
        )

    assert (answer.status_code, answer.json()["total"]) == (200, told["total"])


async def test_json_is_the_default_format(api: PublicApi, told: Json) -> None:
    plain = await api.client.get(PATH)
    named = await api.client.get(PATH, params={"format": "json"})

    assert plain.headers["content-type"] == named.headers["content-type"] == "application/json"
    assert told["total"] == 1


@pytest.mark.parametrize(("name", "value"), OPTIONS)
async def test_every_option_is_accepted(api: PublicApi, name: str, value: str) -> None:
    answer = await api.client.get(PATH, params={name: value})

    assert answer.status_code == 200


@pytest.mark.parametrize("name", list(ENUMS))
@pytest.mark.parametrize("value", ["other", "", "JSON", "Matched"])
async def test_every_other_value_is_refused(api: PublicApi, name: str, value: str) -> None:
    answer = await api.client.get(PATH, params={name: value})

    assert answer.status_code == 400
    assert {"error", "message", "issues"} <= answer.json().keys()


@pytest.mark.parametrize("name", ["authorization", "x-organization-id"])
async def test_an_empty_header_is_refused(api: PublicApi, name: str) -> None:
    answer = await api.client.get(PATH, headers={name: ""})

    assert answer.status_code == 400


async def test_an_empty_reference_is_refused(api: PublicApi) -> None:
    answer = await api.client.get(PATH, params={"externalReference": ""})

    assert answer.status_code == 400


async def test_filters_that_are_unset_are_null_and_no_verdict_is_an_empty_list(told: Json) -> None:
    assert told["filters"].keys() == EXAMPLE["filters"].keys()
    assert {name: value for name, value in told["filters"].items() if value is not None} == {
        "verdicts": []
    }


@pytest.mark.parametrize(
    ("params", "total"),
    [
        ({"from": "2023-11-07T05:31:56Z"}, 1),
        ({"to": "2023-11-07T05:31:56Z"}, 0),
        ({"from": "2023-11-07", "to": "2999-01-01"}, 1),
        ({"externalReference": "INV-1"}, 1),
        ({"externalReference": "INV-2"}, 0),
        ({"verdict": "matched", "status": "resolved", "reconciliationStatus": "reconciled"}, 1),
        ({"verdict": "delayed"}, 0),
    ],
)
async def test_a_filter_narrows_and_is_told(
    api: PublicApi, told: Json, params: dict[str, str], total: int
) -> None:
    narrowed = (await api.client.get(PATH, params=params)).json()

    assert (narrowed["total"], len(narrowed["items"]), told["total"]) == (total, total, 1)
    verdicts = [params["verdict"]] if "verdict" in params else []
    unset = dict.fromkeys(EXAMPLE["filters"])
    expected = {**unset, **params, "verdicts": verdicts}
    assert narrowed["filters"] == {name: expected[name] for name in EXAMPLE["filters"]}


async def test_csv_is_a_table_and_without_a_credential_there_is_nothing(
    api: PublicApi, told: Json, nobody: httpx2.AsyncClient
) -> None:
    table = await api.client.get(PATH, params={"format": "csv"})
    refused = await nobody.request(METHOD, PATH)

    assert table.headers["content-type"].partition(";")[0] == "text/csv"
    assert len(table.text.splitlines()) == 1 + told["total"]
    assert refused.status_code == 401
    assert {"error", "message", "issues"} <= refused.json().keys()
