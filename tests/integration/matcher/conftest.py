from collections.abc import AsyncIterator

import pytest

from fixtures.postgres import Database
from integration.matcher.world import World, open_world


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    """Give one test the matcher on a database of its own."""
    async with open_world(database) as opened:
        yield opened
