"""Server-sent events over the whole product: heard by their own organisation, resumed, ended."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import httpx2
import jsonschema_rs
import pytest

from contracts.asyncapi_headers import identity_of
from contracts.snapshots import ASYNCAPI
from fixtures.public_api import PublicApi, new_organization
from fixtures.stack import RunningStack
from fixtures.topics import all_records

Event: TypeAlias = dict[str, str]
NOT_FOUND, UNPROCESSABLE = 404, 422
WITHIN_S = 100.0
STOPPED_WITHIN_S = 10.0


class Stream:
    """What a caller hears."""

    def __init__(self, answer: httpx2.Response) -> None:
        self._lines = answer.aiter_lines()

    async def hear(self, *until: str) -> list[Event]:
        """Read until these types have come, each one in its turn; all that came."""
        heard: list[Event] = []
        left = list(until)
        async with asyncio.timeout(WITHIN_S):
            while left:
                heard.append(await self._next())
                if heard[-1]["event"] == left[0]:
                    left.pop(0)
        return heard

    async def _next(self) -> Event:
        event: Event = {}
        async for line in self._lines:
            name, _, value = line.partition(": ")
            if not line and "event" in event:
                return event
            if name:
                event[name] = value
        pytest.fail("the stream has ended")


@asynccontextmanager
async def _listening(
    api: PublicApi, last: str | None = None, **params: Any
) -> AsyncIterator[Stream]:
    headers = {} if last is None else {"last-event-id": last}
    async with api.client.stream("GET", "/v1/events", params=params, headers=headers) as answer:
        assert (answer.status_code, answer.headers["content-type"]) == (
            200,
            "text/event-stream; charset=utf-8",
        )
        yield Stream(answer)


def _client(url: str, headers: dict[str, str]) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(base_url=url, headers=headers, timeout=WITHIN_S, trust_env=False)


async def _reconciled(api: PublicApi, name: str) -> int:
    """Make two streams, their reconciliation and its rule; its number."""
    sides = [await api.stream(f"{name}-{side}") for side in "ab"]
    made = await api.reconciliation(name, side_a=sides[:1], side_b=sides[1:])
    await api.rule(made, "amount")
    return made


async def _pair(api: PublicApi, name: str, amount: int) -> None:
    for side in "ab":
        record = {"data_stream_key": f"{name}-{side}", "amount": amount, "direction": "credit"}
        await api.post("/v1/records", record | {"date": "2026-11-02"})


async def test_each_organization_hears_its_own_and_a_cut_loses_and_doubles_nothing(
    api: PublicApi, stack: RunningStack
) -> None:
    ours = await _reconciled(api, "ours")
    async with new_organization(stack, "Neighbour") as other:
        theirs = await _reconciled(other, "theirs")
        async with _listening(api) as mine, _listening(other) as neighbours:
            await mine.hear("stream.opened")
            await neighbours.hear("stream.opened")
            await _pair(other, "theirs", 1)
            await _pair(api, "ours", 2)
            whole = await mine.hear("match.accepted", "record.reconciled", "record.reconciled")
            heard = await neighbours.hear("match.accepted", "record.reconciled")
        async with _listening(api, last=whole[1]["id"]) as again:
            await _pair(api, "ours", 3)
            rest = await again.hear("record.reconciled", "match.accepted", "record.reconciled")
        refused = [
            await other.client.get("/v1/events", params={"reconciliation_id": ours}),
            await other.client.get("/v1/events", headers={"last-event-id": whole[0]["id"]}),
            await other.client.get("/v1/events", params={"types": "match.exploded"}),
        ]

    def numbers(events: list[Event]) -> set[int]:
        return {json.loads(event["data"])["reconciliation_id"] for event in events}

    assert (numbers(whole), numbers(heard)) == ({ours}, {theirs})
    assert [event["event"] for event in whole] == [
        "record.unmatched",
        "match.accepted",
        "record.reconciled",
        "record.reconciled",
    ]
    told = [json.loads(event["data"])["id"] for event in whole[:2] + rest[1:]]
    assert rest[0]["event"] == "stream.opened"
    assert [json.loads(event["data"])["id"] for event in rest[1:3]] == [
        json.loads(event["data"])["id"] for event in whole[2:]
    ]
    assert len(told) == len(set(told))
    assert [answer.status_code for answer in refused] == [NOT_FOUND, UNPROCESSABLE, UNPROCESSABLE]


async def test_what_becomes_overdue_is_heard_and_a_revoked_key_hears_no_more(
    api: PublicApi, stack: RunningStack
) -> None:
    made = await _reconciled(api, "late")
    key = await api.post("/v1/api_keys", {"name": "live", "scopes": ["view"]})
    headers = {"x-api-key": key["key"]}
    async with _client(stack.url, headers) as client:
        viewer = PublicApi(client, api.organization)
        wanted = "record.reconciliation_overdue,exception.opened,reconciliation_exception.opened"
        async with _listening(viewer, types=wanted, reconciliation_id=made) as stream:
            await stream.hear("stream.opened")
            record = {"data_stream_key": "late-a", "amount": 9, "direction": "credit"}
            told = await api.post("/v1/records", record | {"date": "2026-11-02"})
            path = f"/v1/reconciliations/{made}/records/{told['id']}/mark_overdue"
            await api.post(path, {})
            overdue = (await stream.hear("record.reconciliation_overdue"))[-1]
            opened = await stream.hear("exception.opened")
            await api.delete(f"/v1/api_keys/{key['id']}")
            (*_, ended) = await stream.hear("stream.ended")

    assert json.loads(overdue["data"])["data"]["id"] == told["id"]
    assert json.loads(opened[-1]["data"])["data"]["status"] == "OPEN"
    assert json.loads(ended["data"])["reason"] == "credential_ended"


async def test_a_process_that_stops_ends_its_streams_and_another_goes_on(
    api: PublicApi, stack: RunningStack
) -> None:
    await _reconciled(api, "moved")
    second = await asyncio.to_thread(stack.local.start_instance, "gateway")
    headers = {"x-api-key": api.organization.api_key}
    async with _client(second.url, headers) as client:
        async with _listening(PublicApi(client, api.organization)) as stream:
            await stream.hear("stream.opened")
            await _pair(api, "moved", 1)
            heard = await stream.hear("match.accepted")
            stopping = asyncio.create_task(asyncio.to_thread(second.stop))
            (*_, ended) = await stream.hear("stream.ended")
        begun_s = asyncio.get_running_loop().time()
        exit_code = await stopping
        took_s = asyncio.get_running_loop().time() - begun_s
    stack.local.forget(second)
    async with _listening(api, last=heard[-1]["id"]) as stream:
        _, *rest = await stream.hear("record.reconciled", "record.reconciled")

    assert json.loads(ended["data"])["reason"] == "shutting_down"
    assert exit_code == 0
    assert took_s < STOPPED_WITHIN_S
    assert [event["event"] for event in rest] == ["record.reconciled"] * 2


async def test_what_the_services_sent_is_what_the_asyncapi_document_says(
    api: PublicApi, stack: RunningStack
) -> None:
    """Read all that is told of this organisation by now: headers and values, by the document."""
    document = json.loads(ASYNCAPI.read_bytes())
    messages, components = document["components"]["messages"], document["components"]
    checks = {
        (name, part): jsonschema_rs.Draft7Validator(
            {**message[part], "components": components}, validate_formats=True
        )
        for name, message in messages.items()
        for part in ("headers", "payload")
    }
    seen: set[str] = set()
    for record in await all_records(stack):
        headers = {name: content.decode() for name, content in record.headers}
        if headers.get("organization") != str(api.organization.organization_id):
            continue
        payload = json.loads(record.value)
        seen.add(name := headers["ce_type"])
        checks[name, "headers"].validate(headers)
        checks[name, "payload"].validate(payload)
        assert (headers["ce_id"], headers["ce_subject"]) == identity_of(name, payload)

    assert {"stream", "reconciliation", "record.accepted", "match.accepted", "audit.noted"} <= seen
    assert {"entry.unmatched", "entry.overdue", "break.changed", "bucket.changed"} <= seen
