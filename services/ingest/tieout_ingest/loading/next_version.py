"""The next version of one record: drafted from what is asked, written once it is decided."""

from dataclasses import dataclass
from typing import Any

import msgspec

from tieout_contracts.record import Fields
from tieout_ingest.domain.arrivals import EXTERNAL_ID_CONFLICT, Stored
from tieout_ingest.domain.corrections import corrected
from tieout_ingest.domain.drafts import Record, encode_json
from tieout_ingest.domain.limits import Limits
from tieout_ingest.domain.properties import require
from tieout_ingest.domain.record_change import RecordChange
from tieout_ingest.loading.announce import (
    Expectation,
    Version,
    announce_records,
    due_date,
    expectation_of,
)
from tieout_ingest.store import (
    history,
    properties,
    records,
    routes,
    stream_operations,
    streams,
)
from tieout_ingest.store.history import Latest
from tieout_ingest.store.records import Origin, RecordView
from tieout_runtime.postgres import Connection
from tieout_runtime.problems import Problem, not_found

_decode_fields = msgspec.json.Decoder(Fields).decode


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is asked of a record: the members of `document` instead of its own, or a deletion."""

    record_id: int
    document: Any = None
    deletes: bool = False


async def lock_record(connection: Connection, organization_id: int, record_id: int) -> Latest:
    """Find a record under its stream's lock; raises Problem 404, or 409 while it is changing."""
    names = {"organization_id": organization_id, "record_id": record_id}
    found = await history.latest(connection, **names)
    if found is not None:
        await records.lock_stream(connection, found.stream_id)
        found = await history.latest(connection, **names)
    if found is None or found.change == "deletion":
        raise not_found("record")
    await _refuse_while_emptied(connection, organization_id, found.stream_id)
    if found.is_changing:
        raise Problem(
            409,
            "change_in_progress",
            f"another change of record {record_id} is under way; try again",
            headers={"Retry-After": "1"},
        )
    return found


async def _refuse_while_emptied(
    connection: Connection, organization_id: int, stream_id: int
) -> None:
    """Leave the records of a stream that is emptied or deleted to that operation; Problem 409."""
    operation = await stream_operations.under_way(
        connection, organization_id=organization_id, stream_id=stream_id
    )
    if operation is not None:
        raise Problem(
            409,
            "operation_in_progress",
            f"operation {operation} withdraws all records of this data stream; try again later",
            headers={"Retry-After": "1"},
        )


async def draft_of(
    connection: Connection, order: Order, current: Latest, *, organization_id: int, limits: Limits
) -> Record | None:
    """Draft the next version; None when it would say what the record says.

    Raises JsonRefused, and Problem 422 when another record has the external id.
    """
    if order.deletes:
        return Record(
            fields=current.fields,
            identity=current.identity,
            line=1,
            fields_json=encode_json(current.fields),
            raw_json=b"null",
        )
    made = corrected(current.fields, order.document, identity=current.identity, limits=limits)
    if made.fields == current.fields:
        return None
    if made.fields.metadata != current.fields.metadata:
        await _require_properties(connection, made, organization_id, current.stream_id)
    if made.identity is not None and made.identity != current.identity:
        other = await history.other_of_identity(
            connection,
            organization_id=organization_id,
            stream_id=current.stream_id,
            identity=made.identity,
            record_id=current.id,
        )
        if other is not None:
            message = f"record {other} of this stream has this external_id"
            errors = [{"path": "$.external_id", "message": message}]
            raise Problem(422, EXTERNAL_ID_CONFLICT, message, errors=errors)
    return made


async def _require_properties(
    connection: Connection, made: Record, organization_id: int, stream_id: int
) -> None:
    """Raise JsonRefused when corrected metadata lack what the stream demands by now."""
    stream = await streams.find(connection, organization_id=organization_id, stream_id=stream_id)
    if stream is not None:
        demanded = await properties.of_streams(connection, [stream])
        require(made, demanded[stream_id])


async def expected_of(connection: Connection, change: RecordChange) -> dict[str, Any]:
    """Say when the corrected record is due, as its stream expects it."""
    expectation = await _expectation(connection, change)
    return {
        "due_date": due_date(_decode_fields(change.fields).date, expectation.expected_days),
        "arrival_grace_seconds": expectation.arrival_grace_seconds,
        "arrived_at": change.created_at,
    }


async def write_version(connection: Connection, change: RecordChange) -> None:
    """Store what the matcher has made and tell its reconciliations, under the stream's lock."""
    organization_id, stream_id = change.organization_id, change.stream_id
    before = await history.latest(
        connection, organization_id=organization_id, record_id=change.record_id
    )
    if before is None:
        raise RuntimeError(f"record {change.record_id} is gone")
    origin = Origin(
        source=before.source,
        import_batch_id=before.import_batch_id,
        bulk_request_id=before.bulk_request_id,
        account_id=change.account_id,
        change=change.kind,
    )
    (position,) = await records.take_positions(connection, 1)
    await records.add(
        connection,
        [_row(change, position)],
        organization_id=organization_id,
        stream_id=stream_id,
        origin=origin,
        at=change.created_at,
    )
    if change.identity is not None:
        await history.claim_identity(
            connection,
            organization_id=organization_id,
            stream_id=stream_id,
            record_id=change.record_id,
            version=change.version,
        )
    if change.kind == "deletion":
        await routes.count_gone(
            connection,
            organization_id=organization_id,
            stream_id=stream_id,
            record_ids=[change.record_id],
        )
    await _announce(connection, change, before.import_batch_id)


def _row(change: RecordChange, position: int) -> Stored:
    draft = Record(
        fields=_decode_fields(change.fields),
        identity=change.identity,
        line=1,
        fields_json=change.fields,
        raw_json=change.raw,
    )
    return Stored(
        record_id=change.record_id, version=change.version, position=position, draft=draft
    )


async def _announce(
    connection: Connection, change: RecordChange, import_batch_id: int | None
) -> None:
    version = Version(
        record_id=change.record_id,
        version=change.version,
        import_batch_id=import_batch_id,
        date=_decode_fields(change.fields).date,
        arrived_at=change.created_at,
        fields_json=change.fields,
        withdrawn=change.kind == "deletion",
    )
    names = {"organization_id": change.organization_id, "stream_id": change.stream_id}
    expectation = await _expectation(connection, change)
    for route in await routes.active(connection, **names):
        await announce_records(
            connection, [version], route=route, expectation=expectation, at=change.created_at
        )


async def _expectation(connection: Connection, change: RecordChange) -> Expectation:
    stream = await streams.find(
        connection, organization_id=change.organization_id, stream_id=change.stream_id, closed=True
    )
    if stream is None:
        raise RuntimeError(f"record {change.record_id} has no stream")
    return expectation_of(stream)


async def view_of(connection: Connection, organization_id: int, record_id: int) -> RecordView:
    """Show a record that is known to exist; raises Problem 404 when it was deleted meanwhile."""
    view = await records.find(connection, organization_id=organization_id, record_id=record_id)
    if view is None:
        raise not_found("record")
    return view
