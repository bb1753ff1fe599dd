"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt
from collections.abc import Iterator
from typing import Literal

from tieout_client.models.bulk_requests import Bulk, BulkCursorPage, BulkResult, BulkWithResults
from tieout_client.paging import Paging, by_cursor, by_offset
from tieout_client.request import Request, segment
from tieout_client.sender import Sender


class BulkRequestsResource:
    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def list(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        data_stream_key: str | None = None,
        status: Literal["pending", "processing", "completed", "failed", "cancelled"] | None = None,
        source: str | None = None,
        created_after: dt.datetime | None = None,
        created_before: dt.datetime | None = None,
        request_id: str | None = None,
    ) -> BulkCursorPage:
        """List bulk requests, newest first.

        - `cursor`: `next_cursor` of the page before; left out for the first page
        """
        return self._sender.one(
            BulkCursorPage,
            Request(
                method="GET",
                path="/v1/bulk_requests",
                query={
                    "cursor": cursor,
                    "limit": limit,
                    "data_stream_key": data_stream_key,
                    "status": status,
                    "source": source,
                    "created_after": created_after,
                    "created_before": created_before,
                },
                request_id=request_id,
            ),
        )

    def iterate(
        self,
        *,
        limit: int | None = None,
        data_stream_key: str | None = None,
        status: Literal["pending", "processing", "completed", "failed", "cancelled"] | None = None,
        source: str | None = None,
        created_after: dt.datetime | None = None,
        created_before: dt.datetime | None = None,
        request_id: str | None = None,
    ) -> Iterator[Bulk]:
        """Give what `list` lists one by one, over all pages; `limit` is the size of a page."""
        return self._sender.each(
            Paging(page=BulkCursorPage, items=lambda page: page.data, onward=by_cursor),
            Request(
                method="GET",
                path="/v1/bulk_requests",
                query={
                    "limit": limit,
                    "data_stream_key": data_stream_key,
                    "status": status,
                    "source": source,
                    "created_after": created_after,
                    "created_before": created_before,
                },
                request_id=request_id,
            ),
        )

    def get(
        self,
        id: int,
        *,
        limit: int | None = None,
        offset: int | None = None,
        request_id: str | None = None,
    ) -> BulkWithResults:
        """Show a bulk request and a page of what came of its records."""
        return self._sender.one(
            BulkWithResults,
            Request(
                method="GET",
                path=f"/v1/bulk_requests/{segment(id)}",
                query={"limit": limit, "offset": offset},
                request_id=request_id,
            ),
        )

    def iterate_results(
        self,
        id: int,
        *,
        limit: int | None = None,
        request_id: str | None = None,
    ) -> Iterator[BulkResult]:
        """Give what `get` lists one by one, over all pages; `limit` is the size of a page."""
        return self._sender.each(
            Paging(
                page=BulkWithResults,
                items=lambda page: page.results.data,
                onward=lambda asked, page, behind: by_offset(asked, page.results, behind),
            ),
            Request(
                method="GET",
                path=f"/v1/bulk_requests/{segment(id)}",
                query={"limit": limit},
                request_id=request_id,
            ),
        )

    def cancel(
        self,
        id: int,
        *,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> Bulk:
        """Ask a bulk request to stop: it ends as cancelled before the next data stream it
        names.

        What it stored stays. Asking again is fine; one that is completed or failed is 409.
        """
        return self._sender.one(
            Bulk,
            Request(
                method="POST",
                path=f"/v1/bulk_requests/{segment(id)}/cancel",
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    def retry(
        self,
        id: int,
        *,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> Bulk:
        """Try again what made no record in a failed or cancelled bulk request; the answer is a
        new one.

        Its results keep the places that the records had in what was sent first. Any other is 409.
        """
        return self._sender.one(
            Bulk,
            Request(
                method="POST",
                path=f"/v1/bulk_requests/{segment(id)}/retry",
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )
