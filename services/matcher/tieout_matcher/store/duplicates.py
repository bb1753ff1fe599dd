"""Open entries that report what a matched one of their side did."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from tieout_matcher.domain.duplicates import Sameness
from tieout_matcher.store.reconciliation_lock import Locked
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

_SQL = load_queries("tieout_matcher", "duplicates.sql")
Key = tuple[int, int]
READ_ENTRIES = 100_000  # half a second on one processor


async def next_late(connection: Connection, key: Key, *, until: datetime, limit: int) -> list[int]:
    """Return the first records that are overdue by `until` and were not said to be."""
    rows = await connection.fetch(_SQL["next_late"], *key, until, limit)
    return [row["record_id"] for row in rows]


async def told_twice(
    connection: Connection, key: Key, records: Sequence[int], same: Iterable[Sameness]
) -> dict[int, int]:
    """Return which of these records say what a matched one says: record → the first such one.

    Only the newest entries (`READ_ENTRIES`) are looked at.
    """
    found: dict[int, int] = {}
    for one in same if records else ():
        paths = [[_path(path) for path in paths] for paths in (one.flat, one.nested)]
        rows = await connection.fetch(
            _SQL["told_twice"], *key, list(records), one.side, *paths, one.identifying, READ_ENTRIES
        )
        for row in rows:
            found.setdefault(row["record_id"], row["other_record_id"])
    return found


async def explain(
    connection: Connection, locked: Locked, reasons: Mapping[int, str | None]
) -> None:
    """Write why these open entries (by number) are open."""
    if reasons:
        await connection.execute(
            _SQL["explain"], *locked.key, list(reasons), list(reasons.values())
        )


def _path(steps: Sequence[str]) -> str:
    """Spell a path as PostgreSQL's text[] literal."""
    quoted = (step.replace("\\", "\\\\").replace('"', '\\"') for step in steps)
    return "{" + ",".join(f'"{step}"' for step in quoted) + "}"
