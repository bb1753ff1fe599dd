from collections.abc import AsyncIterator

import pytest

from fixtures.postgres import Database
from integration.matcher.ledger_calls import LedgerCalls, open_ledger
from integration.matcher.service import Service, open_service
from integration.matcher.world import Key, World, open_world
from unit.matcher.builders import a_leaf, a_record, some_fields


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    """Give one test the matcher on a database of its own."""
    async with open_world(database) as opened:
        yield opened


@pytest.fixture
async def service(world: World) -> AsyncIterator[Service]:
    """Give the routes over that world."""
    async with open_service(world) as opened:
        yield opened


@pytest.fixture
async def ledger(world: World, service: Service) -> LedgerCalls:
    """Give a ledger with a run."""
    return await open_ledger(world, service)


@pytest.fixture
async def books(world: World) -> Key:
    """Give two matches (one of them forced, with an adjustment) and two open entries."""
    key = await world.with_rule(a_leaf("external_id"))
    await world.deliver([
        a_record(number, side, some_fields(amount, external_id=name), reconciliation_id=key[1])
        for number, side, amount, name in (
            (1, "A", "1000", "x"), (2, "B", "1000", "x"), (3, "A", "700", "y"),
            (4, "B", "650", "z"), (5, "A", "300", "u"), (6, "B", "20", "v"),
        )
    ])  # fmt: skip
    await world.force(key, 3, 4, operation_id=1)
    return key
