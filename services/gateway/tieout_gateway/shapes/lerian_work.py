"""What people do about Lerian's exceptions: whose they are, and what is said about them."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from tieout_contracts.ids import Kind, uuid_of
from tieout_gateway.shapes.lerian_exceptions import NotBlank
from tieout_gateway.shapes.paging import Cursor, Limit200
from tieout_gateway.shapes.shape import Body, Shape, TimeInMilliseconds, absent

_EXAMPLE: dict[str, Any] = {
    "id": "001e0000-0000-87e0-8000-000000000011",
    "exceptionId": "000a0000-0000-87e0-8000-000000000047",
    "author": "ann@example.com",
    "content": "The bank confirms that the payment was returned.",
    "createdAt": "2026-01-09T08:30:00.000Z",
    "updatedAt": "2026-01-09T08:30:00.000Z",
}
Assignee = Annotated[
    NotBlank,
    Field(min_length=1, max_length=255, description="who sees to it, by e-mail address"),
]


class Assignment(Body):
    model_config = ConfigDict(json_schema_extra={"examples": [{"assignee": "ann@example.com"}]})

    assignee: Assignee


class NewComment(Body):
    model_config = ConfigDict(json_schema_extra={"examples": [{"content": _EXAMPLE["content"]}]})

    content: NotBlank = Field(min_length=1, max_length=5000)


class Comment(Shape):
    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_name=True,
        json_schema_extra={"examples": [_EXAMPLE]},
    )

    id: UUID
    exception_id: UUID
    author: str | None = absent("whose key said it")
    content: str
    created_at: TimeInMilliseconds
    updated_at: TimeInMilliseconds = Field(description="a comment never changes")


class CommentsQuery(Body):
    cursor: Cursor | None = None
    limit: Limit200 = 200


class CommentsPage(Shape):
    """Comments in the order they were made."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_name=True,
        json_schema_extra={"examples": [{"items": [_EXAMPLE], "limit": 200, "hasMore": False}]},
    )

    items: list[Comment]
    limit: int
    has_more: bool
    next_cursor: str | None = absent()


def comment_of(told: Mapping[str, Any], names: Mapping[int, str]) -> Comment:
    return Comment(
        id=uuid_of(Kind.COMMENT, told["id"]),
        exception_id=uuid_of(Kind.BREAK, told["break_id"]),
        author=names.get(told["account_id"]),
        content=told["content"],
        created_at=told["created_at"],
        updated_at=told["created_at"],
    )


def comments_page_of(told: Mapping[str, Any], names: Mapping[int, str]) -> CommentsPage:
    following = told["next_cursor"]
    return CommentsPage(
        items=[comment_of(one, names) for one in told["data"]],
        limit=told["limit"],
        has_more=following is not None,
        next_cursor=following,
    )
