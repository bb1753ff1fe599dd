"""Pages of the gateway's own objects, by cursor."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from tieout_gateway.domain.cursors import CursorError, cursor_after, id_of_cursor
from tieout_gateway.shapes.paging import CursorPage
from tieout_runtime.problems import invalid


class _Numbered(Protocol):
    @property
    def id(self) -> int: ...


Item = TypeVar("Item", bound=_Numbered)


def last_seen(cursor: str | None) -> int | None:
    """Give the id of the last object of the page before; raises Problem 422."""
    if cursor is None:
        return None
    try:
        return id_of_cursor(cursor)
    except CursorError as error:
        raise invalid("query.cursor", str(error)) from error


def page_of(found: Sequence[Item], *, limit: int) -> CursorPage[Item]:
    """Make a page of what was found by asking for one more than its limit."""
    shown = list(found[:limit])
    next_cursor = cursor_after(shown[-1].id) if len(found) > limit else None
    return CursorPage(data=shown, next_cursor=next_cursor, limit=limit)
