"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt
from typing import Literal

from tieout_client.model import Model
from tieout_client.models.corebanq_ledgers import Amount


class LedgerRun(Model):
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


class LedgerRunOrderedPage(Model):
    data: list[LedgerRun]
    total: int
    """over all pages, with the filters."""
    total_unfiltered: int
    """over all pages, without the filters."""
    has_more: bool


class Matched(Model):
    matched: int
    """matches made by this call, accepted and suggested."""


class EntryAllocation(Model):
    entry_id: str
    side: Literal["source", "ledger"]
    amount: Amount


class MatchAdjustment(Model):
    """What makes the sides tie: signed, source less ledger."""

    amount: str
    currency: str
    precision: int
    reason: str


class LedgerMatch(Model):
    id: str
    run_id: str
    ledger_id: str
    status: Literal["suggested", "accepted", "rejected"]
    kind: Literal["exact", "tolerance", "rollup", "set", "manual", "force"]
    score: int | None
    """0 to 100, of what a rule found."""
    note: str | None
    source_entry_ids: list[str]
    ledger_entry_ids: list[str]
    allocations: list[EntryAllocation]
    """what it takes of each entry."""
    adjustments: list[MatchAdjustment]
    created_at: dt.datetime
    decided_at: dt.datetime | None
    """when a person accepted or rejected it."""
