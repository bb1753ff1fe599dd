"""Overdue times that were set before their record arrived."""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from tieout_matcher.domain.decide import Entry
from tieout_matcher.store.reconciliation_lock import SQL, Locked
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

_OWN = load_queries("tieout_matcher", "awaited.sql")


async def take(connection: Connection, locked: Locked, entries: Sequence[Entry]) -> list[Entry]:
    """Give arriving entries the overdue time that was set for them, and forget it."""
    count = len(entries)
    rows = await connection.fetch(
        SQL["take_awaited"],
        [locked.organization_id] * count,
        [locked.reconciliation_id] * count,
        [entry.record_id for entry in entries],
    )
    if not rows:
        return list(entries)
    await connection.execute(SQL["fewer_awaited"], *locked.key, len(rows))
    times = {row["record_id"]: row["overdue_at"] for row in rows}
    return [
        replace(entry, overdue_at=times[entry.record_id]) if entry.record_id in times else entry
        for entry in entries
    ]


async def put(
    connection: Connection, locked: Locked, *, record_id: int, overdue_at: datetime
) -> None:
    """Keep an overdue time for a record that has not arrived."""
    await connection.execute(_OWN["put"], *locked.key, record_id, overdue_at)
