"""Runs of ledgers: made, read, tried, closed; the files that they are about."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

_SQL = load_queries("tieout_matcher", "ledger_runs.sql")
Row = Mapping[str, Any]
Key = tuple[int, int]  # (organisation, ledger run)


async def add(
    connection: Connection,
    ledger: tuple[int, int],
    *,
    mode: str,
    source_type: str,
    note: str | None,
    at: datetime,
    everything: bool = False,
) -> int:
    """Make a run of a ledger; returns its id."""
    return int(
        await connection.fetchval(_SQL["add"], *ledger, mode, source_type, everything, note, at)
    )


async def find(connection: Connection, key: Key) -> Row | None:
    """Load a run with its status; None for an unknown one."""
    row: Row | None = await connection.fetchrow(_SQL["find"], *key)
    return row


async def lock(connection: Connection, key: Key) -> Row | None:
    """Load a run that nobody else changes until the end of the transaction."""
    await connection.execute(_SQL["lock"], *key)
    return await find(connection, key)


async def page(
    connection: Connection,
    organization_id: int,
    *,
    ledger_id: int | None,
    sort: str,
    direction: int,
    limit: int,
    offset: int,
) -> list[Row]:
    """Load a page of runs."""
    found = await connection.fetch(
        _SQL["page"], organization_id, ledger_id, sort, direction, limit, offset
    )
    rows = [await find(connection, (organization_id, row["id"])) for row in found]
    return [row for row in rows if row is not None]


async def count(
    connection: Connection, organization_id: int, *, ledger_id: int | None
) -> tuple[int, int]:
    """Count the runs of a ledger, and all."""
    row = await connection.fetchrow(_SQL["count"], organization_id, ledger_id)
    return row["total"], row["total_unfiltered"]


async def set_note(connection: Connection, key: Key, note: str | None, *, at: datetime) -> None:
    await connection.execute(_SQL["set_note"], *key, note, at)


async def touch(connection: Connection, key: Key, *, at: datetime) -> None:
    """Note that something of a run changed."""
    await connection.execute(_SQL["touch"], *key, at)


async def close(connection: Connection, key: Key, *, at: datetime) -> None:
    await connection.execute(_SQL["close"], *key, at)


async def attempt(connection: Connection, key: Key, *, at: datetime) -> int:
    """Ask for an attempt, or join the one under way; returns its id. The run is locked."""
    under_way = await connection.fetchval(_SQL["attempt_under_way"], *key)
    if under_way is not None:
        return int(under_way)
    return int(await connection.fetchval(_SQL["attempt"], *key, at))


async def attempt_of(connection: Connection, organization_id: int, attempt_id: int) -> Row:
    """Load how an attempt stands: (run_id, status, error, matched)."""
    row: Row = await connection.fetchrow(_SQL["attempt_of"], organization_id, attempt_id)
    return row


async def files_taken(
    connection: Connection, organization_id: int, files: Sequence[int]
) -> set[int]:
    """Return those of these files whose records have all arrived."""
    rows = await connection.fetch(_SQL["files_taken"], organization_id, list(files))
    return {row["file_id"] for row in rows}


async def arrived(connection: Connection, ledger: tuple[int, int], records: Sequence[int]) -> int:
    """Count those of these records that have an entry."""
    return int(await connection.fetchval(_SQL["arrived"], *ledger, list(records)))


async def take_file(
    connection: Connection, run: Row, organization_id: int, *, file_id: int, records: Sequence[int],
    at: datetime,
) -> None:  # fmt: skip
    """Give a run what a file of it brought; the same again changes nothing."""
    await connection.execute(_SQL["take_file"], organization_id, file_id, run["id"], at)
    await connection.execute(
        _SQL["take_items"], organization_id, run["ledger_id"], run["id"], file_id, list(records)
    )


async def file_items(connection: Connection, key: Key, file_id: int) -> tuple[list[int], int]:
    """Return the records that a file brought, and how many of them a match holds."""
    row = await connection.fetchrow(_SQL["file_items"], *key, file_id)
    return list(row["record_ids"]), int(row["matched"])


async def forget_file(connection: Connection, key: Key, file_id: int) -> None:
    """Note that a file is none of the run's any more."""
    await connection.execute(_SQL["forget_file"], *key, file_id)


async def matches_standing(connection: Connection, key: Key) -> int:
    """Count the accepted matches of a run."""
    return int(await connection.fetchval(_SQL["matches_standing"], *key))


async def suggestions_standing(connection: Connection, key: Key) -> list[int]:
    """Return what a run suggests and nobody decided."""
    return [row["id"] for row in await connection.fetch(_SQL["suggestions_standing"], *key)]


async def delete(connection: Connection, key: Key) -> None:
    """Delete a run; what it once matched keeps its attempts."""
    await connection.execute(_SQL["delete"], *key)
