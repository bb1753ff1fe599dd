"""Buckets as they are read, with what they show added up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from asyncpg import Record

from tieout_exceptions.domain.aggregates import Aggregates, Filters, Group, aggregate
from tieout_exceptions.domain.answers import BucketNames
from tieout_exceptions.domain.buckets import Bucket
from tieout_exceptions.store.rows import bucket_of
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

_SQL = load_queries("tieout_exceptions", "buckets.sql")


@dataclass(frozen=True, kw_only=True)
class NamedBucket:
    bucket: Bucket
    names: BucketNames
    assignee_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class UnsweptSlice:
    organization_id: int
    reconciliation_id: int
    stream_id: int


async def list_buckets(
    connection: Connection,
    *,
    organization_id: int,
    bucket_id: int | None = None,
    reconciliation_id: int | None = None,
    status: str | None = None,
    limit: int = 1,
    offset: int = 0,
) -> list[NamedBucket]:
    """List newest first; None lets all through."""
    rows = await connection.fetch(
        _SQL["list"], organization_id, bucket_id, reconciliation_id, status, limit, offset
    )
    return [
        NamedBucket(
            bucket=bucket_of(row),
            names=BucketNames(
                reconciliation_id=row["reconciliation_id"],
                reconciliation_name=row["reconciliation_name"],
                stream_name=row["stream_name"],
                stream_key=row["stream_key"],
            ),
            assignee_ids=row["assignee_ids"],
        )
        for row in rows
    ]


async def aggregates_of(
    connection: Connection,
    *,
    organization_id: int,
    bucket_ids: Sequence[int],
    now: datetime,
    filters: Filters,
) -> dict[int, Aggregates]:
    """Add up, for each bucket, those of its entries that pass the filters."""
    rows = await connection.fetch(
        _SQL["sums"],
        organization_id,
        bucket_ids,
        now,
        _numeric(filters.amount_min),
        _numeric(filters.amount_max),
        filters.date_from,
        filters.date_to,
        filters.direction,
        filters.counterparty,
        *filters.overdue_between(now),
    )
    return {
        bucket_id: aggregate([_group(row) for row in rows if row["bucket_id"] == bucket_id])
        for bucket_id in bucket_ids
    }


async def unswept_slices(connection: Connection) -> list[UnsweptSlice]:
    """List slices that the sweeper may have to act on, over all organisations."""
    return [UnsweptSlice(**row) for row in await connection.fetch(_SQL["unswept"])]


def _numeric(amount_minor: int | None) -> Decimal | None:
    return None if amount_minor is None else Decimal(amount_minor)


def _group(row: Record) -> Group:
    return Group(
        currency=row["currency"],
        exponent=row["exponent"],
        debit_count=row["debit_count"],
        debit_sum=int(row["debit_sum"]),
        credit_count=row["credit_count"],
        credit_sum=int(row["credit_sum"]),
        age_seconds=row["age_seconds"],
        oldest=row["oldest"],
        newest=row["newest"],
    )
