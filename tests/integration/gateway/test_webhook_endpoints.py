"""Webhook endpoints over the API: made, shown once, changed, rotated, gone; and what is refused."""

from base64 import b64decode
from collections.abc import AsyncIterator
from typing import Any

import pytest

from fixtures.postgres import Database
from integration.gateway.conftest import Gateway
from integration.gateway.hooks import DELIVERIES, ENDPOINTS, Hooks, open_hooks
from integration.gateway.test_told_changes import told
from tieout_gateway.domain.public_events import PUBLIC_TYPES
from tieout_ops import organizations


@pytest.fixture(scope="module")
async def opened_hooks(module_database: Database) -> AsyncIterator[Hooks]:
    async with open_hooks(module_database) as opened:
        yield opened


@pytest.fixture
async def hooks(opened_hooks: Hooks) -> Hooks:
    await opened_hooks.begin_anew()
    return opened_hooks


async def test_the_secret_is_shown_once_and_is_nowhere_in_the_database(hooks: Hooks) -> None:
    once = {"idempotency-key": "made once"}
    body = {"url": hooks.receiver.url}

    first = await hooks.gateway.ask("POST", ENDPOINTS, json=body, headers=once)
    again = await hooks.gateway.ask("POST", ENDPOINTS, json=body, headers=once)
    made = first.json()
    shown = await hooks.shown(made)
    rows = await hooks.rows(
        "SELECT webhook_endpoint::text AS row FROM gateway.webhook_endpoint"
        " UNION ALL SELECT encode(body, 'escape') FROM gateway.idempotency_key"
        " UNION ALL SELECT encode(payload, 'escape') FROM gateway.outbox"
    )

    secret = b64decode(made["secret"].removeprefix("whsec_"))
    kept = " ".join(row["row"] for row in rows)
    assert (first.status_code, again.content) == (201, first.content)
    assert again.headers["x-idempotency-replayed"] == "true"
    assert 24 <= len(secret) <= 64
    assert shown == {name: made[name] for name in made if name != "secret"}
    assert shown["event_types"] is None
    assert made["secret"].removeprefix("whsec_") not in kept
    assert secret.hex() not in kept


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "10.0.0.1", "169.254.169.254", "[::1]", "2130706433", "0x7f.0.0.1", "localhost"],
)
async def test_a_private_address_is_refused_however_it_is_written(
    gateway: Gateway, host: str
) -> None:
    body = {"url": f"https://{host}/inbox"}

    answer = await gateway.ask("POST", ENDPOINTS, json=body)

    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["path"] == "$.url"


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"url": "http://hooks.acme.example/"}, "$.url"),
        ({"url": "https://me:secret@hooks.acme.example/"}, "$.url"),
        ({"url": "https://hooks.acme.example:25/"}, "$.url"),
        ({"url": "https://hooks.acme.example/", "event_types": ["no.such"]}, "$.event_types[0]"),
        ({"url": "https://hooks.acme.example/", "event_types": []}, "$.event_types"),
        ({}, "$.url"),
    ],
)
async def test_what_is_refused_names_its_path(gateway: Gateway, body: Any, path: str) -> None:
    answer = await gateway.ask("POST", ENDPOINTS, json=body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["path"] == path


async def test_an_endpoint_is_changed_member_by_member(hooks: Hooks) -> None:
    made = await hooks.endpoint(description="inbox", event_types=[*PUBLIC_TYPES, *PUBLIC_TYPES])
    path = f"{ENDPOINTS}/{made['id']}"

    disabled = await hooks.gateway.ask("PATCH", path, json={"status": "disabled"})
    changed = await hooks.gateway.ask(
        "PATCH", path, json={"description": None, "event_types": None, "status": "enabled"}
    )
    refused = await hooks.gateway.ask("PATCH", path, json={"url": "https://192.168.0.1/"})

    assert made["event_types"] == sorted(PUBLIC_TYPES)
    assert disabled.json() == {**await hooks.shown(made), "status": "disabled"} | {
        "description": "inbox", "event_types": sorted(PUBLIC_TYPES),
    }  # fmt: skip
    assert (changed.json()["description"], changed.json()["event_types"]) == (None, None)
    assert refused.status_code == 422
    assert (await hooks.shown(made))["url"] == hooks.receiver.url


async def test_a_deleted_endpoint_is_gone_with_its_deliveries(hooks: Hooks) -> None:
    made = await hooks.endpoint()
    await hooks.tell("entry.overdue")
    delivery = await hooks.delivery(made)

    deleted = await hooks.gateway.ask("DELETE", f"{ENDPOINTS}/{made['id']}")
    again = await hooks.gateway.ask("DELETE", f"{ENDPOINTS}/{made['id']}")
    shown = await hooks.gateway.ask("GET", f"{DELIVERIES}/{delivery['id']}")
    listed = (await hooks.gateway.ask("GET", ENDPOINTS)).json()["data"]

    assert (deleted.status_code, again.status_code, shown.status_code) == (204, 404, 404)
    assert made["id"] not in [one["id"] for one in listed]
    before = len(hooks.receiver.received)
    await hooks.send()
    assert delivery["webhook_id"] not in {
        one.webhook_id for one in hooks.receiver.received[before:]
    }


async def test_another_organisation_finds_neither_endpoints_nor_deliveries(hooks: Hooks) -> None:
    made = await hooks.endpoint()
    await hooks.tell("entry.overdue")
    delivery = await hooks.delivery(made)
    other, credential = await organizations.create_organization(
        hooks.gateway.keys, name="Other", at=hooks.gateway.clock()
    )
    theirs = {"x-api-key": credential.text}
    endpoint, sent = f"{ENDPOINTS}/{made['id']}", f"{DELIVERIES}/{delivery['id']}"

    answers = [
        await hooks.gateway.client.request(method, path, headers=theirs, json=body)
        for method, path, body in (
            ("GET", endpoint, None),
            ("PATCH", endpoint, {"status": "disabled"}),
            ("DELETE", endpoint, None),
            ("POST", f"{endpoint}/rotate_secret", {}),
            ("GET", sent, None),
            ("POST", f"{sent}/replay", None),
        )
    ]
    lists = [await hooks.gateway.client.get(one, headers=theirs) for one in (ENDPOINTS, DELIVERIES)]

    assert other != hooks.gateway.organization_id
    assert [one.status_code for one in answers] == [404] * 6
    assert [one.json()["data"] for one in lists] == [[], []]
    assert (await hooks.shown(made))["status"] == "enabled"


async def test_changes_are_told_to_the_audit_without_a_secret(hooks: Hooks) -> None:
    made = await hooks.endpoint()
    rotated = await hooks.gateway.ask("POST", f"{ENDPOINTS}/{made['id']}/rotate_secret", json={})
    await hooks.gateway.ask("DELETE", f"{ENDPOINTS}/{made['id']}")

    entries = [
        one for one in await told(hooks.database) if f"webhook_endpoints/{made['id']}" in str(one)
    ]

    assert [one["action"].partition(" ")[0] for one in entries] == ["POST", "DELETE"]
    assert rotated.json()["secret"] != made["secret"]
    assert "sealed" not in str(entries)
    assert made["secret"] not in str(entries)


async def test_http_needs_the_operators_leave(hooks: Hooks) -> None:
    allowing = hooks.gateway.app.state.receivers
    hooks.gateway.app.state.receivers = hooks.receivers(http_allowed=False)

    plain = await hooks.gateway.ask("POST", ENDPOINTS, json={"url": "http://127.0.0.1:8080/"})
    tls = await hooks.gateway.ask("POST", ENDPOINTS, json={"url": "https://127.0.0.1:8080/"})

    hooks.gateway.app.state.receivers = allowing
    assert (plain.status_code, tls.status_code) == (422, 201)


async def test_one_that_is_enabled_again_is_told_of_nothing_of_the_time_between(
    hooks: Hooks,
) -> None:
    made = await hooks.endpoint()
    path = f"{ENDPOINTS}/{made['id']}"
    await hooks.gateway.ask("PATCH", path, json={"status": "disabled"})
    between = hooks.gateway.clock()
    hooks.gateway.clock.pass_(seconds=1)
    await hooks.gateway.ask("PATCH", path, json={"status": "enabled"})
    await hooks.gateway.ask("PATCH", path, json={"description": "again", "status": "enabled"})

    await hooks.tell("entry.closed", ce_time=between.isoformat())
    assert await hooks.deliveries() == []
    await hooks.tell("entry.closed")
    assert (await hooks.delivery(made))["event_type"] == "record.closed"
