"""Pages of the gateway's own objects, by cursor."""

from collections.abc import Mapping, Sequence
from typing import Any

from tieout_gateway.domain.cursors import CursorError, cursor_after, id_of_cursor
from tieout_runtime.problems import invalid


def last_seen(cursor: str | None) -> int | None:
    """Give the id of the last object of the page before; raises Problem 422."""
    if cursor is None:
        return None
    try:
        return id_of_cursor(cursor)
    except CursorError as error:
        raise invalid("query.cursor", str(error)) from error


def cursor_onward(found: Sequence[Mapping[str, Any]], *, limit: int) -> str | None:
    """Make the cursor of the next page of what was found by asking for one more than `limit`."""
    return cursor_after(found[limit - 1]["id"]) if len(found) > limit else None
