"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt
from typing import Literal

from tieout_client.model import Model


class RuleCount(Model):
    rule_id: int
    status: Literal["accepted", "suggested", "rejected", "revoked"]
    matches: int
    entries: int | None = None


class PreviewedMatch(Model):
    """A match that a dry run would have made; `difference` is side A less side B."""

    rule_id: int
    side_a_record_ids: list[int]
    side_b_record_ids: list[int]
    kind: str
    score: int
    doubt: str | None = None
    """why it would only be suggested."""
    difference: int
    currency: str
    decimal_places: int


class RunPreview(Model):
    by_rule: list[RuleCount]
    matches: list[PreviewedMatch]
    has_more: bool
    """only the first 1,000 matches are listed."""


class Run(Model):
    id: int
    reconciliation_id: int
    mode: Literal["automatic", "manual"]
    dry_run: bool
    status: Literal["pending", "running", "completed", "failed", "closed"]
    note: str | None = None
    entries: int
    """open entries when it began."""
    tried: int
    """of them, decided so far."""
    by_rule: list[RuleCount]
    preview: RunPreview | None = None
    """of a dry run that completed."""
    error: str | None = None
    created_at: dt.datetime
    started_at: dt.datetime | None = None
    finished_at: dt.datetime | None = None
    undone_at: dt.datetime | None = None


class RunCursorPage(Model):
    data: list[Run]
    next_cursor: str | None
    """null on the last page."""
    limit: int
