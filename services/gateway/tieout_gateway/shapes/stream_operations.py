"""A data stream as a whole: its health, and operations that empty or delete it."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import ConfigDict, Field

from tieout_gateway.shapes.shape import Body, Id, Shape, Time, absent


class DeletionQuery(Body):
    is_async: Literal["true", "false"] = Field(
        default="false",
        alias="async",
        description="`true`: answer 202 at once; needed for more than 10,000 records",
    )


class Operation(Shape):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": 91,
                    "data_stream_id": 11,
                    "data_stream_key": "bank-eur",
                    "kind": "reset",
                    "status": "running",
                    "progress": 40,
                    "error_message": None,
                    "started_at": "2026-01-05T09:00:00Z",
                    "completed_at": None,
                    "created_at": "2026-01-05T09:00:00Z",
                    "requested_by_user_id": 3,
                }
            ]
        }
    )

    id: Id
    data_stream_id: Id
    data_stream_key: str
    kind: Literal["delete", "reset"]
    status: Literal["pending", "running", "completed", "failed"]
    progress: int = Field(ge=0, le=100, description="percent of the records that are no more")
    error_message: str | None
    error_code: str | None = absent("of a failed one; programs decide by it")
    started_at: Time | None
    completed_at: Time | None
    created_at: Time
    requested_by_user_id: Id | None = Field(description="the account that asked for it")


class BulkCounts(Shape):
    pending: int
    processing: int
    completed: int
    failed: int
    cancelled: int
    stuck: int = Field(description="processing without progress for more than 5 minutes")


class Health(Shape):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "records_count": 1200,
                    "import_batches_count": 3,
                    "import_batches_record_sum": 1150,
                    "orphan_records_count": 50,
                    "bulk_requests": {
                        "pending": 0,
                        "processing": 0,
                        "completed": 2,
                        "failed": 0,
                        "cancelled": 0,
                        "stuck": 0,
                    },
                    "last_ingestion_at": "2026-01-05T09:00:00Z",
                }
            ]
        }
    )

    records_count: int = Field(description="records there are; deleted ones are none")
    import_batches_count: int = Field(description="those before the last reset are left out")
    import_batches_record_sum: int
    orphan_records_count: int = Field(description="records that no import brought first")
    bulk_requests: BulkCounts
    last_ingestion_at: Time | None


def operation_of(told: Mapping[str, Any]) -> Operation:
    members = {name: told.get(name) for name in Operation.model_fields}
    return Operation.model_validate(
        members
        | {"data_stream_id": told["stream_id"], "requested_by_user_id": told["account_id"] or None}
    )


def health_of(told: Mapping[str, Any]) -> Health:
    return Health.model_validate({name: told[name] for name in Health.model_fields})
