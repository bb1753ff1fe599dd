from collections.abc import AsyncIterator

import pytest

from fixtures.postgres import Database
from integration.matcher.service import Service, open_service
from integration.matcher.world import World, open_world


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
