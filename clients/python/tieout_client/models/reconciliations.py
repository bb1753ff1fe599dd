"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt
from typing import Literal

from tieout_client.model import Model
from tieout_client.models.data_streams import Stream


class OpeningBalance(Model):
    side: Literal["A", "B"]
    currency: str
    amount: int
    decimal_places: int


class Reconciliation(Model):
    id: int
    name: str
    run_type: Literal["continuous", "batch"]
    sign_mode: Literal["same", "opposite", "absolute"]
    timezone: str
    side_a_streams: list[Stream]
    side_b_streams: list[Stream]
    opening_balances: list[OpeningBalance]
    """what each side had when it began, in no record."""
    created_at: dt.datetime


class ReconciliationCursorPage(Model):
    data: list[Reconciliation]
    next_cursor: str | None
    """null on the last page."""
    limit: int


class NewOpeningBalance(Model):
    side: Literal["A", "B"]
    currency: str
    """in upper case."""
    amount: int
    """signed minor units."""
    decimal_places: int | None = None
    """those of the currency when left out."""


class Progress(Model):
    """How far the records of a reconciliation's streams have come."""

    reconciliation_id: int
    accepted: int
    """records of its streams that may be matched."""
    routed: int
    """of these, told to the matcher."""
    backfilling: bool
    """older records of a stream are still being told."""
    decided: int
    """entries the matcher has looked at: matched + unmatched + ended."""
    matched: int
    unmatched: int
    ended: int
    """entries that are not to be matched: their record was deleted."""
    overdue: int
    behind: int
    """routed - decided: 0 when the matcher has caught up."""
    rekeying: bool
    """rules changed, and open entries are being tried again."""
