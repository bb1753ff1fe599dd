from collections.abc import AsyncIterator

import pytest

from fixtures.postgres import Database, PostgresServerInfo, migrated_template
from integration.ops.replayed import Product, open_product
from tieout_runtime.queries import load_queries


@pytest.fixture
async def product(
    database: Database, postgres_server: PostgresServerInfo, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Product]:
    """Give one test matcher and exceptions on a database of their own.

    What it replays into is a copy of the migrated template, which the replay finds at head.
    """
    template = await migrated_template(postgres_server)
    queries = load_queries("tieout_ops", "replay_scratch.sql")
    queries["create"] = queries["create"].replace("template0", template)
    monkeypatch.setattr("tieout_ops.replay_scratch._SQL", queries)
    async with open_product(database) as opened:
        yield opened
