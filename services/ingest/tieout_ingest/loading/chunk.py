"""One chunk of drafts into one stream: the records, and the events that tell of them.

The hot path: everything new goes in by one COPY. Only when an identity is there already is the
chunk judged draft by draft against what the stream holds.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

import asyncpg
from msgspec import Struct

from tieout_ingest.domain.arrivals import Decision, Stored, all_new, decide
from tieout_ingest.domain.drafts import Record
from tieout_ingest.loading.announce import Expectation, Version, announce_records
from tieout_ingest.store import records, routes
from tieout_ingest.store.records import Origin
from tieout_runtime.postgres import Connection

ROWS = 2_000


class Loaded(Struct, frozen=True, kw_only=True):
    """What became of a chunk; `skipped` and `conflicts` are keyed by the draft's index."""

    rows: list[Stored]
    skipped: dict[int, int]
    conflicts: dict[int, str]


async def load(
    connection: Connection,
    drafts: Sequence[Record],
    *,
    stream: Expectation,
    origin: Origin,
    at: datetime,
) -> Loaded:
    """Store and announce a chunk in the caller's transaction, under the stream's lock.

    A route is either read here, after the lock, or made after this transaction and then backfills
    what is stored now: no record is missed and none is sent twice. Raises StreamGoneError, and then
    nothing may be committed.
    """
    await records.lock_stream(connection, stream.stream_id)
    numbers = await records.take_positions(connection, len(drafts))
    decision = await _store(connection, drafts, numbers, stream=stream, origin=origin, at=at)
    if decision.rows:
        await _announce(connection, decision.rows, stream=stream, origin=origin, at=at)
    if decision.returned:
        await routes.count_returned(
            connection,
            organization_id=stream.organization_id,
            stream_id=stream.stream_id,
            record_ids=decision.returned,
        )
    return Loaded(rows=decision.rows, skipped=decision.skipped, conflicts=decision.conflicts)


async def _store(
    connection: Connection,
    drafts: Sequence[Record],
    numbers: Sequence[int],
    *,
    stream: Expectation,
    origin: Origin,
    at: datetime,
) -> Decision:
    async def add(rows: Sequence[Stored]) -> None:
        await records.add(
            connection,
            rows,
            organization_id=stream.organization_id,
            stream_id=stream.stream_id,
            origin=origin,
            at=at,
        )

    try:
        async with connection.transaction():  # a savepoint
            rows = all_new(drafts, numbers)
            await add(rows)
            return Decision(rows=rows, skipped={}, conflicts={})
    except asyncpg.UniqueViolationError:
        known = await records.find_known(
            connection,
            organization_id=stream.organization_id,
            stream_id=stream.stream_id,
            identities=[one.identity for one in drafts if one.identity is not None],
        )
    decision = decide(drafts=drafts, known=known, numbers=numbers)
    await add(decision.rows)
    return decision


async def _announce(
    connection: Connection,
    rows: Iterable[Stored],
    *,
    stream: Expectation,
    origin: Origin,
    at: datetime,
) -> None:
    versions = [
        Version(
            record_id=row.record_id,
            version=row.version,
            import_batch_id=origin.import_batch_id,
            date=row.draft.fields.date,
            arrived_at=at,
            fields_json=row.draft.fields_json,
        )
        for row in rows
    ]
    names = {"organization_id": stream.organization_id, "stream_id": stream.stream_id}
    for route in await routes.active(connection, **names):
        await announce_records(connection, versions, route=route, expectation=stream, at=at)
    new = sum(1 for one in versions if one.version == 1)
    orphans = new if origin.import_batch_id is None else 0
    await routes.count_routed(connection, **names, records=new, orphans=orphans)
