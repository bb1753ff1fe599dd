"""How a list goes on: by a cursor, or by an offset."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from tieout_client.model import Model
from tieout_client.request import Request


class CursorPage(Protocol):
    @property
    def next_cursor(self) -> str | None: ...


class OffsetPage(Protocol):
    @property
    def has_more(self) -> bool: ...


P = TypeVar("P", bound=Model)
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Paging(Generic[P, T]):
    """A list's pages: what a page is read as, its items, and where the next one is.

    `onward` is given the request, its page and the offset behind it; None ends the list.
    """

    page: type[P]
    items: Callable[[P], Sequence[T]]
    onward: Callable[[Request, P, int], Request | None]


def by_cursor(request: Request, page: CursorPage, _: int) -> Request | None:
    return None if page.next_cursor is None else request.asking(cursor=page.next_cursor)


def by_offset(request: Request, page: OffsetPage, behind: int) -> Request | None:
    """Go on behind what was read; a page of nothing that promises more is the end all the same."""
    advanced = behind > int(request.query.get("offset") or 0)
    return request.asking(offset=behind) if page.has_more and advanced else None
