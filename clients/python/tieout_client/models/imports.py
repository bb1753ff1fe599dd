"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt
from typing import Any, Literal

from tieout_client.model import Model


class CurrencyTotals(Model):
    """Sums of minor units."""

    currency: str
    decimal_places: int
    total_credits: int
    total_debits: int
    net_amount: int


class RowRejection(Model):
    line: int | None = None
    """of the file, from 1."""
    code: str
    message: str


class ImportFailure(Model):
    code: str
    message: str


class ImportBatch(Model):
    """Sums are of minor units, and null when the file holds several currencies."""

    id: int
    data_stream_key: str
    source: str
    filename: str | None
    status: Literal["received", "loading", "completed", "failed"]
    record_count: int
    total_credits: int | None
    total_debits: int | None
    net_amount: int | None
    decimal_places: int | None
    by_currency: list[CurrencyTotals]
    date_range_start: dt.date | None
    date_range_end: dt.date | None
    rows_read: int
    """= accepted + skipped + rejected, once it is completed."""
    accepted: int
    skipped: int
    """rows that an earlier file had brought."""
    rejected: int
    imported: int
    """records this upload added; 0 for a duplicate."""
    duplicate: bool
    """the same file was imported before: this is its batch."""
    rejections: list[RowRejection]
    """the first thousand."""
    warnings: list[Any]
    statements: list[dict[str, Any]]
    error: ImportFailure | None = None
    """why the whole file was refused."""
    created_at: dt.datetime
    completed_at: dt.datetime | None
    reset_at: dt.datetime | None = None
    """since then its records are no more and its file may come again."""
    records_url: str


class RecordFields(Model):
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


class PreviewRow(Model):
    line: int | None = None
    """of the file, from 1."""
    fields: RecordFields


class ImportPreview(Model):
    """What an import of the file would do; nothing was kept."""

    profile: dict[str, Any] | None
    rows: list[PreviewRow]
    """the first hundred."""
    rejections: list[RowRejection]
    warnings: list[Any]
    statements: list[dict[str, Any]]


class ImportBatchOffsetPage(Model):
    data: list[ImportBatch]
    has_more: bool
    offset: int


class Record(Model):
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
    id: int
    data_stream_key: str
    source: str | None = None
    """how the record came in."""
    import_batch_id: int | None = None
    bulk_request_id: int | None = None
    version: int | None = None
    """counts corrections; 1 is the record as it came."""
    created_at: dt.datetime | None = None


class RecordOffsetPage(Model):
    data: list[Record]
    has_more: bool
    offset: int
