"""How long deliveries are kept: what ended, and what waits for an endpoint that stays disabled."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from fixtures.postgres import Database
from integration.gateway.hooks import ENDPOINTS, Hooks, open_hooks
from tieout_gateway.webhooks import consuming

KEPT = timedelta(days=30)


@pytest.fixture
async def hooks(database: Database) -> AsyncIterator[Hooks]:
    async with open_hooks(database) as opened:
        await opened.begin_anew()
        yield opened


async def sweep(hooks: Hooks, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Sweep once; the states of the deliveries that are left."""
    monkeypatch.setattr(consuming, "SWEPT_EVERY_S", 0.0)
    monkeypatch.setattr(consuming, "SWEPT_AT_ONCE", 1)
    await asyncio.wait_for(consuming.sweep(hooks.pool, hooks.gateway.clock, KEPT), 30)
    return sorted(one["status"] for one in await hooks.deliveries())


async def test_what_waits_for_a_disabled_endpoint_goes_with_its_age_and_not_before(
    hooks: Hooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    disabled, failing = await hooks.endpoint(), await hooks.endpoint()
    for _ in range(2):
        await hooks.tell("entry.overdue")
    path = f"{ENDPOINTS}/{disabled['id']}"
    answer = await hooks.gateway.ask("PATCH", path, json={"status": "disabled"})
    assert answer.status_code == 200
    hooks.receiver.will_answer(200)
    hooks.receiver.will_answer(500)
    await hooks.send()

    hooks.gateway.clock.now += KEPT - timedelta(minutes=1)
    young = await sweep(hooks, monkeypatch)
    hooks.gateway.clock.pass_(seconds=3600)
    old = await sweep(hooks, monkeypatch)

    assert young == ["delivered", "pending", "pending", "pending"]
    assert old == ["pending"]
    assert [one["webhook_endpoint_id"] for one in await hooks.deliveries()] == [failing["id"]]
