"""Entries that people close, and open again."""

from datetime import datetime

from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

_SQL = load_queries("tieout_matcher", "closing.sql")


async def close(
    connection: Connection,
    key: tuple[int, int],
    record_id: int,
    *,
    reason: str | None,
    note: str | None,
    account_id: int,
    at: datetime,
) -> None:
    """Write that an entry, whose right to be matched was claimed, is closed, and why."""
    await connection.execute(_SQL["close"], *key, record_id, reason, note, account_id, at)


async def reopen(connection: Connection, key: tuple[int, int], record_id: int) -> None:
    """Write that an entry is closed no more."""
    await connection.execute(_SQL["reopen"], *key, record_id)
