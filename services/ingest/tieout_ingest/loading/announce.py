"""Records and completed imports as the events that reconciliations hear of."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache

from msgspec import Raw, Struct
from msgspec.json import Encoder

from tieout_contracts.record import (
    ImportCompleted,
    RecordAccepted,
    RecordVersion,
    RecordWithdrawn,
)
from tieout_contracts.topics import RECORDS
from tieout_ingest.store.routes import Route
from tieout_ingest.store.streams import Stream
from tieout_runtime import outbox
from tieout_runtime.outbox import Message
from tieout_runtime.postgres import Connection

SOURCE = "tieout/ingest"
_encode = Encoder().encode


class Expectation(Struct, frozen=True, kw_only=True):
    """Whose records they are and when they are overdue: what all events of a stream share."""

    organization_id: int
    stream_id: int
    expected_days: int
    arrival_grace_seconds: int


def expectation_of(stream: Stream) -> Expectation:
    return Expectation(
        organization_id=stream.organization_id,
        stream_id=stream.id,
        expected_days=stream.expected_days,
        arrival_grace_seconds=stream.arrival_grace_seconds,
    )


class Version(Struct, frozen=True, kw_only=True, gc=False):
    """One version of a record; `date` is its `fields` date, `withdrawn`: the record is no more."""

    record_id: int
    version: int
    import_batch_id: int | None
    date: date
    arrived_at: datetime
    fields_json: bytes
    withdrawn: bool = False


async def announce_records(
    connection: Connection,
    versions: Iterable[Version],
    *,
    route: Route,
    expectation: Expectation,
    at: datetime,
) -> None:
    """Put one message a version into the outbox; its id is the same if made again."""
    messages = [
        (_withdrawn if one.withdrawn else _accepted)(one, route, expectation) for one in versions
    ]
    await _add(connection, messages, route.reconciliation_id, expectation, at)


@lru_cache(maxsize=4096)
def due_date(day: date, expected_days: int) -> date:
    """Return the calendar day until which a counterpart is expected; a file has few days."""
    expected = timedelta(days=expected_days)
    return day + expected if day <= date.max - expected else date.max


def _accepted(one: Version, route: Route, expectation: Expectation) -> Message:
    event = RecordAccepted(
        organization_id=expectation.organization_id,
        reconciliation_id=route.reconciliation_id,
        record_id=one.record_id,
        version=one.version,
        stream_id=expectation.stream_id,
        side=route.side,
        import_batch_id=one.import_batch_id,
        due_date=due_date(one.date, expectation.expected_days),
        arrival_grace_seconds=expectation.arrival_grace_seconds,
        arrived_at=one.arrived_at,
        fields=Raw(one.fields_json),
    )
    return _message(event, "record.accepted")


def _withdrawn(one: Version, route: Route, expectation: Expectation) -> Message:
    event = RecordWithdrawn(
        organization_id=expectation.organization_id,
        reconciliation_id=route.reconciliation_id,
        record_id=one.record_id,
        version=one.version,
        stream_id=expectation.stream_id,
        side=route.side,
        at=one.arrived_at,
        fields=Raw(one.fields_json),
    )
    return _message(event, "record.withdrawn")


def _message(event: RecordVersion, kind: str) -> Message:
    return Message(
        _encode(event),
        f"record:{event.reconciliation_id}:{event.record_id}:{event.version}",
        kind,
        f"record/{event.record_id}",
    )


async def announce_import(
    connection: Connection,
    *,
    expectation: Expectation,
    reconciliation_id: int,
    import_batch_id: int,
    records: int,
    at: datetime,
) -> None:
    """Put the `import.completed` into the outbox that follows all records of a batch."""
    event = ImportCompleted(
        organization_id=expectation.organization_id,
        reconciliation_id=reconciliation_id,
        stream_id=expectation.stream_id,
        import_batch_id=import_batch_id,
        records=records,
        at=at,
    )
    message = Message(
        _encode(event),
        f"import:{reconciliation_id}:{import_batch_id}",
        "import.completed",
        f"import_batch/{import_batch_id}",
    )
    await _add(connection, [message], reconciliation_id, expectation, at)


async def _add(
    connection: Connection,
    messages: list[Message],
    reconciliation_id: int,
    expectation: Expectation,
    at: datetime,
) -> None:
    await outbox.add(
        connection,
        outbox.Events(
            topic=RECORDS,
            key=str(reconciliation_id),
            organization_id=expectation.organization_id,
            source=SOURCE,
            at=at,
            messages=messages,
        ),
    )
