"""Streams and reconciliations as their owners told them; an older telling changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from tieout_contracts.config_events import ReconciliationConfig, StreamConfig
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

_SQL = load_queries("tieout_exceptions", "known.sql")


@dataclass(frozen=True, kw_only=True)
class KnownStream:
    id: int
    version: int
    key: str
    name: str


@dataclass(frozen=True, kw_only=True)
class KnownReconciliation:
    id: int
    version: int
    name: str
    stream_ids: list[int]


async def put_streams(connection: Connection, streams: Sequence[StreamConfig]) -> None:
    """Keep the newest of each stream."""
    newest = {one.stream_id: one for one in sorted(streams, key=lambda one: one.version)}
    kept = [newest[stream_id] for stream_id in sorted(newest)]
    if kept:
        await connection.execute(
            _SQL["put_streams"],
            [one.organization_id for one in kept],
            [one.stream_id for one in kept],
            [one.version for one in kept],
            [one.key for one in kept],
            [one.name for one in kept],
        )


async def put_reconciliation(connection: Connection, told: ReconciliationConfig) -> None:
    await connection.execute(
        _SQL["put_reconciliation"],
        told.organization_id,
        told.reconciliation_id,
        told.version,
        told.name,
        sorted({one.stream_id for one in told.streams}),
    )


async def find_stream(
    connection: Connection, *, organization_id: int, stream_id: int
) -> KnownStream | None:
    row = await connection.fetchrow(_SQL["find_stream"], organization_id, stream_id)
    return None if row is None else KnownStream(**row)


async def find_reconciliation(
    connection: Connection, *, organization_id: int, reconciliation_id: int
) -> KnownReconciliation | None:
    row = await connection.fetchrow(_SQL["find_reconciliation"], organization_id, reconciliation_id)
    return None if row is None else KnownReconciliation(**row)
