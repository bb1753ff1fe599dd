"""Made from docs/openapi.json by `make client`; changed there, not here."""

from collections.abc import Iterator

from tieout_client.models.lerian_comments import Comment, CommentsPage
from tieout_client.paging import Paging, by_cursor
from tieout_client.request import Request, segment
from tieout_client.sender import Sender


class LerianCommentsResource:
    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def list(
        self,
        exception_id: str,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        request_id: str | None = None,
    ) -> CommentsPage:
        """List what was said about an exception, in its order.

        - `cursor`: `next_cursor` of the page before; left out for the first page
        """
        return self._sender.one(
            CommentsPage,
            Request(
                method="GET",
                path=f"/v1/exceptions/{segment(exception_id)}/comments",
                query={"cursor": cursor, "limit": limit},
                request_id=request_id,
            ),
        )

    def iterate(
        self,
        exception_id: str,
        *,
        limit: int | None = None,
        request_id: str | None = None,
    ) -> Iterator[Comment]:
        """Give what `list` lists one by one, over all pages; `limit` is the size of a page."""
        return self._sender.each(
            Paging(page=CommentsPage, items=lambda page: page.items, onward=by_cursor),
            Request(
                method="GET",
                path=f"/v1/exceptions/{segment(exception_id)}/comments",
                query={"limit": limit},
                request_id=request_id,
            ),
        )

    def create(
        self,
        exception_id: str,
        *,
        content: str,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> Comment:
        """Say something about an exception, whatever its status."""
        return self._sender.one(
            Comment,
            Request(
                method="POST",
                path=f"/v1/exceptions/{segment(exception_id)}/comments",
                body={"content": content},
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )
