"""Changes of records asked by ingest, each with one outcome for ever."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tieout_contracts.record import Side
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

_SQL = load_queries("tieout_matcher", "record_changes.sql")
Key = tuple[int, int]  # (organisation, number of the change at ingest)


async def begin(connection: Connection, key: Key, *, record_id: int, at: datetime) -> bool:
    """Claim the number, waiting for whoever has it in hand; False when it was decided before."""
    return await connection.fetchval(_SQL["begin"], *key, record_id, at) is not None


async def begin_all(
    connection: Connection, organization_id: int, changes: Mapping[int, int], *, at: datetime
) -> bool:
    """Claim the numbers of changes (→ record) together; False when they were decided before.

    Raises RuntimeError when only some of them were: they are always asked together.
    """
    begun = await connection.fetch(
        _SQL["begin_all"], organization_id, list(changes), list(changes.values()), at
    )
    if len(begun) not in {0, len(changes)}:
        raise RuntimeError(f"only {len(begun)} of {len(changes)} changes are new")
    return bool(begun)


async def fix_all(
    connection: Connection, organization_id: int, numbers: list[int], outcome: dict[str, Any]
) -> None:
    """Write the one outcome of changes that were begun together."""
    await connection.execute(_SQL["fix_all"], organization_id, numbers, json.dumps(outcome))


async def linked(connection: Connection, organization_id: int, stream_id: int) -> list[int]:
    """Name the reconciliations that a stream belongs to."""
    return sorted(await sides_of(connection, organization_id, stream_id, record_ids=()))


async def held(
    connection: Connection, organization_id: int, stream_id: int, reconciliation_ids: Sequence[int]
) -> list[Any]:
    """Find in each of these reconciliations a record of the stream that a match may hold."""
    return list(
        await connection.fetch(_SQL["held"], organization_id, stream_id, list(reconciliation_ids))
    )


async def outcome_of(connection: Connection, key: Key) -> dict[str, Any]:
    """Return what was decided before."""
    found: dict[str, Any] = json.loads(await connection.fetchval(_SQL["outcome"], *key))
    return found


async def fix(connection: Connection, key: Key, outcome: dict[str, Any]) -> None:
    """Write the outcome in the transaction that began it."""
    await connection.execute(_SQL["fix"], *key, json.dumps(outcome))


async def sides_of(
    connection: Connection, organization_id: int, stream_id: int, *, record_ids: Sequence[int]
) -> dict[int, Side]:
    """Return the reconciliations that records of a stream matter to, with its side in each."""
    rows = await connection.fetch(_SQL["sides"], organization_id, stream_id, list(record_ids))
    return {row["reconciliation_id"]: row["side"] for row in rows}
