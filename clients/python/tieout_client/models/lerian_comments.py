"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt

from tieout_client.model import CamelModel


class Comment(CamelModel):
    id: str
    exception_id: str
    author: str | None = None
    """whose key said it."""
    content: str
    created_at: dt.datetime
    updated_at: dt.datetime
    """a comment never changes."""


class CommentsPage(CamelModel):
    """Comments in the order they were made."""

    items: list[Comment]
    limit: int
    has_more: bool
    next_cursor: str | None = None
