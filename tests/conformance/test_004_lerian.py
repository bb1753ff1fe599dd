"""Seed 004, force match: every field, enum, length and status of its own text, really answered."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx2
import pytest

from conformance.seed_page import Field, SeedPage
from fixtures.public_api import PublicApi, new_organization, until
from fixtures.stack import RunningStack
from tieout_contracts.ids import Kind, uuid_of

Json = dict[str, Any]
UNKNOWN = str(uuid_of(Kind.BREAK, 2**40))
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
# One record for each severity (by its amount), and some to work on.
AMOUNTS = {"low": "10.00", "medium": "1000.00", "high": "10000.00", "critical": "100000.00"}
AMOUNTS |= {f"spare-{number}": f"2{number}.00" for number in range(20)}
# What a dispatch to another system sets; that is not built yet.
DISPATCHED = {"externalIssueId", "externalSystem"}


@pytest.fixture(scope="module")
def page(lerian_page: SeedPage) -> SeedPage:
    return lerian_page


@pytest.fixture(scope="module")
def answered(page: SeedPage) -> dict[str, Field]:
    return page.fields["Response"]


@dataclass(kw_only=True)
class Desk:
    """Exceptions by the name of their record; each test takes its own."""

    api: PublicApi
    page: SeedPage
    ids: dict[str, str]
    taken: int = 0

    def spare(self) -> str:
        self.taken += 1
        return self.ids[f"spare-{self.taken - 1}"]

    async def command(self, number: str, body: Any = None, **headers: str) -> httpx2.Response:
        """Run the seed's own command: host and key replaced, and the body where one is given."""
        command = self.page.command
        sent = command.headers | {name.replace("_", "-"): one for name, one in headers.items()}
        del sent["Authorization"]
        return await self.api.client.request(
            command.method,
            command.path.replace("{exceptionId}", number),
            headers=sent,
            content=command.body if body is None else json.dumps(body),
        )

    async def work(self, number: str, what: str, body: Json) -> httpx2.Response:
        return await self.api.client.post(f"/v1/exceptions/{number}/{what}", json=body)


@pytest.fixture(scope="module")
async def desk(api: PublicApi, page: SeedPage) -> Desk:
    stream = await api.stream("bank", expected_days=366)
    number = await api.reconciliation("Bank", side_a=[stream], side_b=[])
    rows = [f"2026-11-02,{amount},EUR,credit,{name}\n" for name, amount in AMOUNTS.items()]
    content = "date,amount,currency,direction,external_id\n" + "".join(rows)
    await api.imported((await api.upload("bank", "bank.csv", content)).id)
    await api.decided(number, len(AMOUNTS))
    path = f"/v1/reconciliations/{number}"
    for entry in await api.all_of(f"{path}/entries"):
        await api.post(f"{path}/records/{entry['id']}/mark_overdue", {})
    entries = await until(
        lambda: api.all_of(f"{path}/entries"),
        lambda found: all("break_id" in one for one in found),
    )
    ids = {one["external_id"]: one["break_id"] for one in entries}
    return Desk(api=api, page=page, ids=ids)


def test_the_page_was_read_whole(page: SeedPage) -> None:
    """The control: a field that is not found would be judged by nobody."""
    fields = page.fields

    assert fields["Response"].keys() == page.example.keys()
    assert fields["Body"].keys() == json.loads(page.command.body).keys()
    assert fields["Headers"].keys() == {"X-Request-Id", "X-Idempotency-Key"}
    assert fields["Path Parameters"]["exceptionId"].required
    assert {name for name, one in fields["Response"].items() if one.options} == {
        "resolutionType", "severity", "status",
    }  # fmt: skip
    assert [one.max_length for one in fields["Body"].values()] == [1000, 255]


async def test_the_document_has_every_field_with_its_type_and_values(
    desk: Desk, page: SeedPage, answered: dict[str, Field]
) -> None:
    document = (await desk.api.client.get("/openapi.json")).json()
    operation = document["paths"][page.command.path][page.command.method.lower()]
    body = _schema(document, operation["requestBody"]["content"]["application/json"]["schema"])
    answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
    properties = _schema(document, answer)["properties"]

    for name, one in page.fields["Body"].items():
        described = body["properties"][name]
        assert (described["type"], described["maxLength"]) == (one.type, one.max_length)
        assert (name in body["required"]) is one.required
    assert set(body["required"]) == {n for n, one in page.fields["Body"].items() if one.required}
    for name, one in answered.items():
        assert properties[name]["type"] == one.type
        assert properties[name].get("enum", []) == one.options


def _schema(document: Json, schema: Json) -> Json:
    named = schema.get("$ref", "").rpartition("/")[2]
    return document["components"]["schemas"][named] if named else schema


async def test_the_seeds_own_command_resolves_an_exception(
    desk: Desk, page: SeedPage, answered: dict[str, Field]
) -> None:
    number = desk.spare()
    await desk.work(number, "assign", {"assignee": page.example["assignedTo"]})

    answer = await desk.command(number, x_request_id="a request of the seed")

    told = answer.json()
    assert (answer.status_code, answer.headers["x-idempotency-replayed"]) == (200, "false")
    assert answer.headers["x-request-id"] == "a request of the seed"
    assert answered.keys() - told.keys() == DISPATCHED
    assert {type(told[name]) for name in answered.keys() - DISPATCHED} == {str}
    sent = json.loads(page.command.body)
    assert (told["resolutionNotes"], told["resolutionReason"]) == (
        sent["notes"],
        sent["overrideReason"],
    )
    assert (told["status"], told["resolutionType"]) == ("RESOLVED", "FORCE_MATCH")
    assert (told["id"], told["assignedTo"]) == (number, page.example["assignedTo"])
    assert all(TIME.fullmatch(told[name]) for name in ("createdAt", "updatedAt", "dueAt"))
    assert {UUID(told[name]).version for name in ("id", "transactionId")} == {8}
    for name, one in answered.items():
        assert not one.options or told[name] in one.options


@pytest.mark.parametrize("header", ["X-Idempotency-Key", "Idempotency-Key"])
async def test_a_retry_with_either_header_is_a_replay(desk: Desk, header: str) -> None:
    number = desk.spare()
    name = header.replace("-", "_")

    answers = [await desk.command(number, **{name: "one key"}) for _ in range(2)]
    without = await desk.command(number)

    assert [one.status_code for one in answers] == [200, 200]
    assert answers[0].content == answers[1].content
    assert [one.headers["x-idempotency-replayed"] for one in answers] == ["false", "true"]
    assert without.status_code == 422


async def test_every_required_field_is_required_and_every_length_is_kept(
    desk: Desk, page: SeedPage
) -> None:
    number, whole = desk.spare(), json.loads(page.command.body)

    refused = []
    for name, one in page.fields["Body"].items():
        assert one.max_length is not None
        without = {other: value for other, value in whole.items() if other != name}
        wrong: list[Any] = ["", " \t", None, 7, True, ["x"], {}, "x" * (one.max_length + 1)]
        bodies = [without, *({**whole, name: value} for value in wrong)]
        refused += [(name, await desk.command(number, body)) for body in bodies]
    refused.append(("other", await desk.command(number, whole | {"other": "a misspelt name"})))
    longest = {name: "ü" * (one.max_length or 0) for name, one in page.fields["Body"].items()}
    taken = await desk.command(number, longest)

    for name, answer in refused:
        told = answer.json()
        assert (answer.status_code, told["code"]) == (400, "validation_failed"), (name, told)
        assert [error["path"] for error in told["errors"]] == [f"$.{name}"]
        assert {"code", "title", "message"} <= told.keys()
    assert taken.status_code == 200
    told = taken.json()
    assert (told["resolutionNotes"], told["resolutionReason"]) == tuple(longest.values())


async def test_every_status_is_filtered_by_and_every_other_refused(
    desk: Desk, answered: dict[str, Field]
) -> None:
    await desk.work(desk.spare(), "assign", {"assignee": "ann@example.com"})
    await desk.command(desk.spare())
    limits = {"limits": [{"currency": "EUR", "amount": "0"}]}
    await desk.api.client.put("/v1/approval_limits", json=limits)
    await desk.command(desk.spare())
    await desk.api.client.put("/v1/approval_limits", json={"limits": []})

    for status in answered["status"].options:
        found = await desk.api.all_of("/v1/exceptions", status=status)
        assert {one["status"] for one in found} == {status}
    assert await _refused(desk, status="CLOSED") == "query.status"
    assert await _refused(desk, status="open") == "query.status"


async def test_every_severity_is_filtered_by_and_every_other_refused(
    desk: Desk, answered: dict[str, Field]
) -> None:
    shown = {
        name: (await desk.api.get(f"/v1/exceptions/{desk.ids[name]}"))["severity"]
        for name in ("low", "medium", "high", "critical")
    }

    assert list(shown.values()) == answered["severity"].options
    for severity in answered["severity"].options:
        found = await desk.api.all_of("/v1/exceptions", severity=severity)
        assert {one["severity"] for one in found} == {severity}
        assert desk.ids[severity.lower()] in {one["id"] for one in found}
    assert await _refused(desk, severity="SEVERE") == "query.severity"


async def test_every_other_filter_narrows_and_pages_follow_each_other(desk: Desk) -> None:
    number, path = desk.spare(), "/v1/exceptions"
    await desk.work(number, "assign", {"assignee": "filters@example.com"})
    first = await desk.api.get(path)
    every = [one["id"] for one in await desk.api.all_of(path, limit=7)]
    made = (await desk.api.get(f"{path}/{number}"))["createdAt"]

    async def found(**params: str) -> list[str]:
        return [one["id"] for one in await desk.api.all_of(path, limit=200, **params)]

    assert (first["limit"], first["hasMore"], len(first["items"])) == (20, True, 20)
    assert len(every) == len(set(every)) == len(AMOUNTS)
    assert [one["id"] for one in first["items"]] == every[:20]
    assert await found(assigned_to="filters@example.com") == [number]
    assert await found(external_system="JIRA") == []
    assert await found(date_from="2100-01-01") == await found(date_to="2000-01-01") == []
    assert await found(date_from="2000-01-01", date_to="2099-12-31") == every
    assert number in await found(date_from=made)
    assert number not in await found(date_to=made)
    for name, wrong in {
        "date_from": "yesterday", "date_to": "2026-02-30", "limit": "201", "cursor": "!",
        "sort_by": "id", "assigned_to": "",
    }.items():  # fmt: skip
        assert await _refused(desk, **{name: wrong}) == f"query.{name}"


async def _refused(desk: Desk, **params: str) -> str:
    answer = await desk.api.client.get("/v1/exceptions", params=params)
    assert answer.status_code == 400
    return str(answer.json()["errors"][0]["path"])


async def test_both_types_of_resolution_are_answered(
    desk: Desk, answered: dict[str, Field]
) -> None:
    forced, number = await desk.command(desk.spare()), desk.spare()
    (name,) = [name for name, one in desk.ids.items() if one == number]
    amount = {"amount": f"-{AMOUNTS[name]}", "currency": "EUR"}
    why = {"reasonCode": "FEE_ADJUSTMENT", "notes": "a fee of the bank"}

    adjusted = await desk.work(number, "adjust-entry", amount | why)

    assert adjusted.status_code == 200, adjusted.text
    assert [one.json()["resolutionType"] for one in (forced, adjusted)] == answered[
        "resolutionType"
    ].options


@pytest.fixture(scope="module")
async def stranger(stack: RunningStack) -> AsyncIterator[PublicApi]:
    async with new_organization(stack, "Another") as api:
        yield api


async def test_every_status_code_is_answered(desk: Desk, stranger: PublicApi) -> None:
    number = desk.spare()
    path = desk.page.command.path.replace("{exceptionId}", number)
    body = json.loads(desk.page.command.body)

    codes = {
        "400": (await desk.command(number, {})).status_code,
        "401": (
            await desk.api.client.post(path, json=body, headers={"x-api-key": "tie_none"})
        ).status_code,
        "403": (await desk.command(number, x_organization_id="999999")).status_code,
        "404": (await desk.command(UNKNOWN)).status_code,
        "404 of another": (await stranger.client.post(path, json=body)).status_code,
        "404 of no UUID": (await desk.command("1")).status_code,
        "412": (await desk.command(number, if_match='"99"')).status_code,
        "200": (await desk.command(number)).status_code,
        "422": (await desk.command(number)).status_code,
    }

    assert codes == {name: int(name[:3]) for name in codes}
