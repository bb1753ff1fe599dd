"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt
from typing import Literal

from tieout_client.model import Model
from tieout_client.models.corebanq_ledgers import Amount


class Item(Model):
    """A source entry: what a file of the run brought."""

    id: str
    ledger_id: str
    status: Literal["unmatched", "matched", "partial", "closed"]
    amount: Amount
    remaining: Amount
    """what no match has taken of it."""
    direction: Literal["credit", "debit"]
    date: dt.date
    value_date: dt.date | None
    description: str | None
    counterparty: str | None
    reference: str | None
    external_id: str | None
    match_id: str | None
    """the match that took all of it, or the last part."""
    suggested_match_id: str | None
    run_id: str
    source_file_id: str
    closed_at: dt.datetime | None
    closing_reason: str | None
    closing_note: str | None


class ItemOrderedPage(Model):
    data: list[Item]
    total: int
    """over all pages, with the filters."""
    total_unfiltered: int
    """over all pages, without the filters."""
    has_more: bool
