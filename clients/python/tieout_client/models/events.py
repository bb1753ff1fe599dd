"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt
from typing import Any, Literal

from tieout_client.model import CamelModel, Model


class CounterpartTold(Model):
    """A record of the other side that a match takes with it."""

    amount: int
    currency: str
    decimal_places: int
    direction: Literal["credit", "debit"]
    description: str | None = None
    date: dt.date
    external_id: str | None = None
    id: int
    data_stream_id: int
    data_stream_key: str | None = None
    """left out of a data stream that is deleted."""
    side: Literal["A", "B"]


class RecordTold(Model):
    """A record as one reconciliation has it: data of `record.…`."""

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
    data_stream_id: int
    data_stream_key: str | None = None
    """left out of a data stream that is deleted."""
    version: int | None = None
    """counts corrections; shown from 2 on."""
    side: Literal["A", "B"]
    overdue_at: dt.datetime | None
    """null while its source has not booked it."""
    status: Literal["reconciled", "unreconciled"]
    matched_records: list[CounterpartTold]
    """those of the other side."""
    reconciliation_match_id: int | None = None
    """of the match that takes it."""
    ended: Literal["closed", "ignored"] | None = None
    """why it needs no counterpart."""
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
    """of one that is overdue."""
    reason: str | None = None
    """a sentence: what is wrong, or what a person said."""
    note: str | None = None
    """what a person said who closed it."""


class MatchTold(Model):
    """A match: data of `match.…`; a rejected or revoked one is shown by its records."""

    id: int
    status: Literal["suggested", "accepted", "rejected", "revoked"]
    kind: str | None = None
    reconciliation_rule_id: int | None = None
    """left out when a person made it."""
    rule_version: int | None = None
    run_id: int | None = None
    score: int | None = None
    doubt: str | None = None
    """why it is only suggested."""
    record_count: int
    record_ids: list[int]
    other_record_ids: list[int] | None = None
    """what could be taken instead."""
    adjustments: list[dict[str, Any]] | None = None
    reason: str | None = None
    """why it was rejected or revoked."""


class ExceptionTold(CamelModel):
    """One that is late or wrong: data of `exception.…`, in Lerian's words."""

    id: str
    transaction_id: str | None = None
    status: Literal["OPEN", "ASSIGNED", "PENDING_RESOLUTION", "RESOLVED"]
    previous_status: Literal["OPEN", "ASSIGNED", "PENDING_RESOLUTION", "RESOLVED"] | None = None
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
    reason: str | None = None
    resolution_type: Literal["FORCE_MATCH", "ADJUST_ENTRY"] | None = None
    match_id: str | None = None
    """of the match that resolved it."""
    suggested_match_id: str | None = None
    assigned_to: str | None = None
    external_system: str | None = None
    """where it was dispatched to."""
    external_issue_id: str | None = None
    """its issue there."""
    queue: str | None = None
    """of one that is dispatched: whose it is to be there."""
    refusal_code: str | None = None
    """of a resolution that was refused."""
    refusal_message: str | None = None


class ReconciliationExceptionTold(Model):
    """A data stream's overdue records: data of `reconciliation_exception.…`."""

    id: int
    data_stream_id: int
    data_stream_key: str | None = None
    """left out of a data stream that is deleted."""
    status: Literal["open", "investigating", "dismissed", "resolved"] | None = None
    """left out when it is deleted."""
    previous_status: Literal["open", "investigating", "dismissed", "resolved"] | None = None
    record_count: int
    by: Literal["sweeper", "person"]


class CaseTold(CamelModel):
    """A payment intent's case: data of `reconciliation_case.…`, in ReconLayer's words."""

    id: str
    payment_intent_id: str
    external_reference: str
    status: Literal["open", "resolved", "archived"]
    previous_status: Literal["open", "resolved", "archived"] | None = None
    reconciliation_status: Literal["unreconciled", "tentatively_reconciled", "reconciled"]
    by: Literal["system", "person"]


class Event(Model):
    """What is told: `id` is the same whenever and however often it is."""

    id: str
    event_type: str
    timestamp: dt.datetime
    reconciliation_id: int
    data: RecordTold | MatchTold | ExceptionTold | ReconciliationExceptionTold | CaseTold
