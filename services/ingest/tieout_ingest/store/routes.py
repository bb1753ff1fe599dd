"""Routes and backfills: which reconciliations take a stream's records, and how far they are."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from tieout_contracts.config_events import StreamSide
from tieout_contracts.record import Side
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

_SQL = load_queries("tieout_ingest", "routes.sql")


class Route(Struct, frozen=True, kw_only=True):
    """`side` is the stream's side in that reconciliation."""

    reconciliation_id: int
    side: Side


class KnownRoute(Struct, frozen=True, kw_only=True):
    """`left_at` is the record position at which an inactive route stopped."""

    stream_id: int
    side: Side
    version: int
    active: bool
    left_at: int | None


class Backfill(Struct, frozen=True, kw_only=True):
    """Names one backfill."""

    organization_id: int
    stream_id: int
    reconciliation_id: int
    backfill_to: int

    @property
    def key(self) -> tuple[int, int, int, int]:
        return (
            self.organization_id,
            self.stream_id,
            self.reconciliation_id,
            self.backfill_to,
        )


class Progress(Struct, frozen=True, kw_only=True):
    """Records there are, and of these those told to the reconciliation."""

    accepted: int
    routed: int
    backfilling: bool


async def active(connection: Connection, *, organization_id: int, stream_id: int) -> list[Route]:
    rows = await connection.fetch(_SQL["active_routes"], organization_id, stream_id)
    return [Route(**row) for row in rows]


class StreamGoneError(Exception):
    """The stream is being deleted: what was to be stored in it must not commit."""


async def count_routed(
    connection: Connection, *, organization_id: int, stream_id: int, records: int, orphans: int
) -> None:
    """Count new records (not versions) that are stored, and told to every active route.

    `orphans` of them came by no import. Raises StreamGoneError.
    """
    place = (organization_id, stream_id)
    if await connection.fetchval(_SQL["count_records"], *place, records, orphans) is None:
        raise StreamGoneError(f"data stream {stream_id} is being deleted")
    await connection.execute(_SQL["count_routed"], *place, records)


async def count_gone(
    connection: Connection, *, organization_id: int, stream_id: int, record_ids: list[int]
) -> None:
    """Count records whose last version says that they are no more."""
    await connection.execute(_SQL["count_gone"], organization_id, stream_id, record_ids)


async def count_returned(
    connection: Connection, *, organization_id: int, stream_id: int, record_ids: list[int]
) -> None:
    """Count records that were no more and that their source told of again."""
    await connection.execute(_SQL["count_returned"], organization_id, stream_id, record_ids)


async def known(
    connection: Connection, *, organization_id: int, reconciliation_id: int
) -> list[KnownRoute]:
    rows = await connection.fetch(_SQL["known_routes"], organization_id, reconciliation_id)
    return [KnownRoute(**row) for row in rows]


async def known_streams(
    connection: Connection, *, organization_id: int, stream_ids: list[int]
) -> set[int]:
    rows = await connection.fetch(_SQL["known_streams"], organization_id, stream_ids)
    return {row["id"] for row in rows}


async def put(
    connection: Connection,
    stream: StreamSide,
    *,
    organization_id: int,
    reconciliation_id: int,
    version: int,
) -> None:
    await connection.execute(
        _SQL["put_route"],
        organization_id,
        stream.stream_id,
        reconciliation_id,
        stream.side,
        version,
    )


async def leave(
    connection: Connection,
    stream_id: int,
    *,
    organization_id: int,
    reconciliation_id: int,
    version: int,
    position: int,
) -> None:
    await connection.execute(
        _SQL["leave_route"], organization_id, stream_id, reconciliation_id, version, position
    )


async def add_backfill(connection: Connection, backfill: Backfill, *, after: int) -> None:
    """Note that the records after position `after` are still to be sent; none if there is none."""
    await connection.execute(_SQL["add_backfill"], *backfill.key[:3], after, backfill.backfill_to)


async def backfills_waiting(connection: Connection) -> list[Backfill]:
    return [Backfill(**row) for row in await connection.fetch(_SQL["backfills_waiting"])]


async def lock_backfill(connection: Connection, backfill: Backfill) -> Any | None:
    """Lock and read a backfill with its route and stream; None when it ended meanwhile."""
    return await connection.fetchrow(_SQL["backfill_for_update"], *backfill.key)


async def backfill_records(
    connection: Connection, backfill: Backfill, *, after: int, limit: int
) -> list[Any]:
    return list(
        await connection.fetch(
            _SQL["backfill_records"],
            backfill.organization_id,
            backfill.stream_id,
            after,
            backfill.backfill_to,
            limit,
        )
    )


async def advance_backfill(
    connection: Connection, backfill: Backfill, *, to: int, records: int
) -> None:
    await connection.execute(_SQL["advance_backfill"], *backfill.key, to)
    await connection.execute(_SQL["count_backfilled"], *backfill.key[:3], records)


async def end_backfill(connection: Connection, backfill: Backfill) -> None:
    await connection.execute(_SQL["end_backfill"], *backfill.key)


async def defer_import_completed(
    connection: Connection, *, organization_id: int, stream_id: int, import_batch_id: int
) -> set[int]:
    """Have open backfills announce this import when they end; returns their reconciliations."""
    rows = await connection.fetch(
        _SQL["defer_import_completed"], organization_id, stream_id, import_batch_id
    )
    return {row["reconciliation_id"] for row in rows}


async def imports_completed(
    connection: Connection, *, organization_id: int, import_batch_ids: list[int]
) -> list[tuple[int, int]]:
    """Load (import batch, number of its records)."""
    rows = await connection.fetch(_SQL["imports_completed"], organization_id, import_batch_ids)
    return [(row["id"], row["accepted"]) for row in rows]


async def progress(
    connection: Connection,
    *,
    organization_id: int,
    reconciliation_id: int,
    stream_ids: Sequence[int] | None,
) -> Progress:
    row = await connection.fetchrow(
        _SQL["progress"], organization_id, reconciliation_id, stream_ids
    )
    return Progress(**row)


async def streams_of(
    connection: Connection, *, organization_id: int, reconciliation_id: int
) -> list[int]:
    rows = await connection.fetch(
        _SQL["streams_of_reconciliation"], organization_id, reconciliation_id
    )
    return [row["stream_id"] for row in rows]
