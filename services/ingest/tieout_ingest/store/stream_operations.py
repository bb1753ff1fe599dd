"""Operations that empty or delete a stream, and the deletions that they ask for."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from tieout_ingest.domain.record_change import Decided, RecordChange, Refused
from tieout_ingest.domain.stream_operation import InTheWay, Kind, StreamOperation
from tieout_ingest.store.record_changes import change_of
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

_SQL = load_queries("tieout_ingest", "stream_operations.sql")


class Work(Struct, frozen=True, kw_only=True):
    """Names one operation."""

    organization_id: int
    id: int


class Standing(Struct, frozen=True, kw_only=True):
    """The latest version of a record; `is_left`: it is still to be withdrawn."""

    id: int
    version: int
    identity: str | None
    fields: bytes
    is_left: bool


class NewOperation(Struct, frozen=True, kw_only=True):
    organization_id: int
    stream_id: int
    kind: Kind
    is_async: bool
    account_id: int
    up_to: int
    records: int


async def hold_stream(
    connection: Connection, *, organization_id: int, stream_id: int
) -> int | None:
    """Keep writers out to the end of the transaction; the number of records, None when closed."""
    row = await connection.fetchrow(_SQL["hold_stream"], organization_id, stream_id)
    return None if row is None else int(row["records"])


async def keep_stream(connection: Connection, *, organization_id: int, stream_id: int) -> bool:
    """Keep operations from beginning to the end of the transaction; False when it is closed."""
    found = await connection.fetchval(_SQL["keep_stream"], organization_id, stream_id)
    return found is not None


async def under_way(connection: Connection, *, organization_id: int, stream_id: int) -> int | None:
    """Return the operation that empties or deletes the stream, if there is one."""
    found = await connection.fetchval(_SQL["under_way"], organization_id, stream_id)
    return None if found is None else int(found)


async def in_the_way(connection: Connection, *, organization_id: int, stream_id: int) -> InTheWay:
    row = await connection.fetchrow(_SQL["in_the_way"], organization_id, stream_id)
    operation_id = await under_way(connection, organization_id=organization_id, stream_id=stream_id)
    return InTheWay(**row, operation_id=operation_id)


async def ever_routed(
    connection: Connection, *, organization_id: int, stream_id: int
) -> dict[int, bool]:
    """Load where records of the stream went; by reconciliation whether they still do."""
    rows = await connection.fetch(_SQL["ever_routed"], organization_id, stream_id)
    return {row["reconciliation_id"]: row["active"] for row in rows}


async def begin(connection: Connection, new: NewOperation, *, at: datetime) -> int:
    """Store an operation; one that deletes hides its stream from now on."""
    number = await connection.fetchval(
        _SQL["begin_operation"],
        new.organization_id,
        new.stream_id,
        new.kind,
        new.is_async,
        new.account_id,
        new.up_to,
        new.records,
        at,
    )
    if new.kind == "delete":
        await connection.execute(_SQL["close_stream"], new.organization_id, new.stream_id, at)
    return int(number)


async def find(
    connection: Connection, *, organization_id: int, operation_id: int
) -> StreamOperation | None:
    row = await connection.fetchrow(_SQL["operation"], organization_id, operation_id)
    return None if row is None else StreamOperation(**row)


async def in_work(connection: Connection) -> list[Work]:
    return [Work(**row) for row in await connection.fetch(_SQL["operations_in_work"])]


async def try_own(connection: Connection, operation_id: int) -> bool:
    """Become the only one to carry it out until `disown` or the end of the session."""
    return bool(await connection.fetchval(_SQL["try_own_operation"], operation_id))


async def disown(connection: Connection, operation_id: int) -> None:
    await connection.execute(_SQL["disown_operation"], operation_id)


async def start(connection: Connection, operation: StreamOperation, *, at: datetime) -> None:
    key = (operation.organization_id, operation.id)
    await connection.execute(_SQL["start_operation"], *key, at)


async def next_records(
    connection: Connection, operation: StreamOperation, *, limit: int
) -> list[Standing]:
    """Load the records behind those that are done, as they stand; at most `limit`."""
    rows = await connection.fetch(
        _SQL["next_records"],
        operation.organization_id,
        operation.stream_id,
        operation.done_to,
        operation.up_to,
        limit,
    )
    return [Standing(**row) for row in rows]


async def ask_deletions(
    connection: Connection,
    operation: StreamOperation,
    found: Sequence[Standing],
    *,
    at: datetime,
) -> None:
    """Store that these records are asked to be no more, each with the version that ends it."""
    rows = [(one.id, one.version + 1, one.identity, one.fields) for one in found]
    await connection.execute(
        _SQL["ask_deletions"],
        operation.organization_id,
        operation.stream_id,
        operation.id,
        operation.account_id,
        at,
        *(list(column) for column in zip(*rows, strict=True)),
    )


async def asked_deletions(connection: Connection, operation: StreamOperation) -> list[RecordChange]:
    """Load the deletions of an operation that are under way."""
    key = (operation.organization_id, operation.id)
    return [change_of(row) for row in await connection.fetch(_SQL["asked_deletions"], *key)]


async def end_deletions(
    connection: Connection, operation: StreamOperation, decided: Decided, *, at: datetime
) -> bool:
    """Write how the deletions under way ended; False when they had ended before."""
    refused = decided if isinstance(decided, Refused) else None
    ended = await connection.fetch(
        _SQL["end_deletions"],
        operation.organization_id,
        operation.id,
        "done" if refused is None else "refused",
        refused and refused.code,
        refused and refused.message,
        at,
    )
    return bool(ended)


async def write_deletions(
    connection: Connection,
    operation: StreamOperation,
    changes: Sequence[RecordChange],
    positions: Sequence[int],
) -> None:
    """Write the last version of each record, one position a change."""
    await connection.execute(
        _SQL["write_deletions"],
        operation.organization_id,
        operation.stream_id,
        [one.id for one in changes],
        list(positions),
    )


async def advance(
    connection: Connection, operation: StreamOperation, *, to: int, records: int
) -> None:
    key = (operation.organization_id, operation.id)
    await connection.execute(_SQL["advance_operation"], *key, to, records)


async def complete(connection: Connection, operation: StreamOperation, *, at: datetime) -> bool:
    """End it and what it emptied or deleted; False when it had ended before."""
    key, stream = (operation.organization_id, operation.id), operation.stream_id
    ended = await connection.fetchval(_SQL["end_operation"], *key, "completed", None, None, at)
    if ended is None:
        return False
    name = "delete_stream" if operation.kind == "delete" else "reset_imports"
    await connection.execute(_SQL[name], operation.organization_id, stream, at)
    return True


async def fail(
    connection: Connection, operation: StreamOperation, refused: Refused, *, at: datetime
) -> bool:
    """End it as failed: what is not withdrawn stays, and a stream is shown again."""
    key, why = (operation.organization_id, operation.id), (refused.code, refused.message)
    ended = await connection.fetchval(_SQL["end_operation"], *key, "failed", *why, at)
    if ended is not None and operation.kind == "delete":
        place = (operation.organization_id, operation.stream_id)
        await connection.execute(_SQL["reopen_stream"], *place)
    return ended is not None
