"""An overdue entry as this service keeps it: what slices, filters and aggregates need."""

import datetime as dt
from dataclasses import dataclass

import msgspec

from tieout_contracts.money import decimal_from_minor
from tieout_contracts.outcomes import EntryView
from tieout_contracts.record import Direction, Fields, Side

_fields = msgspec.json.Decoder(Fields).decode


@dataclass(frozen=True, kw_only=True, slots=True)
class OverdueEntry:
    """`signed_minor` is negative for a debit; `overdue_seq` numbers the outcome that made it so."""

    record_id: int
    version: int
    stream_id: int
    side: Side
    signed_minor: int
    exponent: int
    currency: str
    direction: Direction
    date: dt.date
    description: str | None
    counterparty: str | None
    external_id: str | None
    reference: str | None
    overdue_at: dt.datetime
    overdue_seq: int


def overdue_entry(view: EntryView, *, overdue_seq: int) -> OverdueEntry:
    """Read the entry of an outcome; raises msgspec.MsgspecError or ValueError for bad fields."""
    fields = _fields(view.fields)
    return OverdueEntry(
        record_id=view.record_id,
        version=view.version,
        stream_id=view.stream_id,
        side=view.side,
        signed_minor=fields.signed_minor,
        exponent=fields.exponent,
        currency=fields.currency,
        direction=fields.direction,
        date=fields.date,
        description=fields.description,
        counterparty=fields.counterparty,
        external_id=fields.external_id,
        reference=fields.reference,
        overdue_at=view.overdue_at,
        overdue_seq=overdue_seq,
    )


def unmatched_reason(entry: OverdueEntry) -> str:
    """Say what is missing and what to do about it, for the person who works the break."""
    amount = decimal_from_minor(abs(entry.signed_minor), exponent=entry.exponent)
    named = entry.reference or entry.external_id or f"record {entry.record_id}"
    other = "B" if entry.side == "A" else "A"
    return (
        f"The {entry.direction} of {amount} {entry.currency} dated {entry.date.isoformat()}"
        f" ({named}) has no counterpart on side {other} and was expected by"
        f" {entry.overdue_at:%Y-%m-%d %H:%M} UTC: check whether side {other} has reported it,"
        " correct the record that differs, or force-match it with a reason."
    )
