"""`tieout replay exceptions`: the projections made again from the matcher's journal.

Outcomes are applied by the service's own code to an empty database, and both projections are
read by the same statement. What people did is not in the matcher's journal and not compared:
docs/replay.md.
"""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

import msgspec
from aiokafka import ConsumerRecord

from tieout_contracts.exception_events import BucketChanged
from tieout_exceptions.domain.severity import SeverityScale
from tieout_exceptions.handlers import Outcomes, read_delivery
from tieout_ops.auditor import open_auditor
from tieout_ops.replay_journal import (
    IncompleteJournalError,
    Key,
    exception_events,
    outcome_chunks,
    told_of,
)
from tieout_ops.replay_report import Compared
from tieout_ops.replay_scratch import open_worker, scratch_database
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

SHOWN = 5
_SQL = load_queries("tieout_ops", "replay_exceptions.sql")
_bucket_changed = msgspec.json.Decoder(BucketChanged).decode


@dataclass(frozen=True, kw_only=True)
class SetAside:
    """What people changed: breaks by their records, buckets by their streams."""

    carried: list[int]
    operated: list[int]
    streams: list[int]

    @property
    def told(self) -> list[str]:
        breaks, streams = len(self.carried) + len(self.operated), len(self.streams)
        found = {
            "breaks with operations: compared in what outcomes alone decide": breaks,
            "streams whose buckets people changed: these are not compared": streams,
        }
        return [f"{count} {what}" for what, count in found.items() if count]


async def replay_exceptions(
    url: str, *, role_password: str, organization_id: int | None = None
) -> list[Compared]:
    """Compare every projection of the database of `url` with what the journal makes.

    The live side is one snapshot.
    """
    async with (
        open_auditor(url, role_password=role_password) as live,
        live.transaction(isolation="repeatable_read", readonly=True),
    ):
        told = await told_of(live, organization_id)
        async with (
            scratch_database(url, role_password=role_password) as scratch_url,
            open_worker(scratch_url, service="exceptions", role_password=role_password) as scratch,
        ):
            return [await _compare(live, scratch, key, last) for key, last in told.items()]


async def _compare(live: Connection, scratch: Connection, key: Key, told: int) -> Compared:
    applied = await _applied(live, key)
    aside = await _set_aside(live, key)
    notes = aside.told
    try:
        notes += await _replay(live, scratch, key, until=applied)
    except IncompleteJournalError as error:
        notes.append(str(error))
    hashes = [await _hash(one, key, aside) for one in (live, scratch)]
    if hashes[0] != hashes[1]:
        notes += await _differences(live, scratch, key, aside)
    return Compared(
        organization_id=key[0],
        reconciliation_id=key[1],
        outcomes=min(applied, told),
        live=hashes[0],
        replayed=hashes[1],
        behind=max(told - applied, 0),
        notes=notes,
    )


async def _replay(live: Connection, scratch: Connection, key: Key, *, until: int) -> list[str]:
    """Apply the outcomes that the live projection has applied; returns what was refused."""
    outcomes = Outcomes(scale=SeverityScale())
    notes: list[str] = []
    async for chunk in outcome_chunks(live, key):
        taken = chunk.deliveries[: max(until - chunk.first_seq + 1, 0)]
        if not taken:
            break
        async with scratch.transaction():
            deliveries = [read_delivery(one) for one in taken]
            refused = await outcomes.on_outcomes(scratch, deliveries)
        notes += refused.values()
    return notes


async def _applied(live: Connection, key: Key) -> int:
    found = await live.fetchval(_SQL["applied"], *key)
    return int(found or 0)


async def _set_aside(live: Connection, key: Key) -> SetAside:
    rows = await live.fetch(_SQL["people"], *key)
    streams = set()
    async for event in exception_events(live, key):
        changed = _bucket_change(event)
        if changed is not None and changed.by == "person":
            streams.add(changed.stream_id)
    return SetAside(
        carried=[row["record_id"] for row in rows if row["carried"]],
        operated=[row["record_id"] for row in rows if not row["carried"]],
        streams=sorted(streams),
    )


def _bucket_change(event: ConsumerRecord) -> BucketChanged | None:
    if dict(event.headers).get("ce_type") != b"bucket.changed":
        return None
    changed: BucketChanged = _bucket_changed(event.value)
    return changed


async def _lines(
    connection: Connection, key: Key, aside: SetAside
) -> AsyncIterator[tuple[str, str]]:
    """Read a projection: (which row, what it says), in one order everywhere."""
    async with connection.transaction():
        rows = connection.cursor(
            _SQL["lines"], *key, aside.carried, aside.operated, aside.streams, prefetch=1000
        )
        async for row in rows:
            yield f"{row['part']} {row['id']}", row["line"]


async def _hash(connection: Connection, key: Key, aside: SetAside) -> str:
    made = hashlib.sha256()
    async for place, line in _lines(connection, key, aside):
        made.update(f"{place}\t{line}\n".encode())
    return made.hexdigest()


async def _differences(
    live: Connection, scratch: Connection, key: Key, aside: SetAside
) -> list[str]:
    """Tell the first rows that differ, as they are live and replayed."""
    shown = [{one async for one in _lines(side, key, aside)} for side in (live, scratch)]
    only = sorted(
        [(*one, "live") for one in shown[0] - shown[1]]
        + [(*one, "replayed") for one in shown[1] - shown[0]]
    )
    return [f"{place}: {line} {side}" for place, line, side in only[: 2 * SHOWN]]
