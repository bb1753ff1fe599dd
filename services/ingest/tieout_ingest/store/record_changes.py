"""Changes of records: stored before the matcher is asked, taken up again by the resumer."""

from datetime import datetime
from typing import Any

from tieout_ingest.domain.record_change import (
    FIRST_PAUSE,
    LONGEST_PAUSE,
    Decided,
    RecordChange,
    Refused,
)
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

_SQL = load_queries("tieout_ingest", "record_changes.sql")


async def next_id(connection: Connection) -> int:
    return int(await connection.fetchval(_SQL["next_id"]))


async def add(connection: Connection, change: RecordChange) -> None:
    await connection.execute(
        _SQL["add"],
        change.organization_id,
        change.id,
        change.stream_id,
        change.record_id,
        change.version,
        change.kind,
        change.account_id,
        change.identity,
        change.fields,
        change.raw,
        change.next_attempt_at,
        change.created_at,
    )


async def find(connection: Connection, *, organization_id: int, change_id: int) -> RecordChange:
    """Load a change that is known to exist."""
    return change_of(await connection.fetchrow(_SQL["find"], organization_id, change_id))


async def take_due(connection: Connection, *, now: datetime, limit: int) -> list[RecordChange]:
    """Take changes whose next try is due; each is counted before it is made."""
    rows = await connection.fetch(_SQL["take_due"], now, LONGEST_PAUSE, FIRST_PAUSE, limit)
    return [change_of(row) for row in rows]


async def finish(
    connection: Connection, change: RecordChange, decided: Decided, *, at: datetime
) -> bool:
    """Write how a change ended; False when it had ended before."""
    refused = decided if isinstance(decided, Refused) else None
    done = await connection.fetchval(
        _SQL["finish"],
        change.organization_id,
        change.id,
        "done" if refused is None else "refused",
        refused and refused.code,
        refused and refused.message,
        at,
    )
    return done is not None


def change_of(row: Any) -> RecordChange:
    return RecordChange(**row)
