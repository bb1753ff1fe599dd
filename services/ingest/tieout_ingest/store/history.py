"""A record's versions: what it says now, and all that it ever said."""

from datetime import datetime

from msgspec import Raw, Struct
from msgspec.json import Decoder

from tieout_contracts.record import Fields
from tieout_ingest.store.records import ChangeKind
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

_SAME = ("version", "change", "account_id", "source", "import_batch_id", "bulk_request_id")
_SQL = load_queries("tieout_ingest", "history.sql")
_decode_fields = Decoder(Fields).decode


class Latest(Struct, frozen=True, kw_only=True):
    """A record as it stands; `is_changing`: another version is being asked for."""

    id: int
    stream_id: int
    version: int
    identity: str | None
    source: str
    import_batch_id: int | None
    bulk_request_id: int | None
    change: ChangeKind | None
    fields: Fields
    is_changing: bool


class VersionView(Struct, frozen=True, kw_only=True):
    """One version of a record; `account_id` is who wrote it, where that is known."""

    version: int
    change: ChangeKind | None
    account_id: int | None
    source: str
    import_batch_id: int | None
    bulk_request_id: int | None
    fields: Raw
    created_at: datetime


async def latest(connection: Connection, *, organization_id: int, record_id: int) -> Latest | None:
    """Load the latest version of a record, a deletion too; None when there is no such record."""
    row = await connection.fetchrow(_SQL["latest"], organization_id, record_id)
    return None if row is None else Latest(**dict(row) | {"fields": _decode_fields(row["fields"])})


async def other_of_identity(
    connection: Connection, *, organization_id: int, stream_id: int, identity: str, record_id: int
) -> int | None:
    """Find another record of the stream that has or had this identity."""
    found = await connection.fetchval(
        _SQL["other_of_identity"], organization_id, stream_id, identity, record_id
    )
    return None if found is None else int(found)


async def claim_identity(
    connection: Connection, *, organization_id: int, stream_id: int, record_id: int, version: int
) -> None:
    """Keep what a new version calls its record for that record, unless another came first."""
    await connection.execute(_SQL["claim_identity"], organization_id, stream_id, record_id, version)


async def versions(
    connection: Connection, *, organization_id: int, record_id: int
) -> list[VersionView]:
    """List every version of a record, the first one first."""
    rows = await connection.fetch(_SQL["versions"], organization_id, record_id)
    return [
        VersionView(
            **{name: row[name] for name in _SAME},
            fields=Raw(row["fields"]),
            created_at=row["arrived_at"],
        )
        for row in rows
    ]
