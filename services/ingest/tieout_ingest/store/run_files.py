"""Source files of runs: import batches that name the run of a ledger."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tieout_ingest.store import imports
from tieout_ingest.store.imports import BatchView
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

_SQL = load_queries("tieout_ingest", "run_files.sql")
Row = Mapping[str, Any]


async def files(connection: Connection, organization_id: int, run_id: int) -> list[Row]:
    """Load number and status of every file of a run."""
    return list(await connection.fetch(_SQL["files"], organization_id, run_id))


async def page(
    connection: Connection,
    organization_id: int,
    run_id: int,
    *,
    direction: int,
    limit: int,
    offset: int,
) -> tuple[list[BatchView], int]:
    """Load a page of the files that are loaded or refused, and how many there are."""
    rows = await connection.fetch(
        _SQL["ended_files"], organization_id, run_id, direction, limit, offset
    )
    found = [
        await imports.find(connection, organization_id=organization_id, batch_id=row["id"])
        for row in rows
    ]
    total = await connection.fetchval(_SQL["count_ended_files"], organization_id, run_id)
    return [one for one in found if one is not None], int(total)


async def record_ids(connection: Connection, organization_id: int, batch_id: int) -> list[int]:
    """Return the records of which a batch wrote a version, ascending."""
    rows = await connection.fetch(_SQL["record_ids"], organization_id, batch_id)
    return [row["id"] for row in rows]


async def status_of(
    connection: Connection, organization_id: int, batch_id: int
) -> tuple[str, dict[str, str] | None]:
    """Return how far a file is, and (code, message) of why it was refused."""
    row = await connection.fetchrow(_SQL["status"], organization_id, batch_id)
    return row["status"], None if row["error"] is None else json.loads(row["error"])


async def delete(
    connection: Connection, organization_id: int, batch_id: int, *, at: datetime
) -> bool:
    """Note that a file is none any more; whether it was one."""
    ended = await connection.fetchval(_SQL["delete"], organization_id, batch_id, at)
    return ended is not None
