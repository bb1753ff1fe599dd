"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt
from typing import Any, Literal

from tieout_client.model import Model
from tieout_client.models.imports import Record


class RecordCursorPage(Model):
    data: list[Record]
    next_cursor: str | None
    """null on the last page."""
    limit: int


class NewRecord(Model):
    """`amount` counts minor units and is never negative: `direction` gives the sign."""

    data_stream_key: str
    amount: int
    direction: Literal["credit", "debit"]
    date: dt.date
    currency: str | None = None
    """in any case; USD when left out."""
    decimal_places: int | None = None
    """those of the currency when left out."""
    description: str | None = None
    external_id: str | None = None
    reference: str | None = None
    counterparty: str | None = None
    value_date: dt.date | None = None
    metadata: dict[str, Any] | None = None


class BulkSummary(Model):
    id: int
    status: Literal["pending", "processing", "completed", "failed", "cancelled"]
    total_items: int
    processed_items: int
    successful_items: int
    failed_items: int
    skipped_items: int
    url: str
    """where its progress is read."""


class RecordVersion(Model):
    """What a record said from `created_at` on; `changed` names what it had said otherwise."""

    amount: int
    currency: str
    decimal_places: int
    direction: Literal["credit", "debit"]
    description: str | None = None
    date: dt.date
    external_id: str | None = None
    metadata: dict[str, Any]
    value_date: dt.date | None = None
    counterparty: str | None = None
    reference: str | None = None
    record_status: Literal["posted", "pending", "informational"] | None = None
    """shown when not posted; matches of a pending record are only suggested until it is booked."""
    reversal: bool | None = None
    """shown when the source says it takes back another."""
    version: int
    change: Literal["reported", "corrected", "deleted"]
    """whether its source told it, or a person corrected or deleted the record."""
    changed: list[str]
    account_id: int | None = None
    """who made it, where that is known."""
    source: str
    import_batch_id: int | None = None
    bulk_request_id: int | None = None
    created_at: dt.datetime
