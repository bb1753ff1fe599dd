"""A record: one money movement as a stream reported it, in the words every service uses."""

import datetime as dt
from typing import Any, Literal

from msgspec import Raw, Struct, field

Direction = Literal["credit", "debit"]
Side = Literal["A", "B"]
RecordStatus = Literal["posted", "pending", "informational"]


class Fields(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The business fields: what rules compare and what every outcome event carries.

    `amount_minor` is unsigned, in decimal digits (up to 38: more than a JSON number keeps);
    `direction` gives the sign: credit is +, debit is -. `date` is the calendar day as written.
    """

    amount_minor: str
    exponent: int
    currency: str
    direction: Direction
    date: dt.date
    value_date: dt.date | None = None
    description: str | None = None
    counterparty: str | None = None
    external_id: str | None = None
    reference: str | None = None
    status: RecordStatus = "posted"
    reversal: bool = False
    metadata: dict[str, Any] = field(default_factory=dict)

    @property
    def signed_minor(self) -> int:
        """The amount in minor units, negative for a debit."""
        return int(self.amount_minor) if self.direction == "credit" else -int(self.amount_minor)


class RecordAccepted(
    Struct, frozen=True, kw_only=True, gc=False, tag_field="type", tag="record.accepted"
):
    """One version of one record, addressed to one reconciliation.

    `fields` is the JSON of `Fields`, left encoded so that a consumer decodes only what it uses
    and passes the rest on byte for byte. `due_date` and `arrival_grace_seconds` are the stream's
    expectation (semantics: overdue); `arrived_at` is when ingest accepted the record.
    """

    organization_id: int
    reconciliation_id: int
    record_id: int
    version: int
    stream_id: int
    side: Side
    import_batch_id: int | None = None
    due_date: dt.date
    arrival_grace_seconds: int
    arrived_at: dt.datetime
    fields: Raw


class RecordWithdrawn(
    Struct, frozen=True, kw_only=True, gc=False, tag_field="type", tag="record.withdrawn"
):
    """A record is no more: its last version, a tombstone, addressed to one reconciliation.

    `fields` are those that it had. A higher version may follow when its source tells of it again.
    """

    organization_id: int
    reconciliation_id: int
    record_id: int
    version: int
    stream_id: int
    side: Side
    at: dt.datetime
    fields: Raw


class ImportCompleted(Struct, frozen=True, kw_only=True, tag_field="type", tag="import.completed"):
    """Every record of an import batch for this reconciliation precedes this marker."""

    organization_id: int
    reconciliation_id: int
    stream_id: int
    import_batch_id: int
    records: int
    at: dt.datetime


RecordVersion = RecordAccepted | RecordWithdrawn
RecordMessage = RecordVersion | ImportCompleted
