"""Webhooks that a real receiver gets: signed, retried, given up, replayed; one name a message."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from fixtures.postgres import Database
from integration.gateway.hooks import (
    DELIVERIES,
    ENDPOINTS,
    DiesOnceSent,
    Hooks,
    Killed,
    open_hooks,
)
from integration.gateway.test_told_changes import told


@pytest.fixture(scope="module")
async def opened_hooks(module_database: Database) -> AsyncIterator[Hooks]:
    async with open_hooks(module_database) as opened:
        yield opened


@pytest.fixture
async def hooks(opened_hooks: Hooks) -> Hooks:
    await opened_hooks.begin_anew()
    return opened_hooks


async def test_a_match_is_received_signed_by_both_records(hooks: Hooks) -> None:
    made = await hooks.endpoint(event_types=["record.reconciled"])

    await hooks.tell("match.accepted")
    sent = await hooks.send()

    bodies = [one.verified(made["secret"]) for one in hooks.receiver.received]
    assert sent == len(bodies) == 2
    assert {one["type"] for one in bodies} == {"record.reconciled"}
    assert {one["data"]["data_stream_key"] for one in bodies} == {"bank", "books"}
    first = hooks.receiver.received[0]
    assert (first.path, first.headers["content-type"]) == ("/inbox", "application/json")
    assert len({one["id"] for one in bodies}) == 2
    assert {one["status"] for one in await hooks.deliveries()} == {"delivered"}


async def test_after_a_500_it_is_sent_again_under_the_same_id_and_not_before_its_time(
    hooks: Hooks,
) -> None:
    made = await hooks.endpoint()
    hooks.receiver.will_answer(500)
    await hooks.tell("entry.overdue")

    counts = [await hooks.send()]
    failed = await hooks.delivery(made)
    hooks.gateway.clock.pass_(seconds=4)
    counts.append(await hooks.send())
    hooks.gateway.clock.pass_(seconds=3)
    counts.append(await hooks.send())
    done = await hooks.delivery(made)

    first, second = hooks.receiver.received
    assert counts == [1, 0, 1]
    assert (failed["status"], failed["attempts"], failed["last_status_code"]) == ("pending", 1, 500)
    assert (done["status"], done["attempts"], done["last_status_code"]) == ("delivered", 2, 200)
    assert first.webhook_id == second.webhook_id
    assert first.body == second.body
    assert first.headers["webhook-timestamp"] < second.headers["webhook-timestamp"]
    assert second.is_signed_by(made["secret"])
    assert "failing_since" not in await hooks.shown(made)


async def test_a_receiver_that_asks_for_time_gets_it(hooks: Hooks) -> None:
    await hooks.endpoint()
    hooks.receiver.will_answer(503, retry_after="120")
    await hooks.tell("entry.overdue")

    counts = [await hooks.send()]
    for _ in range(2):
        hooks.gateway.clock.pass_(seconds=61)
        counts.append(await hooks.send())

    assert counts == [1, 0, 1]


async def test_a_redirect_is_not_followed(hooks: Hooks) -> None:
    made = await hooks.endpoint()
    hooks.receiver.will_answer(307, location=hooks.receiver.url + "/elsewhere")
    await hooks.tell("entry.overdue")

    await hooks.send()

    assert [one.path for one in hooks.receiver.received] == ["/inbox"]
    delivery = await hooks.delivery(made)
    assert (delivery["status"], delivery["last_status_code"]) == ("pending", 307)


async def test_410_disables_the_endpoint_and_the_audit_is_told(hooks: Hooks) -> None:
    made = await hooks.endpoint()
    hooks.receiver.will_answer(410)
    await hooks.tell("entry.overdue")
    await hooks.send()

    await hooks.tell("entry.overdue")
    shown = await hooks.shown(made)
    (entry,) = [one for one in await told(hooks.database) if one["action"].startswith("DISABLE")]

    assert (shown["status"], "410" in shown["disabled_reason"]) == ("disabled", True)
    assert (await hooks.delivery(made))["status"] == "failed"
    assert (entry["account_id"], entry["action"]) == (0, f"DISABLE {ENDPOINTS}/{made['id']}")
    assert (entry["before"]["status"], entry["after"]["status"]) == ("enabled", "disabled")


async def test_an_endpoint_that_fails_for_five_days_is_disabled_and_can_be_enabled_again(
    hooks: Hooks,
) -> None:
    made = await hooks.endpoint()
    hooks.receiver.answers = [(500, {}, b"")] * 3
    await hooks.tell("entry.overdue")

    shown = []
    for days in (4, 1, 0):
        await hooks.send()
        shown.append(await hooks.shown(made))
        hooks.gateway.clock.pass_(days=days)
    path = f"{ENDPOINTS}/{made['id']}"
    again = await hooks.gateway.ask("PATCH", path, json={"status": "enabled"})

    assert [one["status"] for one in shown] == ["enabled", "enabled", "disabled"]
    assert len({one["failing_since"] for one in shown}) == 1
    assert {"disabled_reason", "failing_since"}.isdisjoint(again.json())


async def test_what_was_given_up_is_sent_again_when_it_is_replayed(hooks: Hooks) -> None:
    made = await hooks.endpoint()
    hooks.receiver.answers = [(500, {}, b"")] * 10
    await hooks.tell("entry.overdue")
    for _ in range(9):
        await hooks.send()
        due = (await hooks.delivery(made))["next_attempt_at"]
        hooks.gateway.clock.now = datetime.fromisoformat(due)
    await hooks.send()
    failed = await hooks.delivery(made)

    path = f"{DELIVERIES}/{failed['id']}/replay"
    once = {"idempotency-key": "replay"}
    replayed = [await hooks.gateway.ask("POST", path, headers=once) for _ in range(2)]
    await hooks.send()

    assert (failed["status"], failed["attempts"]) == ("failed", 10)
    assert len(hooks.receiver.received) == 11
    assert len({one.webhook_id for one in hooks.receiver.received}) == 1
    assert [one.headers["x-idempotency-replayed"] for one in replayed] == ["false", "true"]
    assert (replayed[0].json()["status"], replayed[0].json()["attempts"]) == ("pending", 0)
    assert (await hooks.delivery(made))["status"] == "delivered"
    shown = (await hooks.gateway.ask("GET", f"{DELIVERIES}/{failed['id']}")).json()
    assert shown["payload"] == json.loads(hooks.receiver.received[-1].body)


async def test_a_rotated_secret_holds_both_ways_until_the_window_ends(hooks: Hooks) -> None:
    old = (made := await hooks.endpoint())["secret"]
    rotate = f"{ENDPOINTS}/{made['id']}/rotate_secret"
    new = (await hooks.gateway.ask("POST", rotate, json={"overlap_seconds": 60})).json()["secret"]

    await hooks.tell("entry.overdue")
    await hooks.send()
    hooks.gateway.clock.pass_(seconds=61)
    await hooks.tell("entry.overdue")
    await hooks.send()

    within, after = hooks.receiver.received
    assert [within.is_signed_by(one) for one in (new, old)] == [True, True]
    assert [after.is_signed_by(one) for one in (new, old)] == [True, False]


async def test_a_gateway_killed_between_sending_and_noting_it_sends_under_the_same_id_again(
    hooks: Hooks,
) -> None:
    made = await hooks.endpoint()
    await hooks.tell("entry.overdue")

    with pytest.raises(Killed):
        await hooks.send(hooks.sender(failpoint=DiesOnceSent()))
    others = [await hooks.send()]
    hooks.gateway.clock.pass_(seconds=31)
    others.append(await hooks.send())

    first, second = hooks.receiver.received
    assert others == [0, 1], "nobody else sends while the claim holds"
    assert first.webhook_id == second.webhook_id
    assert (await hooks.delivery(made))["status"] == "delivered"


async def test_an_event_that_the_broker_delivers_again_is_one_delivery(hooks: Hooks) -> None:
    await hooks.endpoint()

    record = await hooks.tell("match.accepted")
    for _ in range(2):
        await hooks.tell("match.accepted", again=record)
        await hooks.send()

    assert len(await hooks.deliveries()) == 3, "the match, and its two records"
    assert len({one.webhook_id for one in hooks.receiver.received}) == 3
    assert len(hooks.receiver.received) == 3


async def test_only_those_who_asked_are_told_and_of_nothing_before_they_did(hooks: Hooks) -> None:
    earlier = hooks.gateway.clock() - timedelta(hours=1)
    asked = await hooks.endpoint(event_types=["record.closed"])
    disabled = await hooks.endpoint()
    await hooks.gateway.ask("PATCH", f"{ENDPOINTS}/{disabled['id']}", json={"status": "disabled"})

    await hooks.tell("entry.overdue")
    await hooks.tell("entry.closed", ce_time=earlier.isoformat())
    await hooks.tell("entry.closed", organization="999")
    await hooks.tell("entry.closed")

    (only,) = await hooks.deliveries()
    assert (only["webhook_endpoint_id"], only["event_type"]) == (asked["id"], "record.closed")


async def test_what_cannot_be_read_is_put_aside_and_the_rest_goes_on(hooks: Hooks) -> None:
    made = await hooks.endpoint()

    await hooks.tell("entry.overdue", ce_time="yesterday")
    await hooks.tell("entry.overdue", organization="one")
    await hooks.tell("entry.overdue")

    letters = await hooks.rows("SELECT reason FROM gateway.dead_letter")
    assert len(letters) == 2
    assert (await hooks.delivery(made))["status"] == "pending"


async def test_while_ingest_is_away_events_wait_and_none_is_put_aside(
    hooks: Hooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tieout_runtime.intake.BACKOFF_S", 0.001)
    await hooks.endpoint()
    hooks.gateway.ingest.reset()
    hooks.gateway.ingest.is_down = True

    with pytest.raises(ConnectionError):
        await hooks.tell("entry.overdue")

    assert await hooks.deliveries() == []
    assert await hooks.rows("SELECT reason FROM gateway.dead_letter") == []


async def test_two_gateways_share_what_is_due(hooks: Hooks) -> None:
    await hooks.endpoint()
    for _ in range(4):
        await hooks.tell("match.accepted")
    senders = [hooks.sender(), hooks.sender()]

    async def all_of(sender: Any) -> int:
        sent = 0
        while begun := await hooks.send(sender):
            sent += begun
        return sent

    counts = await asyncio.gather(*(all_of(one) for one in senders))

    assert sum(counts) == len(hooks.receiver.received) == 12
    assert len({one.webhook_id for one in hooks.receiver.received}) == 12


async def test_a_slow_receiver_holds_up_nobody_else(hooks: Hooks) -> None:
    hooks.receiver.waits_s = 0.5
    slow, quick = (
        await hooks.endpoint(),
        await hooks.endpoint(event_types=["reconciliation_case.resolved"]),
    )
    for _ in range(3):
        await hooks.tell("match.accepted")
    await hooks.tell("case.changed")
    sender = hooks.sender()

    begun = [await sender.begin_due(), await sender.begin_due()]
    await sender.finish()

    assert begun == [6, 0], "five places for the slow one, however much waits"
    assert (await hooks.delivery(quick))["status"] == "delivered"
    waiting = await hooks.deliveries(webhook_endpoint_id=slow["id"], status="pending")
    assert len(waiting) == 5
