"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt
from typing import Any, Literal

from tieout_client.model import Model


class MatchAllocation(Model):
    """How much of a record a match takes, in minor units."""

    record_id: int
    amount: int


class Match(Model):
    id: int
    status: Literal["suggested", "accepted", "rejected", "revoked"]
    group_key: str | None = None
    reconciliation_id: int
    reconciliation_rule_id: int | None = None
    """left out when a person made it."""
    created_at: dt.datetime
    record_count: int
    kind: str
    rule_version: int | None = None
    run_id: int | None = None
    """of the run that found it."""
    score: int | None = None
    """0 to 100, of a match that a pass found."""
    candidates: int | None = None
    """how many counterparts were looked at."""
    doubt: Literal["ambiguous", "below_min_score", "pending", "manual_mode"] | None = None
    """why it is or was only suggested."""
    other_record_ids: list[int] | None = None
    """what could be taken instead."""
    record_ids: list[int]
    allocations: list[MatchAllocation] | None = None
    """of records that are not taken whole."""
    adjustments: list[dict[str, Any]]
    decided_at: dt.datetime | None = None
    """when a suggestion was accepted or rejected."""
    revoked_at: dt.datetime | None = None
    reason: str | None = None
    """why it was rejected or revoked."""


class MatchCountedPage(Model):
    data: list[Match]
    has_more: bool
    offset: int
    total_count: int
    """over all pages."""
