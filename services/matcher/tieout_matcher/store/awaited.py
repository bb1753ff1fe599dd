"""What was set for records before they arrived: overdue times, and later versions."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace

from tieout_contracts.record import RecordVersion
from tieout_matcher.domain.decide import Entry
from tieout_matcher.store.copying import array_text
from tieout_matcher.store.reconciliation_lock import SQL, Locked
from tieout_matcher.store.settling import places
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

_OWN = load_queries("tieout_matcher", "awaited.sql")
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(RecordVersion).decode


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


async def versions(
    connection: Connection, asked: Mapping[tuple[int, int], Sequence[int]]
) -> dict[tuple[int, int], RecordVersion]:
    """Load the versions set for these records; by (reconciliation, record)."""
    if not asked:
        return {}
    texts = [array_text(set(one)) for one in asked.values()]
    rows = await connection.fetch(_OWN["versions"], *places(asked), texts)
    return {(row["reconciliation_id"], row["record_id"]): _decode(row["message"]) for row in rows}


async def put_version(connection: Connection, locked: Locked, message: RecordVersion) -> None:
    """Keep a version for a record that has not arrived, unless a later one is kept."""
    await connection.execute(
        _OWN["put_version"], *locked.key, message.record_id, message.version, _encode(message)
    )


async def forget_versions(
    connection: Connection, locked: Locked, record_ids: Sequence[int]
) -> None:
    """Forget the versions of records that have arrived."""
    await connection.execute(_OWN["forget_versions"], *locked.key, list(record_ids))
