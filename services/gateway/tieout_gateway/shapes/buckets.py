"""End Close's exceptions, our buckets: what is overdue in one stream of a reconciliation."""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints

from tieout_gateway.shapes.bucket_work import (
    Assignee,
    BucketComment,
    Investigation,
    assignees_of,
    comment_of,
)
from tieout_gateway.shapes.paging import OffsetQuery
from tieout_gateway.shapes.records import Direction
from tieout_gateway.shapes.shape import (
    Body,
    Day,
    Id,
    IdIn,
    Shape,
    SignedAmountIn,
    Text,
    Time,
    absent,
)

Title = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Status = Literal["open", "investigating", "dismissed", "resolved"]
AgeBucket = Literal["lt_7d", "7_30d", "30_90d", "gt_90d"]
_AGGREGATES: dict[str, Any] = {
    "record_count": 1,
    "total_amount": 123456,
    "debit_count": 0,
    "debit_sum": 0,
    "credit_count": 1,
    "credit_sum": 123456,
    "avg_age_days": 3,
    "oldest_at": "2026-01-05T00:00:00Z",
    "newest_at": "2026-01-05T00:00:00Z",
}
_EXAMPLE: dict[str, Any] = {
    "id": 61,
    "reconciliation_id": 41,
    "reconciliation_name": "Bank against ledger",
    "data_stream_id": 11,
    "data_stream_name": "Bank account EUR",
    "data_stream_key": "bank-eur",
    "title": "Bank account EUR — overdue records",
    "status": "open",
    "created_at": "2026-01-08T00:00:10Z",
    "updated_at": "2026-01-08T00:00:10Z",
    "opened_at": "2026-01-08T00:00:10Z",
    "closed_at": None,
    "assignees": [],
    "decimal_places": 2,
    "aggregates": _AGGREGATES,
}


class NewBucket(Body):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reconciliation_id": "41", "data_stream_id": "11"}]}
    )

    reconciliation_id: IdIn
    data_stream_id: IdIn = Field(description="has to belong to the reconciliation")
    title: Title | None = Field(default=None, description="names the stream when left out")
    description: Text | None = None
    status: Status = "open"


class BucketChange(Body):
    """What is left out stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "investigating"}]})

    title: Title = ""
    description: Text = ""
    status: Status = "open"


class BucketsQuery(OffsetQuery):
    reconciliation_id: IdIn | None = None
    status: Status | None = None


class BucketFilter(Body):
    """Narrows `filtered_aggregates`; `aggregates` always tells the whole."""

    amount_min: SignedAmountIn | None = Field(default=None, description="signed, minor units")
    amount_max: SignedAmountIn | None = Field(default=None, description="signed, minor units")
    date_from: Day | None = None
    date_to: Day | None = None
    direction: Direction | None = None
    counterparty: str | None = Field(
        default=None,
        min_length=1,
        max_length=255,
        description="part of the description or counterparty, in any case",
    )
    age_bucket: AgeBucket | None = Field(default=None, description="time since overdue_at")


class CurrencyAggregates(Shape):
    currency: str
    decimal_places: int
    record_count: int
    total_amount: int
    debit_count: int
    debit_sum: int
    credit_count: int
    credit_sum: int


class Aggregates(Shape):
    """Sums of minor units; null over several currencies, which `by_currency` then lists."""

    record_count: int
    total_amount: int | None
    debit_count: int
    debit_sum: int | None = Field(description="never positive")
    credit_count: int
    credit_sum: int | None = Field(description="never negative")
    avg_age_days: int = Field(description="since each record's overdue_at")
    oldest_at: Time | None
    newest_at: Time | None
    by_currency: list[CurrencyAggregates] | None = absent("only over several currencies")


class Bucket(Shape):
    """One stream's overdue records in one reconciliation; its members are computed on read."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    id: Id
    reconciliation_id: Id
    reconciliation_name: str
    data_stream_id: Id
    data_stream_name: str
    data_stream_key: str
    title: str
    description: str | None = absent()
    status: Status
    created_at: Time
    updated_at: Time
    opened_at: Time | None
    closed_at: Time | None
    assignees: list[Assignee]
    decimal_places: int
    aggregates: Aggregates


class ShownBucket(Bucket):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    **_EXAMPLE,
                    "filtered_aggregates": _AGGREGATES,
                    "comments": [],
                    "investigation": None,
                    "investigation_sessions": [],
                }
            ]
        }
    )

    filtered_aggregates: Aggregates
    comments: list[BucketComment] = Field(description="oldest first")
    investigation: Investigation | None = Field(description="the newest")
    investigation_sessions: list[Investigation] = Field(description="the five newest")


def bucket_of(told: Mapping[str, Any], people: Mapping[int, str]) -> Bucket:
    """Render one; `people` names those that it mentions."""
    return Bucket.model_validate(_members(told, people))


def shown_bucket_of(told: Mapping[str, Any], people: Mapping[int, str]) -> ShownBucket:
    sessions = told.get("investigation_sessions") or []
    return ShownBucket.model_validate(
        _members(told, people)
        | {
            "filtered_aggregates": _aggregates(told.get("filtered_aggregates", told["aggregates"])),
            "comments": [comment_of(one, people) for one in told.get("comments") or []],
            "investigation": sessions[0] if sessions else None,
            "investigation_sessions": sessions,
        }
    )


def people_in(*told: Mapping[str, Any]) -> set[int]:
    """Give the numbers of the people whom these buckets mention."""
    return {
        number
        for one in told
        for number in (
            *(one.get("assignee_ids") or ()),
            *(comment["author_id"] for comment in one.get("comments") or ()),
        )
    }


def _members(told: Mapping[str, Any], people: Mapping[int, str]) -> dict[str, Any]:
    return {name: told.get(name) for name in Bucket.model_fields} | {
        "assignees": assignees_of(told.get("assignee_ids") or (), people),
        "aggregates": _aggregates(told["aggregates"]),
    }


def _aggregates(told: Mapping[str, Any]) -> dict[str, Any]:
    numbers = {name: told.get(name) for name in Aggregates.model_fields}
    several = told.get("by_currency")
    currencies = [_currency_aggregates(one) for one in several] if several else None
    times = {name: _moment(told.get(name)) for name in ("oldest_at", "newest_at")}
    return numbers | times | {"by_currency": currencies}


def _currency_aggregates(told: Mapping[str, Any]) -> dict[str, Any]:
    members = {name: told.get(name) for name in CurrencyAggregates.model_fields}
    return members | {"decimal_places": told.get("decimal_places", told.get("exponent"))}


def _moment(day_or_time: str | None) -> dt.datetime | None:
    """Show a transaction's calendar day as its first moment in UTC."""
    if day_or_time is None:
        return None
    moment = dt.datetime.fromisoformat(day_or_time)
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
