"""What people say about breaks."""

from dataclasses import dataclass
from datetime import datetime

from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

_SQL = load_queries("tieout_exceptions", "comments.sql")


@dataclass(frozen=True, kw_only=True)
class Comment:
    """`account_id` is who said it; a comment never changes."""

    id: int
    break_id: int
    account_id: int
    content: str
    created_at: datetime


async def add_comment(
    connection: Connection,
    *,
    organization_id: int,
    break_id: int,
    account_id: int,
    content: str,
    at: datetime,
) -> Comment:
    row = await connection.fetchrow(_SQL["add"], organization_id, break_id, account_id, content, at)
    return Comment(**row)


async def was_said(
    connection: Connection, *, organization_id: int, break_id: int, content: str
) -> bool:
    """Tell whether a comment on the break says this, word for word."""
    return bool(await connection.fetchval(_SQL["was_said"], organization_id, break_id, content))


async def list_comments(
    connection: Connection,
    *,
    organization_id: int,
    break_id: int,
    after_id: int | None,
    limit: int,
) -> list[Comment]:
    """List in the order they were said, those with an id above `after_id`."""
    rows = await connection.fetch(_SQL["list"], organization_id, break_id, after_id, limit)
    return [Comment(**row) for row in rows]
