"""Reconciliations changed and deleted, and the entries of streams that leave and come back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from tieout_matcher.domain.decide import Entry
from tieout_matcher.domain.stream_changes import Standing, StreamsChange
from tieout_matcher.store.reconciliation_lock import Locked
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

_SQL = load_queries("tieout_matcher", "reconciliation_changes.sql")
Key = tuple[int, int]  # (organisation, reconciliation)
Row = Mapping[str, Any]


async def locked_row(connection: Connection, key: Key) -> Row | None:
    """Lock a reconciliation and read what may change of it; None when there is none."""
    row: Row | None = await connection.fetchrow(_SQL["locked"], *key)
    return row


async def streams_of(connection: Connection, key: Key) -> dict[int, Standing]:
    """Load the streams that are or were part of a reconciliation."""
    rows = await connection.fetch(_SQL["streams"], *key)
    return {row["stream_id"]: Standing(side=row["side"], has_left=row["has_left"]) for row in rows}


async def write(
    connection: Connection,
    key: Key,
    streams: StreamsChange,
    *,
    name: str,
    run_type: str,
    at: datetime,
) -> None:
    """Write the next version; what is open of streams that leave is found by nobody any more."""
    await connection.execute(_SQL["change"], *key, name, run_type, list(streams.left))
    await connection.execute(
        _SQL["put_streams"], *key, list(streams.put), list(streams.put.values())
    )
    if streams.leave:
        await connection.execute(_SQL["leave_streams"], *key, list(streams.leave), at)
        await connection.execute(_SQL["hide"], *key, list(streams.leave))


async def mark_deleted(connection: Connection, key: Key, *, at: datetime) -> None:
    """Let nobody find a reconciliation any more, and retire its rules."""
    await connection.execute(_SQL["delete"], *key, at)
    await connection.execute(_SQL["retire_rules"], *key, at)


async def suggestions_of_left(connection: Connection, locked: Locked, *, limit: int) -> list[int]:
    """Return suggestions that hold entries of streams that left."""
    rows = await connection.fetch(
        _SQL["suggestions"], *locked.key, list(locked.left_streams), limit
    )
    return [row["match_id"] for row in rows]


async def withdraw(
    connection: Connection, locked: Locked, record_ids: Sequence[int], *, at: datetime
) -> set[int]:
    """End entries until their stream comes back; returns those that had not ended before."""
    rows = await connection.fetch(_SQL["withdraw"], *locked.key, list(record_ids), at)
    return {row["record_id"] for row in rows}


async def keep_left(connection: Connection, left: Iterable[tuple[Key, Entry]]) -> None:
    """Let these versions come back with their streams."""
    rows = [(*key, one.stream_id, one.record_id, one.version) for key, one in left]
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        await connection.execute(_SQL["keep_left"], *columns)


async def take_returning(
    connection: Connection, locked: Locked, *, limit: int
) -> tuple[list[int], bool]:
    """Have the next entries come back; returns which do, and whether more may follow."""
    rows = await connection.fetch(_SQL["returning"], *locked.key, limit)
    return [row["record_id"] for row in rows if row["comes_back"]], len(rows) == limit
