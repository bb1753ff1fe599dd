"""Streams: where records come from, and how they are read and expected."""

import json
from datetime import datetime
from typing import Any

from msgspec import Struct

from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

_SQL = load_queries("tieout_ingest", "streams.sql")


class Stream(Struct, frozen=True, kw_only=True):
    """`expected_days` and `arrival_grace_seconds` decide when an entry is overdue."""

    organization_id: int
    id: int
    key: str
    name: str
    description: str | None
    type: str
    profile: Any
    expected_days: int
    arrival_grace_seconds: int
    overlap: str
    version: int
    created_at: datetime


class NewStream(Struct, frozen=True, kw_only=True):
    key: str
    name: str
    description: str | None
    type: str
    profile: Any
    expected_days: int
    arrival_grace_seconds: int
    overlap: str


async def create(
    connection: Connection, *, organization_id: int, new: NewStream, at: datetime
) -> Stream | None:
    """Store a stream; None when the organisation has one with this key."""
    row = await connection.fetchrow(
        _SQL["create_stream"],
        organization_id,
        new.key,
        new.name,
        new.description,
        new.type,
        None if new.profile is None else json.dumps(new.profile),
        new.expected_days,
        new.arrival_grace_seconds,
        new.overlap,
        at,
    )
    return None if row is None else _stream(row)


async def lock(connection: Connection, *, organization_id: int, key: str) -> Stream | None:
    """Find a stream and keep others from changing it to the end of the transaction."""
    row = await connection.fetchrow(_SQL["lock_stream_row"], organization_id, key)
    return None if row is None else _stream(row)


async def change(connection: Connection, stream: Stream) -> Stream:
    """Write what a stream says now: its next version."""
    row = await connection.fetchrow(
        _SQL["change_stream"],
        stream.organization_id,
        stream.id,
        stream.name,
        stream.description,
        None if stream.profile is None else json.dumps(stream.profile),
        stream.expected_days,
        stream.arrival_grace_seconds,
        stream.overlap,
    )
    return _stream(row)


async def find_by_key(connection: Connection, *, organization_id: int, key: str) -> Stream | None:
    row = await connection.fetchrow(_SQL["stream_by_key"], organization_id, key)
    return None if row is None else _stream(row)


async def find(
    connection: Connection, *, organization_id: int, stream_id: int, closed: bool = False
) -> Stream | None:
    """Find a stream by its number; with `closed` also one that is deleted."""
    row = await connection.fetchrow(_SQL["stream_by_id"], organization_id, stream_id, closed)
    return None if row is None else _stream(row)


async def list_all(connection: Connection, *, organization_id: int) -> list[Stream]:
    return [_stream(row) for row in await connection.fetch(_SQL["streams"], organization_id)]


async def find_many(connection: Connection, *, keys: list[tuple[int, str]]) -> list[Stream]:
    """Find the streams of (organization_id, key) pairs; unknown ones are left out."""
    organizations, names = zip(*keys, strict=True) if keys else ((), ())
    rows = await connection.fetch(_SQL["streams_by_keys"], list(organizations), list(names))
    return [_stream(row) for row in rows]


def _stream(row: Any) -> Stream:
    values = dict(row)
    values["profile"] = None if row["profile"] is None else json.loads(row["profile"])
    return Stream(**values)
