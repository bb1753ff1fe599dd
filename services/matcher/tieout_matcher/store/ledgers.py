"""Ledgers, and the accounts that their entries name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

_SQL = load_queries("tieout_matcher", "ledgers.sql")
Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class StreamName:
    """A stream as its owner numbers it and as callers name it."""

    id: int
    key: str


async def next_id(connection: Connection) -> int:
    """Take the identifier of a ledger that is about to be made."""
    return int(await connection.fetchval(_SQL["next_id"]))


async def add(
    connection: Connection, key: tuple[int, int], *, source: StreamName, general: StreamName
) -> None:
    """Note that a reconciliation is a ledger: side A is `source`, side B `general`."""
    await connection.execute(_SQL["add"], *key, source.id, source.key, general.id, general.key)


async def find(connection: Connection, key: tuple[int, int]) -> Row | None:
    """Load a ledger; None for a reconciliation that is none."""
    row: Row | None = await connection.fetchrow(_SQL["find"], *key)
    return row


async def accounts(connection: Connection, organization_id: int) -> list[Row]:
    """Load the accounts of all ledgers, with how many of their entries are open."""
    return list(await connection.fetch(_SQL["accounts"], organization_id))
