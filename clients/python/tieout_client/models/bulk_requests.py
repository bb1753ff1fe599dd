"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt
from typing import Any, Literal

from tieout_client.model import Model


class Bulk(Model):
    id: int
    status: Literal["pending", "processing", "completed", "failed", "cancelled"]
    source: str | None
    total_items: int
    processed_items: int
    successful_items: int
    failed_items: int
    skipped_items: int
    progress: int
    """percent of the items processed."""
    filename: str | None
    created_at: dt.datetime
    started_at: dt.datetime | None
    completed_at: dt.datetime | None
    last_progress_at: dt.datetime | None
    cancellation_requested_at: dt.datetime | None
    parsing: bool
    stuck: bool
    error_message: str | None
    error_details: dict[str, Any] | None = None
    parent_bulk_request_id: int | None
    on_conflict: Literal["skip", "error"]
    data_stream_id: int | None


class BulkCursorPage(Model):
    data: list[Bulk]
    next_cursor: str | None
    """null on the last page."""
    limit: int


class BulkResult(Model):
    index: int
    """position in the request that was sent first, from 0."""
    status: Literal["successful", "failed", "skipped"]
    record_id: int | None = None
    """of the record made, or of the one that was there."""
    error: str | None = None


class BulkResultOffsetPage(Model):
    data: list[BulkResult]
    has_more: bool
    offset: int


class BulkWithResults(Model):
    id: int
    status: Literal["pending", "processing", "completed", "failed", "cancelled"]
    source: str | None
    total_items: int
    processed_items: int
    successful_items: int
    failed_items: int
    skipped_items: int
    progress: int
    """percent of the items processed."""
    filename: str | None
    created_at: dt.datetime
    started_at: dt.datetime | None
    completed_at: dt.datetime | None
    last_progress_at: dt.datetime | None
    cancellation_requested_at: dt.datetime | None
    parsing: bool
    stuck: bool
    error_message: str | None
    error_details: dict[str, Any] | None = None
    parent_bulk_request_id: int | None
    on_conflict: Literal["skip", "error"]
    data_stream_id: int | None
    results: BulkResultOffsetPage
