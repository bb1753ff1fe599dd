"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt
from typing import Any, Literal

from tieout_client.model import Model


class MatchedRecord(Model):
    amount: int
    currency: str
    decimal_places: int
    direction: Literal["credit", "debit"]
    description: str | None = None
    date: dt.date
    external_id: str | None = None
    id: int
    data_stream_key: str
    reconciliation_id: int
    reconciliation_name: str
    side: Literal["A", "B"]


class Reason(Model):
    """Why an entry is still open: a code, and a sentence a person can act on."""

    code: str
    message: str


class Entry(Model):
    """`id` is the record's."""

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
    reconciliation_id: int
    reconciliation_name: str
    side: Literal["A", "B"] | None = None
    status: Literal["reconciled", "unreconciled"]
    escalated: bool
    """unreconciled, and past its overdue_at."""
    overdue_at: dt.datetime | None
    """null while its source has not booked it."""
    matched_records: list[MatchedRecord]
    reconciliation_match_id: int | None = None
    suggested_match_id: int | None = None
    """a suggestion that waits for a decision."""
    open_amount: int | None = None
    """what is left of one that is partly matched, in minor units."""
    days_unreconciled: int | None
    """days since its date; null when reconciled."""
    exception_id: int | None
    """of the exception that shows it, when escalated."""
    break_id: str | None = None
    reason: Reason | None = None
    """only while it is unreconciled."""


class EntryCursorPage(Model):
    data: list[Entry]
    next_cursor: str | None
    """null on the last page."""
    limit: int
