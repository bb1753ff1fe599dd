"""Filling a picture with what outcomes or a command touch, and writing what changed in it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

import msgspec
from asyncpg import Record

from tieout_contracts.topics import EXCEPTIONS
from tieout_exceptions.domain.answers import break_answer, json_bytes
from tieout_exceptions.domain.buckets import Slice
from tieout_exceptions.domain.entries import OverdueEntry
from tieout_exceptions.domain.operations import Operation, Settlement
from tieout_exceptions.domain.outcomes import Accepted, Applicable, entries_of, record_ids_of
from tieout_exceptions.domain.picture import Picture
from tieout_exceptions.domain.severity import SeverityScale
from tieout_exceptions.store import rows
from tieout_exceptions.store.projections import Holdings
from tieout_runtime import idempotency, outbox
from tieout_runtime.idempotency import Answer
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

SOURCE = "tieout/exceptions"
_SQL = load_queries("tieout_exceptions", "pictures.sql")
_encode = msgspec.json.Encoder().encode


async def gather(
    connection: Connection, picture: Picture, outcomes: Sequence[Applicable], held: Holdings
) -> None:
    """Load what these outcomes can touch of what is held."""
    coming = [entry for one in outcomes for entry in entries_of(one)]
    mentioned = {record_id for one in outcomes for record_id in record_ids_of(one)}
    if held.mismatches:
        await load_mismatches(connection, picture, sorted(mentioned))
        mentioned |= picture.breaks.keys()
    await load_entries(connection, picture, sorted(mentioned))
    if held.suggests:
        await load_suggestions(connection, picture, sorted(mentioned))
    await load_operations(
        connection,
        picture,
        [one.operation_id for one in outcomes if isinstance(one, Accepted) and one.operation_id],
    )
    await load_breaks(connection, picture, _with_breaks(picture, outcomes))
    late = [one for one in coming if isinstance(one, OverdueEntry)]
    await load_slices(
        connection, picture, {one.stream_id for one in (*late, *picture.entries.values())}
    )
    unbroken = len({one.record_id for one in coming} - picture.breaks.keys())
    picture.next_break_id = await _numbers(connection, "break_ids", unbroken)


def _with_breaks(picture: Picture, outcomes: Sequence[Applicable]) -> list[int]:
    """Name the records whose breaks matter: of most members of matches there is none."""
    spoken_of = {
        record_id
        for one in outcomes
        if not isinstance(one, Accepted)
        for record_id in record_ids_of(one)
    }
    told = {one.record_id for one in picture.operations.values()}
    return sorted(spoken_of | picture.entries.keys() | told)


async def load_entries(connection: Connection, picture: Picture, record_ids: Sequence[int]) -> None:
    found = await _fetch(connection, "entries", picture, record_ids)
    picture.entries |= {row["record_id"]: rows.entry_of(row) for row in found}


async def load_suggestions(
    connection: Connection, picture: Picture, record_ids: Sequence[int]
) -> None:
    found = await _fetch(connection, "suggestions", picture, record_ids)
    picture.suggestions |= {row["record_id"]: rows.suggestion_of(row) for row in found}


async def load_mismatches(
    connection: Connection, picture: Picture, record_ids: Sequence[int]
) -> None:
    """Load breaks of mismatches that these records are in, on either side."""
    for row in await _fetch(connection, "mismatches", picture, record_ids):
        picture.hold_break(rows.break_of(row))


async def load_breaks(connection: Connection, picture: Picture, record_ids: Sequence[int]) -> None:
    for row in await _fetch(connection, "breaks", picture, record_ids):
        picture.hold_break(rows.break_of(row))


async def load_operations(connection: Connection, picture: Picture, ids: Sequence[int]) -> None:
    if ids:
        found = await connection.fetch(_SQL["operations"], picture.organization_id, ids)
        picture.operations |= {row["id"]: rows.operation_of(row) for row in found}


async def load_slices(connection: Connection, picture: Picture, stream_ids: Iterable[int]) -> None:
    """Load these streams' slices, and numbers for the buckets they may come to need."""
    wanted = sorted(set(stream_ids))
    if not wanted:
        return
    found = await connection.fetch(_SQL["slices"], *_key(picture), wanted)
    picture.slices |= {
        row["stream_id"]: Slice(
            shown=row["shown"], covered_until=row["covered_until"], latest_seq=row["latest_seq"]
        )
        for row in found
    }
    for row in await connection.fetch(_SQL["slice_buckets"], *_key(picture), wanted):
        bucket = rows.bucket_of(row)
        found_slice = picture.slices[bucket.stream_id]
        picture.slices[bucket.stream_id] = (
            replace(found_slice, live=bucket)
            if bucket.live
            else replace(found_slice, newest=bucket)
        )
    without = sum(one.live is None for one in picture.slices.values())
    picture.next_bucket_id = await _numbers(connection, "bucket_ids", without)


async def write_rows(connection: Connection, picture: Picture, scale: SeverityScale) -> None:
    """Write what changed; settled operations get their answer, and their request's key too."""
    if picture.entries_removed:
        await connection.execute(
            _SQL["remove_entries"], *_key(picture), list(picture.entries_removed)
        )
    if picture.entries_added:
        columns = rows.entry_columns(picture.entries_added.values())
        await connection.execute(_SQL["put_entries"], *_key(picture), *columns)
    if picture.suggestions_removed:
        await connection.execute(
            _SQL["remove_suggestions"], *_key(picture), list(picture.suggestions_removed)
        )
    if picture.suggestions_added:
        columns = rows.suggestion_columns(picture.suggestions_added.values())
        await connection.execute(_SQL["put_suggestions"], *_key(picture), *columns)
    if picture.breaks_changed:
        columns = rows.break_columns(picture.breaks_changed.values())
        await connection.execute(_SQL["put_breaks"], picture.organization_id, *columns)
    if picture.buckets_changed:
        columns = rows.bucket_columns(picture.buckets_changed.values())
        await connection.execute(_SQL["put_buckets"], *_key(picture), *columns)
    if picture.settlements:
        await _write_operations(connection, picture, scale)


async def publish(connection: Connection, picture: Picture, *, at: datetime) -> None:
    """Put the picture's events into the outbox, numbered without gaps."""
    if not picture.events:
        return
    key = str(picture.reconciliation_id)
    await outbox.add(
        connection,
        outbox.Events(
            topic=EXCEPTIONS,
            key=key,
            organization_id=picture.organization_id,
            source=SOURCE,
            at=at,
            seqs=(picture.events[0].seq, picture.events[-1].seq),
            messages=[
                outbox.Message(
                    value=_encode(event),
                    ce_id=f"{key}:{event.seq}",
                    ce_type=str(event.__struct_config__.tag),
                    ce_subject=f"reconciliation/{key}",
                )
                for event in picture.events
            ],
        ),
    )


async def _write_operations(connection: Connection, picture: Picture, scale: SeverityScale) -> None:
    settled = [_with_answer(one, scale) for one in picture.settlements.values()]
    members = (
        "id", "state", "match_id", "refusal_code", "refusal_message", "updated_at", "answer"
    )  # fmt: skip
    columns = [[getattr(one, name) for one in settled] for name in members]
    await connection.execute(_SQL["settle_operations"], picture.organization_id, *columns)
    for one in settled:
        named = {"organization_id": picture.organization_id, "operation_id": one.id}
        if one.answer is None:
            await idempotency.release(connection, **named)
        else:
            await idempotency.complete(
                connection, **named, answer=Answer(status=200, body=one.answer)
            )


def _with_answer(settled: Settlement, scale: SeverityScale) -> Operation:
    """Fix the answer of an operation that is done; a refused one has none to keep."""
    operation = settled.operation
    if operation.state != "done":
        return operation
    shown = break_answer(settled.changed_break, at=operation.updated_at, scale=scale)
    return replace(operation, answer=json_bytes(shown))


async def next_bucket_id(connection: Connection) -> int:
    return (await _numbers(connection, "bucket_ids", 1))()


async def _numbers(connection: Connection, name: str, count: int) -> Callable[[], int]:
    drawn = await connection.fetch(_SQL[name], count) if count else []
    return iter([row["nextval"] for row in drawn]).__next__


async def _fetch(
    connection: Connection, name: str, picture: Picture, ids: Sequence[int]
) -> list[Record]:
    """Ask about ids; no ids, no question."""
    return await connection.fetch(_SQL[name], *_key(picture), ids) if ids else []


def _key(picture: Picture) -> tuple[int, int]:
    return picture.organization_id, picture.reconciliation_id
