"""Bulk requests: up to a thousand records taken at once and read one by one."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from tieout_gateway.shapes.paging import CursorQuery, Limit200, Offset, OffsetPage
from tieout_gateway.shapes.shape import Body, Id, Moment, Shape, StreamKey, Time, absent

MAX_RECORDS = 1000
Status = Literal["pending", "processing", "completed", "failed", "cancelled"]
_EXAMPLE: dict[str, Any] = {
    "id": 31,
    "status": "completed",
    "total_items": 2,
    "processed_items": 2,
    "successful_items": 1,
    "failed_items": 0,
    "skipped_items": 1,
}
_FULL_EXAMPLE: dict[str, Any] = {
    **_EXAMPLE,
    "source": "bulk_api",
    "progress": 100,
    "filename": None,
    "created_at": "2026-01-05T09:00:00Z",
    "started_at": "2026-01-05T09:00:00Z",
    "completed_at": "2026-01-05T09:00:01Z",
    "last_progress_at": "2026-01-05T09:00:01Z",
    "cancellation_requested_at": None,
    "parsing": False,
    "stuck": False,
    "error_message": None,
    "parent_bulk_request_id": None,
    "on_conflict": "skip",
    "data_stream_id": 11,
}


class NewBulk(Body):
    """Each record is read by itself: a wrong one fails, the others go in."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "on_conflict": "skip",
                    "records": [
                        {
                            "data_stream_key": "bank-eur",
                            "amount": 123456,
                            "currency": "EUR",
                            "direction": "credit",
                            "date": "2026-01-05",
                            "external_id": "txn-0001",
                        }
                    ],
                }
            ]
        }
    )

    on_conflict: Annotated[str, Field(json_schema_extra={"enum": ["skip", "error"]})] = Field(
        default="skip", description="what a record whose external_id exists comes to"
    )
    records: list[Any] = Field(
        min_length=1,
        max_length=MAX_RECORDS,
        json_schema_extra={"items": {"$ref": "#/components/schemas/NewRecord"}},
    )


class BulkSummary(Shape):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{**_EXAMPLE, "url": "/v1/bulk_requests/31"}]}
    )

    id: Id
    status: Status
    total_items: int
    processed_items: int
    successful_items: int
    failed_items: int
    skipped_items: int
    url: str = Field(description="where its progress is read")


class Bulk(Shape):
    model_config = ConfigDict(json_schema_extra={"examples": [_FULL_EXAMPLE]})

    id: Id
    status: Status
    source: str | None
    total_items: int
    processed_items: int
    successful_items: int
    failed_items: int
    skipped_items: int
    progress: int = Field(ge=0, le=100, description="percent of the items processed")
    filename: str | None
    created_at: Time
    started_at: Time | None
    completed_at: Time | None
    last_progress_at: Time | None
    cancellation_requested_at: Time | None
    parsing: bool
    stuck: bool
    error_message: str | None
    error_details: dict[str, Any] | None = absent()
    parent_bulk_request_id: Id | None
    on_conflict: Literal["skip", "error"]
    data_stream_id: Id | None


class BulkResult(Shape):
    index: int = Field(description="position in the request that was sent first, from 0")
    status: Literal["successful", "failed", "skipped"]
    record_id: Id | None = absent("of the record made, or of the one that was there")
    error: str | None = absent()


class BulkWithResults(Bulk):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    **_FULL_EXAMPLE,
                    "results": {
                        "data": [{"index": 0, "status": "successful", "record_id": 501}],
                        "has_more": False,
                        "offset": 0,
                    },
                }
            ]
        }
    )

    results: OffsetPage[BulkResult]


class BulksQuery(CursorQuery):
    data_stream_key: StreamKey | None = None
    status: Status | None = None
    source: str | None = Field(default=None, min_length=1, max_length=64)
    created_after: Moment | None = None
    created_before: Moment | None = None


class ResultsQuery(Body):
    limit: Limit200 = 50
    offset: Offset = 0


def summary_of(told: Mapping[str, Any]) -> BulkSummary:
    names = [name for name in BulkSummary.model_fields if name != "url"]
    url = f"/v1/bulk_requests/{told['id']}"
    return BulkSummary.model_validate({name: told[name] for name in names} | {"url": url})


def bulk_of(told: Mapping[str, Any]) -> Bulk:
    return Bulk.model_validate(_bulk_members(told))


def bulk_with_results_of(told: Mapping[str, Any]) -> BulkWithResults:
    page = told["results"]
    results = {
        "data": [{name: one.get(name) for name in BulkResult.model_fields} for one in page["data"]],
        "has_more": page["has_more"],
        "offset": page["offset"],
    }
    return BulkWithResults.model_validate(_bulk_members(told) | {"results": results})


def _bulk_members(told: Mapping[str, Any]) -> dict[str, Any]:
    total = told["total_items"]
    return {name: told.get(name) for name in Bulk.model_fields} | {
        "progress": told["processed_items"] * 100 // total if total else 100,
        "parsing": bool(told.get("parsing", False)),
        "stuck": bool(told.get("stuck", False)),
    }
