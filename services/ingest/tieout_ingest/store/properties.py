"""Property definitions: what a stream demands of the metadata of its records."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from tieout_ingest.domain.properties import Property, PropertyType
from tieout_ingest.store.streams import Stream
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

_SQL = load_queries("tieout_ingest", "properties.sql")


class Definition(Struct, frozen=True, kw_only=True):
    """A property as it is shown."""

    id: int
    key: str
    name: str
    type: PropertyType
    optional: bool
    data_stream_key: str


async def add(
    connection: Connection, stream: Stream, new: Property, *, at: datetime
) -> Definition | None:
    """Store a property; None when the stream has one with this key."""
    number = await connection.fetchval(
        _SQL["add_definition"],
        stream.organization_id,
        stream.id,
        new.key,
        new.name,
        new.type,
        new.optional,
        at,
    )
    if number is None:
        return None
    return await find(connection, organization_id=stream.organization_id, definition_id=number)


async def find(
    connection: Connection, *, organization_id: int, definition_id: int
) -> Definition | None:
    row = await connection.fetchrow(_SQL["definitions"], organization_id, None, definition_id)
    return None if row is None else Definition(**row)


async def list_of(connection: Connection, stream: Stream) -> list[Definition]:
    rows = await connection.fetch(_SQL["definitions"], stream.organization_id, stream.id, None)
    return [Definition(**row) for row in rows]


async def change(
    connection: Connection,
    *,
    organization_id: int,
    definition_id: int,
    name: str | None,
    optional: bool | None,
) -> None:
    """Change what is given; None stays as it is."""
    await connection.execute(
        _SQL["change_definition"], organization_id, definition_id, name, optional
    )


async def remove(connection: Connection, *, organization_id: int, definition_id: int) -> None:
    """Forget a property, if there is one of this number."""
    await connection.execute(_SQL["remove_definition"], organization_id, definition_id)


async def of_streams(
    connection: Connection, streams: Iterable[Stream]
) -> dict[int, list[Property]]:
    """Load what each of these streams demands; a list for each, mostly empty."""
    demanded: dict[int, list[Property]] = {}
    organizations = []
    for one in streams:
        demanded[one.id] = []
        organizations.append(one.organization_id)
    rows = await connection.fetch(_SQL["demanded"], organizations, list(demanded))
    for row in rows:
        values = dict(row)
        demanded[values.pop("stream_id")].append(Property(**values))
    return demanded
