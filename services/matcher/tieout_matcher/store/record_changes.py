"""Changes of records asked by ingest, each with one outcome for ever."""

import json
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


async def outcome_of(connection: Connection, key: Key) -> dict[str, Any]:
    """Return what was decided before."""
    found: dict[str, Any] = json.loads(await connection.fetchval(_SQL["outcome"], *key))
    return found


async def fix(connection: Connection, key: Key, outcome: dict[str, Any]) -> None:
    """Write the outcome in the transaction that began it."""
    await connection.execute(_SQL["fix"], *key, json.dumps(outcome))


async def sides_of(connection: Connection, organization_id: int, stream_id: int) -> dict[int, Side]:
    """Return the reconciliations of a stream, with its side in each."""
    rows = await connection.fetch(_SQL["sides"], organization_id, stream_id)
    return {row["reconciliation_id"]: row["side"] for row in rows}
