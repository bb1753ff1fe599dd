"""The same records for every run: 90 % find their counterpart, the rest stay open.

One record is (reconciliation index, side, reference, amount in cents); both sides of a pair come
a few thousand records apart, as two feeds of one day do. A round is long enough that the beginning
and the end of its uploads are a small part of it.
"""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from tieout_contracts.record import Fields, RecordAccepted, Side

RECONCILIATIONS = 16
RECORDS = 120_000
RESIDENT = 100_000
HIT_RATE = 0.9
SPREAD = 6_000
# Of today, so that nothing becomes overdue while it is measured.
ARRIVAL = dt.datetime.now(dt.UTC)  # noqa: TID251  # the day of the measurement
DAY = ARRIVAL.date()
RULE = {
    "rules": [
        {"key": "amount", "value": "amount"},
        {"key": "date", "value": "date"},
        {"key": "description", "value": "description"},
    ]
}
CSV_HEADER = "date,amount,currency,direction,description,external_id\n"


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    reconciliation: int
    side: Side
    reference: str
    cents: int
    external_id: str


def resident() -> list[Row]:
    """Open entries on side A that nothing of the load matches."""
    return [
        Row(
            reconciliation=number % RECONCILIATIONS,
            side="A",
            reference=f"standing order {number}",
            cents=1_000 + number % 5_000,
            external_id=f"resident-{number}",
        )
        for number in range(RESIDENT)
    ]


def load(round_number: int, records: int = RECORDS) -> list[Row]:
    """The records of one round, in the order in which they arrive."""
    chance = random.Random(round_number)  # noqa: S311  # repeatable data, no secret
    placed: list[tuple[int, Row]] = []
    for number in range(records // 2):
        reference = f"payment of invoice {round_number}-{number}"
        hit = chance.random() < HIT_RATE
        for side, when, said in (
            ("A", number, reference),
            ("B", number + chance.randrange(SPREAD), reference if hit else f"{reference} late"),
        ):
            row = Row(
                reconciliation=number % RECONCILIATIONS,
                side=side,  # type: ignore[arg-type]  # the two literals above
                reference=said,
                cents=500 + number % 9_000,
                external_id=f"{side}-{round_number}-{number}",
            )
            placed.append((when, row))
    placed.sort(key=lambda one: one[0])
    return [row for _, row in placed]


def csv_line(row: Row) -> str:
    amount = f"{row.cents // 100}.{row.cents % 100:02d}"
    return f"{DAY},{amount},EUR,credit,{row.reference},{row.external_id}\n"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the product keeps one reconciliation of the workload."""

    organization_id: int
    reconciliation_id: int
    streams: dict[Side, int]
    stream_keys: dict[Side, str]


def events(
    rows: list[Row], places: list[Place], *, first_record_id: int, now: dt.datetime
) -> Iterator[tuple[bytes, bytes]]:
    """Key and value of the record event of each row."""
    for record_id, row in enumerate(rows, start=first_record_id):
        place = places[row.reconciliation]
        fields = Fields(
            amount_minor=str(row.cents),
            exponent=2,
            currency="EUR",
            direction="credit",
            date=DAY,
            value_date=DAY,
            description=row.reference,
            external_id=row.external_id,
        )
        message = RecordAccepted(
            organization_id=place.organization_id,
            reconciliation_id=place.reconciliation_id,
            record_id=record_id,
            version=1,
            stream_id=place.streams[row.side],
            side=row.side,
            due_date=DAY + dt.timedelta(days=2),
            arrival_grace_seconds=3600,
            arrived_at=now,
            fields=msgspec.Raw(msgspec.json.encode(fields)),
        )
        yield str(place.reconciliation_id).encode(), msgspec.json.encode(message)
