"""An open entry as this service reads it, and keeps it once it is overdue."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from tieout_contracts.outcomes import EntryView
from tieout_contracts.record import Direction, Fields, Side

_fields = msgspec.json.Decoder(Fields).decode


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenEntry:
    """`signed_minor` is what is open, negative for a debit; `partial`: a match took the rest."""

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
    partial: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class OverdueEntry(OpenEntry):
    """What slices, filters and aggregates need; `overdue_seq` numbers the outcome that made it."""

    overdue_seq: int

    def left(self, amount_minor: int) -> "OverdueEntry":
        """Return what a match in part leaves of it: so much, unsigned."""
        return replace(self, signed_minor=_signed(amount_minor, self.direction), partial=True)


def open_entry(view: EntryView) -> OpenEntry:
    """Read the entry of an outcome: an OverdueEntry where the view says since when.

    Raises msgspec.MsgspecError or ValueError for bad fields.
    """
    if view.overdue_seq is not None:
        return overdue_entry(view, overdue_seq=view.overdue_seq)
    return OpenEntry(**_members(view))


def overdue_entry(view: EntryView, *, overdue_seq: int) -> OverdueEntry:
    """Read the entry of an outcome that is overdue since that number; raises as `open_entry`."""
    return OverdueEntry(**_members(view), overdue_seq=overdue_seq)


def _members(view: EntryView) -> dict[str, Any]:
    found = _fields(view.fields)
    signed_minor = found.signed_minor
    if view.left_minor is not None:
        signed_minor = _signed(int(view.left_minor), found.direction)
    return {
        "record_id": view.record_id,
        "version": view.version,
        "stream_id": view.stream_id,
        "side": view.side,
        "signed_minor": signed_minor,
        "exponent": found.exponent,
        "currency": found.currency,
        "direction": found.direction,
        "date": found.date,
        "description": found.description,
        "counterparty": found.counterparty,
        "external_id": found.external_id,
        "reference": found.reference,
        "overdue_at": view.overdue_at,
        "partial": view.left_minor is not None,
    }


def _signed(amount_minor: int, direction: Direction) -> int:
    return amount_minor if direction == "credit" else -amount_minor
