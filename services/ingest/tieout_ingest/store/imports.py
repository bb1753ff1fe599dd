"""Import batches: an upload's way from its spool file to records, and how far it is."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from msgspec import Struct

from tieout_ingest.domain.progress import CurrencyTotal, Progress
from tieout_ingest.domain.refusals import Rejection
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

KEPT_REJECTIONS = 1_000
_SQL = load_queries("tieout_ingest", "imports.sql")
_totals = msgspec.json.Decoder(tuple[CurrencyTotal, ...]).decode
_encode = msgspec.json.Encoder().encode


class NewImport(Struct, frozen=True, kw_only=True):
    """An upload that lies in the spool; `profile` is this file's own, else the stream's holds.

    `run_id` is the run of a ledger that it is a source file of, `traceparent` what its records
    belong to.
    """

    organization_id: int
    stream_id: int
    filename: str
    sha256: bytes
    size_bytes: int
    spool_name: str
    profile: Any
    run_id: int | None = None
    traceparent: str | None = None


class Work(Struct, frozen=True, kw_only=True):
    """A batch that waits to be loaded, or to be given up."""

    organization_id: int
    id: int
    spool_name: str
    progressed_at: datetime
    traceparent: str | None = None


class Begun(Struct, frozen=True, kw_only=True):
    """A batch that this process now loads; `attempts` count since its last committed chunk."""

    stream_id: int
    sha256: bytes
    filename: str
    profile: Any
    attempts: int
    progress: Progress
    run_id: int | None = None


class BatchView(Struct, frozen=True, kw_only=True):
    """A batch as it is shown."""

    id: int
    stream_id: int
    data_stream_key: str
    source: str
    filename: str
    status: str
    rows_read: int
    accepted: int
    skipped: int
    rejected: int
    rejections: list[Any]
    warnings: Any
    statements: Any
    record_count: int
    by_currency: Any
    date_range_start: date | None
    date_range_end: date | None
    error: Any
    created_at: datetime
    completed_at: datetime | None
    reset_at: datetime | None
    run_id: int | None = None
    duplicate: bool = False
    imported: int | None = None


async def receive(connection: Connection, new: NewImport, *, at: datetime) -> int | None:
    """Store a new batch; None when the stream has this file already, loaded or in work."""
    number = await connection.fetchval(
        _SQL["receive_import"],
        new.organization_id,
        new.stream_id,
        new.filename,
        new.sha256,
        new.size_bytes,
        new.spool_name,
        None if new.profile is None else json.dumps(new.profile),
        at,
        new.run_id,
        new.traceparent,
    )
    return None if number is None else int(number)


async def same_file(connection: Connection, new: NewImport) -> int | None:
    number = await connection.fetchval(
        _SQL["same_file"], new.organization_id, new.stream_id, new.sha256
    )
    return None if number is None else int(number)


async def in_work(connection: Connection) -> list[Work]:
    return [Work(**row) for row in await connection.fetch(_SQL["imports_in_work"])]


async def spooled(connection: Connection) -> set[str]:
    return {row["spool_name"] for row in await connection.fetch(_SQL["spooled"])}


async def try_own(connection: Connection, batch_id: int) -> bool:
    """Become the only loader of a batch until `disown` or the end of the session."""
    return bool(await connection.fetchval(_SQL["try_own_import"], batch_id))


async def disown(connection: Connection, batch_id: int) -> None:
    await connection.execute(_SQL["disown_import"], batch_id)


async def begin(connection: Connection, work: Work, *, excused: bool) -> Begun | None:
    """Count a try and read where to go on; None when the batch ended meanwhile.

    `excused`: the try before ended for a transient reason and does not count.
    """
    row = await connection.fetchrow(_SQL["begin_import"], work.organization_id, work.id, excused)
    if row is None:
        return None
    counted = {name: row[name] for name in Progress.__struct_fields__ if name != "totals"}
    return Begun(
        stream_id=row["stream_id"],
        sha256=row["sha256"],
        filename=row["filename"],
        profile=None if row["profile"] is None else json.loads(row["profile"]),
        attempts=row["attempts"],
        run_id=row["run_id"],
        progress=Progress(**counted, totals=_totals(row["totals"])),
    )


async def save_progress(
    connection: Connection, work: Work, *, before: Progress, after: Progress, at: datetime
) -> bool:
    """Move from `before` to `after`; False when the batch was no longer there: roll back."""
    done = await connection.fetchval(
        _SQL["save_progress"],
        work.organization_id,
        work.id,
        before.next_item,
        after.next_item,
        after.accepted,
        after.skipped,
        after.rejected,
        after.first_record_id,
        after.last_record_id,
        _encode(after.totals).decode(),
        after.date_range_start,
        after.date_range_end,
        at,
    )
    return done is not None


async def add_rejections(
    connection: Connection, work: Work, rejections: Sequence[tuple[int, Rejection]]
) -> None:
    """Keep refused rows: (item of the file, why)."""
    if rejections:
        columns = [(item, one.line, one.code, one.message) for item, one in rejections]
        await connection.execute(
            _SQL["add_rejections"],
            work.organization_id,
            work.id,
            *(list(column) for column in zip(*columns, strict=True)),
        )


async def complete(
    connection: Connection, work: Work, *, source: str, warnings: Any, statements: Any, at: datetime
) -> bool:
    done = await connection.fetchval(
        _SQL["complete_import"],
        work.organization_id,
        work.id,
        source,
        _encode(warnings).decode(),
        _encode(statements).decode(),
        at,
    )
    return done is not None


async def fail(
    connection: Connection, work: Work, *, code: str, message: str, at: datetime
) -> bool:
    error = json.dumps({"code": code, "message": message})
    done = await connection.fetchval(_SQL["fail_import"], work.organization_id, work.id, error, at)
    return done is not None


async def find(connection: Connection, *, organization_id: int, batch_id: int) -> BatchView | None:
    row = await connection.fetchrow(_SQL["import_batch"], organization_id, batch_id)
    return None if row is None else await _view(connection, row)


async def page(
    connection: Connection, *, organization_id: int, stream_id: int, limit: int, offset: int
) -> list[BatchView]:
    """List a stream's batches, newest first."""
    rows = await connection.fetch(_SQL["import_batches"], organization_id, stream_id, limit, offset)
    return [await _view(connection, row) for row in rows]


async def record_range(
    connection: Connection, *, organization_id: int, batch_id: int
) -> tuple[int, int] | None:
    """Between which numbers the batch's records lie; None for an unknown batch."""
    row = await connection.fetchrow(_SQL["import_batch"], organization_id, batch_id)
    if row is None:
        return None
    return (row["first_record_id"] or 0, row["last_record_id"] or 0)


async def _view(connection: Connection, row: Any) -> BatchView:
    refused = []
    if row["rejected"]:
        refused = await connection.fetch(
            _SQL["rejections"], row["organization_id"], row["id"], KEPT_REJECTIONS
        )
    same = {name: row[name] for name in BatchView.__struct_fields__ if name in row.keys()}  # noqa: SIM118  # a Record's `in` asks its values
    return BatchView(
        **same
        | {name: json.loads(row[name]) for name in ("warnings", "statements")}
        | {
            "rows_read": row["next_item"],
            "rejections": [dict(one) for one in refused],
            "record_count": row["accepted"],
            "by_currency": json.loads(row["totals"]),
            "error": None if row["error"] is None else json.loads(row["error"]),
        }
    )
