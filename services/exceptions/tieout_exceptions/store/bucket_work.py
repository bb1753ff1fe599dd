"""What people do to buckets beside their state: assignees, comments, investigations."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from asyncpg import Record

from tieout_exceptions.domain.aggregates import Filters
from tieout_exceptions.domain.answers import CommentView, InvestigationView
from tieout_exceptions.domain.investigating import Conclusion
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

SHOWN_INVESTIGATIONS = 5
_SQL = load_queries("tieout_exceptions", "bucket_work.sql")
Key = tuple[int, int]  # organisation, bucket


@dataclass(frozen=True, kw_only=True)
class Members:
    """The first records of a bucket, and how many there are."""

    record_ids: Sequence[int]
    total: int


async def set_assignees(
    connection: Connection, key: Key, user_ids: Sequence[int], *, at: datetime
) -> None:
    await connection.execute(_SQL["set_assignees"], *key, list(user_ids), at)


async def add_comment(
    connection: Connection,
    key: Key,
    *,
    author_id: int,
    body: str,
    mentions: Sequence[int],
    at: datetime,
    at_most: int,
) -> CommentView | None:
    """Keep a comment; None when the bucket has `at_most` of them already."""
    row = await connection.fetchrow(
        _SQL["add_comment"], *key, author_id, body, list(mentions), at, at_most
    )
    return None if row is None else CommentView(**row)


async def comments(connection: Connection, key: Key) -> list[CommentView]:
    return [CommentView(**row) for row in await connection.fetch(_SQL["comments"], *key)]


async def members(
    connection: Connection, key: Key, filters: Filters, *, now: datetime, at_most: int
) -> Members:
    """Load the first records that a bucket shows and that pass the filters."""
    rows = await connection.fetch(
        _SQL["members"],
        *key,
        None if filters.amount_min is None else Decimal(filters.amount_min),
        None if filters.amount_max is None else Decimal(filters.amount_max),
        filters.date_from,
        filters.date_to,
        filters.direction,
        filters.counterparty,
        *filters.overdue_between(now),
        at_most,
    )
    return Members(
        record_ids=[row["record_id"] for row in rows], total=rows[0]["total"] if rows else 0
    )


async def add_investigation(
    connection: Connection,
    key: Key,
    conclusion: Conclusion,
    *,
    filter_params: dict[str, Any],
    created_at: datetime,
    completed_at: datetime,
) -> InvestigationView:
    row = await connection.fetchrow(
        _SQL["add_investigation"],
        *key,
        conclusion.outcome,
        conclusion.recommendation_text,
        conclusion.confidence_percent,
        conclusion.candidate_records_searched,
        list(conclusion.suggested_record_ids),
        json.dumps(filter_params),
        created_at,
        completed_at,
    )
    return _investigation(row)


async def investigations(connection: Connection, key: Key) -> list[InvestigationView]:
    """Load those that are shown, the newest first."""
    rows = await connection.fetch(_SQL["investigations"], *key, SHOWN_INVESTIGATIONS)
    return [_investigation(row) for row in rows]


def _investigation(row: Record) -> InvestigationView:
    return InvestigationView(**dict(row) | {"filter_params": json.loads(row["filter_params"])})
