"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt
from typing import Literal

from tieout_client.model import Model


class Ledger(Model):
    id: str
    name: str
    sign_mode: Literal["same", "opposite", "absolute"]
    timezone: str
    source_stream_key: str
    """the data stream that takes the uploads of runs."""
    gl_stream_key: str
    """the data stream of the ledger's own entries."""
    created_at: dt.datetime


class Amount(Model):
    """`amount` counts minor units in decimal digits; `precision` is how many places they have."""

    amount: str
    currency: str
    precision: int


class Account(Model):
    """The account of the general ledger that an entry stands in; its identifier is the
    caller's.
    """

    id: str
    name: str | None = None
    currency: str | None = None


class NewLedgerEntry(Model):
    """`external_id` is the entry's identity in its ledger: the same again adds nothing."""

    amount: Amount
    direction: Literal["credit", "debit"]
    date: dt.date
    value_date: dt.date | None = None
    description: str | None = None
    reference: str | None = None
    counterparty: str | None = None
    external_id: str | None = None
    account: Account | None = None


class AddedEntry(Model):
    id: str
    external_id: str | None
    duplicate: bool
    """an entry with this external_id was there already."""


class AddedEntries(Model):
    entries: list[AddedEntry]
    """in the order of the request."""


class LedgerAccount(Model):
    id: str
    """as the entries name it."""
    ledger_id: str
    name: str | None
    currency: str
    unreconciled_count: int
    """entries that are not matched, or in part only."""


class LedgerAccountOrderedPage(Model):
    data: list[LedgerAccount]
    total: int
    """over all pages, with the filters."""
    total_unfiltered: int
    """over all pages, without the filters."""
    has_more: bool


class ReconciledRun(Model):
    id: str
    ledger_id: str
    mode: Literal["manual", "automatic"]
    source_type: Literal["upload"]
    status: Literal["pending", "running", "completed", "failed", "closed"]
    note: str | None
    error: str | None
    """why its last attempt failed."""
    created_at: dt.datetime
    updated_at: dt.datetime
    started_at: dt.datetime | None
    finished_at: dt.datetime | None
    closed_at: dt.datetime | None
    matched: int
    """matches made, accepted and suggested."""
