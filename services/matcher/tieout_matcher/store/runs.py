"""Runs: asked for, worked off, undone."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

_SQL = load_queries("tieout_matcher", "runs.sql")
Row = Mapping[str, Any]
Key = tuple[int, int]


async def add(
    connection: Connection, key: Key, *, mode: str, dry_run: bool, note: str | None, at: datetime
) -> int:
    """Ask for a run; returns its id."""
    return int(await connection.fetchval(_SQL["add"], *key, mode, dry_run, note, at))


async def page(
    connection: Connection, key: Key, *, after: int = 0, run_id: int | None = None, limit: int = 1
) -> list[Row]:
    """Load runs in id order, or the one named."""
    return list(await connection.fetch(_SQL["page"], *key, after, run_id, limit))


async def to_do(connection: Connection, *, limit: int) -> list[tuple[int, int, int]]:
    """Return (organisation, reconciliation, run) of runs to work off."""
    return [tuple(row) for row in await connection.fetch(_SQL["to_do"], limit)]


async def one(connection: Connection, organization_id: int, run_id: int) -> Row | None:
    """Load and lock a run; `items_of` is the ledger's run whose items alone it tries, or None."""
    row: Row | None = await connection.fetchrow(_SQL["one"], organization_id, run_id)
    return row


async def begin(
    connection: Connection, organization_id: int, run_id: int, *, entries: int, at: datetime
) -> None:
    """Note that a run works on so many entries."""
    await connection.execute(_SQL["begin"], organization_id, run_id, at, entries)


async def tried(connection: Connection, organization_id: int, run_id: int, entries: int) -> None:
    """Note that so many more entries are decided."""
    await connection.execute(_SQL["tried"], organization_id, run_id, entries)


async def end(
    connection: Connection,
    organization_id: int,
    run_id: int,
    *,
    at: datetime,
    error: str | None = None,
    preview: dict[str, Any] | None = None,
) -> None:
    """Note that a run completed, or failed with an error."""
    status = "completed" if error is None else "failed"
    told = None if preview is None else json.dumps(preview)
    await connection.execute(_SQL["end"], organization_id, run_id, status, error, told, at)


async def matches_of(connection: Connection, organization_id: int, run_id: int) -> list[int]:
    """Return what a run made and is not undone."""
    rows = await connection.fetch(_SQL["matches_of"], organization_id, run_id)
    return [row["id"] for row in rows]


async def undone(
    connection: Connection, organization_id: int, run_id: int, *, at: datetime
) -> None:
    """Note that a run was undone."""
    await connection.execute(_SQL["undone"], organization_id, run_id, at)
