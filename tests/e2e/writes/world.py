"""All writes of the public API, over objects that an organisation has made through it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import asyncpg

from e2e.openapi_requests import Operation
from e2e.writes.ledger_writes import item_writes, run_writes
from e2e.writes.match_writes import match_writes, reconciliation_writes
from e2e.writes.own_writes import case_writes, own_writes, webhook_writes
from e2e.writes.rounds import Rounds
from e2e.writes.stream_writes import bulk_writes, stream_writes
from e2e.writes.work_writes import bucket_writes, exception_writes
from e2e.writes.write import Writes, tagged
from fixtures.public_api import PublicApi

PARTS = (
    stream_writes, reconciliation_writes, match_writes, bucket_writes, exception_writes,
    run_writes, item_writes, case_writes, own_writes, webhook_writes,
)  # fmt: skip


@asynccontextmanager
async def rounds_of(
    api: PublicApi, postgres_url: str, operations: Mapping[str, Operation]
) -> AsyncIterator[Rounds]:
    """Make what the writes need; `operations` say which of them take If-Match."""
    database = await asyncpg.connect(postgres_url)
    try:
        parts = await asyncio.gather(bulk_writes(api, database), *(part(api) for part in PARTS))
        writes: Writes = {name: write for part in parts for name, write in part.items()}
        for name, write in writes.items():
            named = [one.get("name") for one in operations[name].described["parameters"]]
            if "if-match" in named:
                writes[name] = await tagged(api, write)
        yield Rounds(api=api, database=database, operations=operations, writes=writes)
    finally:
        await database.close()
