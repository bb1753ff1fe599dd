"""Bulk requests: items kept as they came, a result for each."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from msgspec import Struct

from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

STUCK_AFTER = timedelta(minutes=5)
_SQL = load_queries("tieout_ingest", "bulk.sql")
ResultStatus = Literal["successful", "failed", "skipped"]


class BulkWork(Struct, frozen=True, kw_only=True):
    organization_id: int
    id: int
    traceparent: str | None = None


class BegunBulk(Struct, frozen=True, kw_only=True):
    """`items` is the JSON array of the request; `done` are the indexes that have a result.

    `indexes` are those of the items, None for 0, 1, 2 and so on.
    """

    attempts: int
    on_conflict: str
    items: bytes
    indexes: list[int] | None
    is_cancelled: bool
    done: list[int]


class Left(Struct, frozen=True, kw_only=True):
    """A request whose items may be tried again, but for the `successful` ones (by index)."""

    status: str
    on_conflict: str
    items: bytes
    indexes: list[int] | None
    successful: list[int]


class NewBulk(Struct, frozen=True, kw_only=True):
    """`items` is a JSON array; a retry names its parent and the places of its items in that.

    `traceparent` is what its records belong to.
    """

    organization_id: int
    on_conflict: str
    stream_ids: list[int]
    total_items: int
    items: bytes
    parent_bulk_request_id: int | None = None
    indexes: list[int] | None = None
    traceparent: str | None = None


class BulkResult(Struct, frozen=True, kw_only=True, omit_defaults=True):
    index: int
    status: ResultStatus
    record_id: int | None = None
    error: str | None = None


class BulkView(Struct, frozen=True, kw_only=True):
    """A request as it is shown; `progress` is a percentage."""

    id: int
    status: str
    source: str
    on_conflict: str
    total_items: int
    processed_items: int
    successful_items: int
    failed_items: int
    skipped_items: int
    progress: int
    data_stream_id: int | None
    filename: str | None
    parsing: bool
    stuck: bool
    error_message: str | None
    parent_bulk_request_id: int | None
    created_at: datetime
    started_at: datetime | None
    last_progress_at: datetime | None
    completed_at: datetime | None
    cancellation_requested_at: datetime | None


class BulkFilter(Struct, frozen=True, kw_only=True):
    """None filters nothing."""

    below_id: int
    stream_id: int | None
    status: str | None
    source: str | None
    created_after: datetime | None
    created_before: datetime | None


async def create(connection: Connection, new: NewBulk, *, at: datetime) -> int:
    return int(
        await connection.fetchval(
            _SQL["create_bulk_request"],
            new.organization_id,
            new.on_conflict,
            new.stream_ids,
            new.total_items,
            new.items,
            at,
            new.parent_bulk_request_id,
            new.indexes,
            new.traceparent,
        )
    )


async def find(
    connection: Connection, *, organization_id: int, bulk_request_id: int, at: datetime
) -> BulkView | None:
    row = await connection.fetchrow(_SQL["bulk_request"], organization_id, bulk_request_id)
    return None if row is None else _view(row, at)


async def page(
    connection: Connection, *, organization_id: int, wanted: BulkFilter, limit: int, at: datetime
) -> list[BulkView]:
    """List requests, newest first."""
    rows = await connection.fetch(
        _SQL["bulk_requests"],
        organization_id,
        wanted.below_id,
        wanted.stream_id,
        wanted.status,
        wanted.source,
        wanted.created_after,
        wanted.created_before,
        limit,
    )
    return [_view(row, at) for row in rows]


async def results(
    connection: Connection, *, organization_id: int, bulk_request_id: int, limit: int, offset: int
) -> list[BulkResult]:
    rows = await connection.fetch(
        _SQL["bulk_results"], organization_id, bulk_request_id, limit, offset
    )
    return [BulkResult(**row) for row in rows]


async def in_work(connection: Connection) -> list[BulkWork]:
    return [BulkWork(**row) for row in await connection.fetch(_SQL["bulk_in_work"])]


async def try_own(connection: Connection, bulk_request_id: int) -> bool:
    return bool(await connection.fetchval(_SQL["try_own_bulk"], bulk_request_id))


async def disown(connection: Connection, bulk_request_id: int) -> None:
    await connection.execute(_SQL["disown_bulk"], bulk_request_id)


async def begin(
    connection: Connection, work: BulkWork, *, excused: bool, at: datetime
) -> BegunBulk | None:
    """Count a try and read what is left to do; None when the request ended meanwhile."""
    row = await connection.fetchrow(_SQL["begin_bulk"], work.organization_id, work.id, excused, at)
    return None if row is None else BegunBulk(**row)


async def add_results(
    connection: Connection, work: BulkWork, found: Sequence[BulkResult], *, at: datetime
) -> None:
    """Keep results and count them."""
    if not found:
        return
    columns = [(one.index, one.status, one.record_id, one.error) for one in found]
    await connection.execute(
        _SQL["add_bulk_results"],
        work.organization_id,
        work.id,
        *(list(column) for column in zip(*columns, strict=True)),
    )
    statuses = [one.status for one in found]
    counts = [statuses.count(name) for name in ("successful", "failed", "skipped")]
    await connection.execute(_SQL["count_bulk_results"], work.organization_id, work.id, *counts, at)


async def is_cancelled(connection: Connection, work: BulkWork) -> bool:
    return bool(await connection.fetchval(_SQL["is_cancelled"], work.organization_id, work.id))


async def cancel(
    connection: Connection, *, organization_id: int, bulk_request_id: int, at: datetime
) -> bool:
    """Ask a request to stop; False when it has ended, or is none."""
    found = await connection.fetchval(_SQL["cancel_bulk"], organization_id, bulk_request_id, at)
    return found is not None


async def left(
    connection: Connection, *, organization_id: int, bulk_request_id: int
) -> Left | None:
    """Load what a retry needs; None for an unknown request."""
    row = await connection.fetchrow(_SQL["bulk_left"], organization_id, bulk_request_id)
    return None if row is None else Left(**row)


async def end(
    connection: Connection,
    work: BulkWork,
    *,
    status: Literal["completed", "failed", "cancelled"],
    message: str | None,
    at: datetime,
) -> None:
    await connection.execute(_SQL["end_bulk"], work.organization_id, work.id, status, message, at)


def _view(row: Any, at: datetime) -> BulkView:
    values = dict(row)
    stream_ids = values.pop("stream_ids")
    processed = row["successful_items"] + row["failed_items"] + row["skipped_items"]
    seen = row["last_progress_at"]
    return BulkView(
        **values,
        processed_items=processed,
        progress=100 * processed // row["total_items"],
        data_stream_id=stream_ids[0] if len(stream_ids) == 1 else None,
        filename=None,
        parsing=False,
        stuck=row["status"] == "processing" and seen is not None and seen < at - STUCK_AFTER,
    )
