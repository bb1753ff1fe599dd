"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt
from typing import Literal

from tieout_client.model import CamelModel


class PendingResolution(CamelModel):
    """What an exception waits for, as it was asked; whoever approves it agrees to this."""

    type: Literal["FORCE_MATCH", "ADJUST_ENTRY"]
    reason: str
    notes: str
    requested_by: str | None = None
    """whose key asked for it."""
    requested_at: dt.datetime
    awaiting_approval: bool
    """true: another actor has to approve it; false: it is being carried out."""
    counterpart_transaction_ids: list[str]
    residual_treatment: Literal["write_off", "fee", "fx", "rounding", "carry"] | None = None
    """of a force match."""
    amount: str | None = None
    """of an adjustment, in major units."""
    currency: str | None = None
    effective_at: dt.datetime | None = None


class LerianException(CamelModel):
    """What has no value is left out."""

    id: str
    transaction_id: str
    status: Literal["OPEN", "ASSIGNED", "PENDING_RESOLUTION", "RESOLVED"]
    severity: Literal["LOW", "MEDIUM", "HIGH", "CRITICAL"]
    reason: str | None = None
    """what is wrong and what to do, a sentence."""
    reason_code: (
        Literal[
            "UNMATCHED_OVERDUE",
            "UNMATCHED",
            "AMOUNT_MISMATCH",
            "DATE_MISMATCH",
            "CURRENCY_MISMATCH",
            "DUPLICATE",
            "AMBIGUOUS",
            "ROLLUP_INCOMPLETE",
        ]
        | None
    ) = None
    transaction_status: Literal["UNMATCHED", "PENDING_REVIEW", "MATCHED"] | None = None
    """PENDING_REVIEW: a match is suggested and waits for a decision."""
    suggested_match_id: str | None = None
    """the match that is suggested."""
    created_at: dt.datetime
    updated_at: dt.datetime
    due_at: dt.datetime | None = None
    assigned_to: str | None = None
    external_system: str | None = None
    external_issue_id: str | None = None
    resolution_type: Literal["FORCE_MATCH", "ADJUST_ENTRY"] | None = None
    resolution_reason: str | None = None
    resolution_notes: str | None = None
    pending_resolution: PendingResolution | None = None
    """of one that is PENDING_RESOLUTION, where one exception is shown."""


class ExceptionsPage(CamelModel):
    items: list[LerianException]
    limit: int
    has_more: bool
    next_cursor: str | None = None
