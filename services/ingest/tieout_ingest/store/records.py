"""Records: written as version rows under their stream's lock, read as their latest version."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from msgspec import Raw, Struct
from msgspec.json import Decoder

from tieout_contracts.record import Fields
from tieout_ingest.domain.arrivals import Known, Stored
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

COPY_FROM_ROWS = 50  # below, one INSERT costs less than a COPY
MAX_NUMBER = 2**63 - 1
COLUMNS = (
    "organization_id", "stream_id", "id", "version", "position", "identity", "import_batch_id",
    "bulk_request_id", "source", "line", "arrived_at", "fields", "raw",
)  # fmt: skip
ChangeKind = Literal["correction", "deletion"]
_SQL = load_queries("tieout_ingest", "records.sql")
_decode_fields = Decoder(Fields).decode


class Origin(Struct, frozen=True, kw_only=True):
    """How records came: one of the two numbers, or neither; who wrote them, where that is known.

    `change` says what a person's version is; it keeps the source of the one before.
    """

    source: str
    import_batch_id: int | None = None
    bulk_request_id: int | None = None
    account_id: int | None = None
    change: ChangeKind | None = None


class RecordView(Struct, frozen=True, kw_only=True):
    """A record as it is shown; `fields` is the stored JSON."""

    id: int
    version: int
    stream_id: int
    data_stream_key: str
    import_batch_id: int | None
    bulk_request_id: int | None
    source: str
    fields: Raw
    created_at: datetime


class RecordFilter(Struct, frozen=True, kw_only=True):
    """None filters nothing. `ids` and `from_id`/`below_id` narrow by number."""

    ids: list[int] | None = None
    stream_ids: list[int] | None = None
    import_batch_id: int | None = None
    bulk_request_id: int | None = None
    source: str | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    from_id: int = 0
    below_id: int = MAX_NUMBER


async def lock_stream(connection: Connection, stream_id: int) -> None:
    """Wait for the stream's turn, held to the end of the transaction; several in ascending id."""
    await connection.execute(_SQL["lock_stream"], stream_id)


async def take_positions(connection: Connection, count: int) -> list[int]:
    """Take `count` new numbers; under the stream's lock above all that the stream has."""
    return list(await connection.fetchval(_SQL["take_positions"], count) or ())


async def add(
    connection: Connection,
    rows: Sequence[Stored],
    *,
    organization_id: int,
    stream_id: int,
    origin: Origin,
    at: datetime,
) -> None:
    """Write version rows; raises asyncpg.UniqueViolationError when an identity is there."""
    source, batch, bulk = origin.source, origin.import_batch_id, origin.bulk_request_id
    values = [
        (
            organization_id, stream_id, row.record_id, row.version, row.position,
            row.draft.identity, batch, bulk, source, row.draft.line, at, row.draft.fields_json,
            row.draft.raw_json,
        )
        for row in rows
    ]  # fmt: skip
    if len(values) >= COPY_FROM_ROWS and origin.account_id is None:
        await connection.copy_records_to_table("record", records=values, columns=COLUMNS)
    elif values:
        columns = [list(column) for column in zip(*values, strict=True)]
        person = (origin.account_id, origin.change)
        await connection.execute(_SQL["insert_records"], *columns, *person)


async def find_known(
    connection: Connection, *, organization_id: int, stream_id: int, identities: Sequence[str]
) -> dict[str, Known]:
    """Load the latest versions of the records that have these identities, by identity."""
    rows = await connection.fetch(
        _SQL["known_identities"], organization_id, stream_id, sorted(set(identities))
    )
    return {
        row["identity"]: Known(
            record_id=row["id"],
            version=max(row["version"], row["asked"] or 0),
            fields=_decode_fields(row["fields"]),
            reported=row["reported"] and _decode_fields(row["reported"]),
            deleted=row["change"] == "deletion",
            leaving=bool(row["leaving"]),
        )
        for row in rows
    }


async def ids_of_identity(
    connection: Connection, *, organization_id: int, identity: str
) -> list[int]:
    rows = await connection.fetch(_SQL["ids_of_identity"], organization_id, identity)
    return [row["id"] for row in rows]


async def page(
    connection: Connection,
    *,
    organization_id: int,
    wanted: RecordFilter,
    limit: int,
    offset: int = 0,
) -> list[RecordView]:
    """List records that pass the filter, newest first, at most `limit` behind `offset`."""
    name, first = ("records_between", wanted.from_id) if wanted.ids is None else (
        "records_by_id", wanted.ids,
    )  # fmt: skip
    rows = await connection.fetch(
        _SQL[name],
        organization_id,
        first,
        wanted.stream_ids,
        wanted.import_batch_id,
        wanted.bulk_request_id,
        wanted.source,
        wanted.created_after,
        wanted.created_before,
        wanted.below_id,
        limit,
        offset,
    )
    return [_view(row) for row in rows]


async def find(
    connection: Connection, *, organization_id: int, record_id: int
) -> RecordView | None:
    wanted = RecordFilter(ids=[record_id])
    found = await page(connection, organization_id=organization_id, wanted=wanted, limit=1)
    return found[0] if found else None


def _view(row: Any) -> RecordView:
    values = dict(row)
    values["created_at"] = values.pop("arrived_at")
    values["fields"] = Raw(row["fields"])
    return RecordView(**values)
