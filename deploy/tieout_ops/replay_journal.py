"""The journals as consumers got them: the kept outboxes, read message by message."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka import ConsumerRecord

from tieout_runtime.outbox import published
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

Key = tuple[int, int]
CHUNKS_AT_ONCE = 20
_SQL = load_queries("tieout_ops", "replay_journal.sql")


class IncompleteJournalError(LookupError):
    """The journal lacks numbers; what comes after them cannot be replayed."""


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """The messages of one row, numbered from `first_seq`."""

    first_seq: int
    deliveries: Sequence[ConsumerRecord]


async def told_of(connection: Connection, organization_id: int | None) -> dict[Key, int]:
    """Give the number of each reconciliation's last outcome; 0 where there is none to replay."""
    rows = await connection.fetch(_SQL["told_of"], organization_id)
    return {(row["organization_id"], row["reconciliation_id"]): row["told"] for row in rows}


async def outcome_chunks(connection: Connection, key: Key) -> AsyncIterator[Chunk]:
    """Read the matcher's outcomes in order; raises IncompleteJournalError at a gap."""
    expected = 1
    async for chunk in _numbered(connection, "outcomes", key):
        if chunk.first_seq != expected:
            raise IncompleteJournalError(
                f"the journal has no outcomes {expected} to {chunk.first_seq - 1}"
            )
        expected = chunk.first_seq + len(chunk.deliveries)
        yield chunk


async def exception_events(connection: Connection, key: Key) -> AsyncIterator[ConsumerRecord]:
    """Read what exceptions told of one reconciliation, in order."""
    async for chunk in _numbered(connection, "events", key):
        for delivery in chunk.deliveries:
            yield delivery


async def record_chunks(
    connection: Connection, organization_id: int | None
) -> Mapping[Key, Sequence[int]]:
    """Which rows of ingest's journal hold the records of each reconciliation, as published."""
    rows = await connection.fetch(_SQL["record_chunks"], organization_id)
    return {(row["organization_id"], row["reconciliation_id"]): row["ids"] for row in rows}


async def records(connection: Connection, ids: Sequence[int]) -> AsyncIterator[ConsumerRecord]:
    """Read the record events of these rows, in the order of `ids`."""
    for start in range(0, len(ids), CHUNKS_AT_ONCE):
        wanted = ids[start : start + CHUNKS_AT_ONCE]
        rows = {row["id"]: row for row in await connection.fetch(_SQL["records"], wanted)}
        for number in wanted:
            for delivery in _deliveries(rows[number]["payload"]):
                yield delivery


async def _numbered(connection: Connection, name: str, key: Key) -> AsyncIterator[Chunk]:
    rows = connection.cursor(_SQL[name], key[0], str(key[1]), prefetch=CHUNKS_AT_ONCE)
    async for row in rows:
        yield Chunk(first_seq=row["first_seq"], deliveries=_deliveries(row["payload"]))


def _deliveries(payload: bytes) -> list[ConsumerRecord]:
    return [_delivery(headers, value) for headers, value in published(payload)]


def _delivery(headers: Sequence[tuple[str, bytes]], value: Any) -> ConsumerRecord:
    """Give a message the shape in which a service reads it; it has no place in a topic."""
    return ConsumerRecord(
        topic="",
        partition=0,
        offset=0,
        timestamp=0,
        timestamp_type=0,
        key=None,
        value=value,
        checksum=None,
        serialized_key_size=0,
        serialized_value_size=0,
        headers=tuple(headers),
    )
