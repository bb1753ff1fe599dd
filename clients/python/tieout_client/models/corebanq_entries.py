"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt
from typing import Literal

from tieout_client.model import Model
from tieout_client.models.corebanq_ledgers import Account, Amount


class GeneralEntry(Model):
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
    account: Account | None


class GeneralEntryOrderedPage(Model):
    data: list[GeneralEntry]
    total: int
    """over all pages, with the filters."""
    total_unfiltered: int
    """over all pages, without the filters."""
    has_more: bool
