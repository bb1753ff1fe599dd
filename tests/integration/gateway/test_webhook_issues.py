"""The answer to a dispatched exception names its issue: told to exceptions once, nothing else."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from fixtures.postgres import Database
from integration.gateway.hooks import DELIVERIES, DiesOnceSent, Hooks, Killed, open_hooks
from tieout_gateway.webhooks.issues import tell_named

DISPATCHED = "break.changed-dispatched"
CALLBACK = "/internal/breaks/502/callback"
NAMED = b'{"externalIssueId": "RECON-1"}'


@pytest.fixture(scope="module")
async def opened_hooks(module_database: Database) -> AsyncIterator[Hooks]:
    async with open_hooks(module_database) as opened:
        yield opened


@pytest.fixture
async def hooks(opened_hooks: Hooks) -> Hooks:
    await opened_hooks.begin_anew()
    opened_hooks.gateway.exceptions.answer("POST", CALLBACK, {})
    return opened_hooks


async def tell(hooks: Hooks) -> list[Any]:
    """Tell exceptions what was named; all it was told so far."""
    await tell_named(hooks.pool, hooks.gateway.app.state.owners.exceptions)
    return [one for one in hooks.gateway.exceptions.calls if one.path == CALLBACK]


async def test_an_issue_is_told_as_a_callback_of_the_endpoint_and_once(hooks: Hooks) -> None:
    made = await hooks.endpoint()
    hooks.receiver.will_answer(201, NAMED)

    await hooks.tell(DISPATCHED)
    await hooks.send()
    await tell(hooks)

    (call,) = await tell(hooks)
    (received,) = hooks.receiver.received
    assert call.json == {
        "external_system": "JIRA",
        "external_issue_id": "RECON-1",
        "status": f"named by webhook endpoint {made['id']}",
        "of_dispatch": True,
    }
    assert call.headers["x-request-id"] == received.webhook_id
    assert call.headers["tieout-organization"] == str(hooks.gateway.organization_id)
    assert (await hooks.delivery(made))["status"] == "delivered"


async def test_a_message_sent_twice_and_answered_alike_is_one_callback_by_its_key(
    hooks: Hooks,
) -> None:
    made = await hooks.endpoint()
    for _ in range(3):
        hooks.receiver.will_answer(200, NAMED)
    hooks.receiver.will_answer(200, b'{"externalIssueId": "RECON-2"}')
    await hooks.tell(DISPATCHED)

    with pytest.raises(Killed):
        await hooks.send(hooks.sender(failpoint=DiesOnceSent()))
    hooks.gateway.clock.pass_(seconds=60)
    await hooks.send()
    keys = [one.headers["x-idempotency-key"] for one in await tell(hooks)]
    for _ in range(2):
        path = f"{DELIVERIES}/{(await hooks.delivery(made))['id']}/replay"
        await hooks.gateway.ask("POST", path)
        await hooks.send()
        keys = [one.headers["x-idempotency-key"] for one in await tell(hooks)]

    assert len(hooks.receiver.received) == 4
    assert (keys[0] == keys[1], keys[1] == keys[2], len(keys)) == (True, False, 3)


async def test_an_issue_waits_for_exceptions_and_one_refused_is_left(hooks: Hooks) -> None:
    await hooks.endpoint()
    hooks.receiver.will_answer(200, NAMED)
    await hooks.tell(DISPATCHED)
    await hooks.send()

    hooks.gateway.exceptions.refuse("POST", CALLBACK, 503, "unavailable")
    await tell(hooks)
    hooks.gateway.exceptions.refuse("POST", CALLBACK, 404, "not_found")
    await tell(hooks)

    assert len(await tell(hooks)) == 2


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (200, b"", {}),
        (200, b"<html>RECON-1</html>", {}),
        (200, b'{"issue": "RECON-1"}', {}),
        (200, NAMED + b" " * 4096, {}),
        (200, NAMED, {"content_length": "4000"}),
    ],
)
async def test_an_answer_that_names_none_is_a_delivered_message(
    hooks: Hooks, status: int, body: bytes, headers: dict[str, str]
) -> None:
    made = await hooks.endpoint()
    hooks.receiver.will_answer(status, body, **headers)

    await hooks.tell(DISPATCHED)
    await hooks.send()

    assert await tell(hooks) == []
    assert (await hooks.delivery(made))["status"] == "delivered"


async def test_an_answer_whose_body_is_late_has_arrived_without_it(hooks: Hooks) -> None:
    made = await hooks.endpoint()
    hooks.receiver.will_answer(200, NAMED)
    hooks.receiver.dawdles_s = 0.9
    await hooks.tell(DISPATCHED)

    await hooks.send(hooks.sender(timeout_s=1.0))

    assert await tell(hooks) == []
    assert (await hooks.delivery(made))["status"] == "delivered"


async def test_neither_another_event_nor_a_failure_names_an_issue(hooks: Hooks) -> None:
    await hooks.endpoint()
    hooks.receiver.will_answer(200, NAMED)
    hooks.receiver.will_answer(500, NAMED)

    await hooks.tell("entry.overdue")
    await hooks.send()
    await hooks.tell(DISPATCHED)
    await hooks.send()

    assert len(hooks.receiver.received) == 2
    assert await tell(hooks) == []
