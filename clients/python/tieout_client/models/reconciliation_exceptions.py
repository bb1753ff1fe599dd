"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt
from decimal import Decimal
from typing import Any, Literal

from tieout_client.model import Model


class Assignee(Model):
    id: int
    workos_user_id: str
    """the person's subject."""


class CurrencyAggregates(Model):
    currency: str
    decimal_places: int
    record_count: int
    total_amount: int
    debit_count: int
    debit_sum: int
    credit_count: int
    credit_sum: int


class Aggregates(Model):
    """Sums of minor units; null over several currencies, which `by_currency` then lists."""

    record_count: int
    total_amount: int | None
    debit_count: int
    debit_sum: int | None
    """never positive."""
    credit_count: int
    credit_sum: int | None
    """never negative."""
    avg_age_days: int
    """since each record's overdue_at."""
    oldest_at: dt.datetime | None
    newest_at: dt.datetime | None
    by_currency: list[CurrencyAggregates] | None = None
    """only over several currencies."""


class Bucket(Model):
    """One stream's overdue records in one reconciliation; its members are computed on read."""

    id: int
    reconciliation_id: int
    reconciliation_name: str
    data_stream_id: int
    data_stream_name: str
    data_stream_key: str
    title: str
    description: str | None = None
    status: Literal["open", "investigating", "dismissed", "resolved"]
    created_at: dt.datetime
    updated_at: dt.datetime
    opened_at: dt.datetime | None
    closed_at: dt.datetime | None
    assignees: list[Assignee]
    decimal_places: int
    aggregates: Aggregates


class BucketOffsetPage(Model):
    data: list[Bucket]
    has_more: bool
    offset: int


class BucketComment(Model):
    id: int
    body: str
    author_workos_id: str
    """the author's subject."""
    mentions: list[int]
    created_at: dt.datetime


class Investigation(Model):
    """A search for the counterparts of what an exception shows: no model guesses, rules tell."""

    id: int
    status: Literal["completed"]
    outcome: Literal["match_found", "no_match", "needs_review"]
    recommendation_text: str
    confidence_score: Decimal
    """of the records with something near, the share with one counterpart."""
    candidate_records_searched: int
    suggested_record_ids: list[int]
    """the surest first, at most 100."""
    filter_params: dict[str, Any]
    """what it was narrowed to."""
    completed_at: dt.datetime
    created_at: dt.datetime


class ShownBucket(Model):
    id: int
    reconciliation_id: int
    reconciliation_name: str
    data_stream_id: int
    data_stream_name: str
    data_stream_key: str
    title: str
    description: str | None = None
    status: Literal["open", "investigating", "dismissed", "resolved"]
    created_at: dt.datetime
    updated_at: dt.datetime
    opened_at: dt.datetime | None
    closed_at: dt.datetime | None
    assignees: list[Assignee]
    decimal_places: int
    aggregates: Aggregates
    filtered_aggregates: Aggregates
    comments: list[BucketComment]
    """oldest first."""
    investigation: Investigation | None
    """the newest."""
    investigation_sessions: list[Investigation]
    """the five newest."""
