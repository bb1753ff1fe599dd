from collections.abc import AsyncIterator

import pytest

from fixtures.postgres import Database
from integration.ops.replayed import Product, open_product


@pytest.fixture
async def product(database: Database) -> AsyncIterator[Product]:
    """Give one test matcher and exceptions on a database of their own."""
    async with open_product(database) as opened:
        yield opened
