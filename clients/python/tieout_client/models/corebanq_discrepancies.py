"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt
from typing import Literal

from tieout_client.model import Model
from tieout_client.models.corebanq_ledgers import Amount


class Discrepancy(Model):
    id: str
    run_id: str
    ledger_id: str
    entry_id: str
    """an item, or the ledger's entry that differs from one."""
    status: Literal["open", "in_review", "closed"]
    severity: Literal["info", "warning", "critical"]
    reason_code: Literal[
        "UNMATCHED_OVERDUE",
        "UNMATCHED",
        "AMOUNT_MISMATCH",
        "DATE_MISMATCH",
        "CURRENCY_MISMATCH",
        "DUPLICATE",
        "AMBIGUOUS",
        "ROLLUP_INCOMPLETE",
    ]
    reason: str
    amount: Amount
    match_id: str | None
    """the match that closed it."""
    suggested_match_id: str | None
    created_at: dt.datetime
    updated_at: dt.datetime
    due_at: dt.datetime
    closed_at: dt.datetime | None


class DiscrepancyOrderedPage(Model):
    data: list[Discrepancy]
    total: int
    """over all pages, with the filters."""
    total_unfiltered: int
    """over all pages, without the filters."""
    has_more: bool
