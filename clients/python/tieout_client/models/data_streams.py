"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt
from typing import Any, Literal

from tieout_client.model import Model


class Stream(Model):
    id: int
    key: str
    name: str
    description: str | None = None
    type: str
    profile: dict[str, Any] | None = None
    expected_days: int
    arrival_grace_seconds: int
    overlap: str
    created_at: dt.datetime


class Operation(Model):
    id: int
    data_stream_id: int
    data_stream_key: str
    kind: Literal["delete", "reset"]
    status: Literal["pending", "running", "completed", "failed"]
    progress: int
    """percent of the records that are no more."""
    error_message: str | None
    error_code: str | None = None
    """of a failed one; programs decide by it."""
    started_at: dt.datetime | None
    completed_at: dt.datetime | None
    created_at: dt.datetime
    requested_by_user_id: int | None
    """the account that asked for it."""


class BulkCounts(Model):
    pending: int
    processing: int
    completed: int
    failed: int
    cancelled: int
    stuck: int
    """processing without progress for more than 5 minutes."""


class Health(Model):
    records_count: int
    """records there are; deleted ones are none."""
    import_batches_count: int
    """those before the last reset are left out."""
    import_batches_record_sum: int
    orphan_records_count: int
    """records that no import brought first."""
    bulk_requests: BulkCounts
    last_ingestion_at: dt.datetime | None
