"""Pages, in the two forms of End Close: by cursor and by offset."""

from typing import Annotated, Generic, TypeVar

from pydantic import Field

from tieout_gateway.shapes.shape import Body, Shape

Item = TypeVar("Item")
Cursor = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9._~:=+/-]{1,512}$",
        description="`next_cursor` of the page before; left out for the first page",
    ),
]
Limit200 = Annotated[int, Field(ge=1, le=200)]
Limit100 = Annotated[int, Field(ge=1, le=100)]
Offset = Annotated[int, Field(ge=0, le=1_000_000_000)]


class CursorQuery(Body):
    cursor: Cursor | None = None
    limit: Limit200 = 50


class OffsetQuery(Body):
    limit: Limit100 = 25
    offset: Offset = 0


class LongOffsetQuery(Body):
    limit: Limit100 = 100
    offset: Offset = 0


class CursorPage(Shape, Generic[Item]):
    data: list[Item]
    next_cursor: str | None = Field(description="null on the last page")
    limit: int


class OffsetPage(Shape, Generic[Item]):
    data: list[Item]
    has_more: bool
    offset: int


class CountedPage(OffsetPage[Item], Generic[Item]):
    total_count: int = Field(description="over all pages")
