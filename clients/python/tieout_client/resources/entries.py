"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt
from collections.abc import Iterator
from typing import Literal

from tieout_client.models.entries import Entry, EntryCursorPage
from tieout_client.omitted import OMIT, Omit
from tieout_client.paging import Paging, by_cursor
from tieout_client.request import Request, segment
from tieout_client.sender import Sender


class EntriesResource:
    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def list(
        self,
        id: int,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        status: Literal["reconciled", "unreconciled"] | None = None,
        escalated: bool | None = None,
        side: Literal["A", "B"] | None = None,
        data_stream_id: int | str | None = None,
        request_id: str | None = None,
    ) -> EntryCursorPage:
        """List the entries of a reconciliation, each with its status and, while open, the
        reason.

        - `cursor`: `next_cursor` of the page before; left out for the first page
        """
        return self._sender.one(
            EntryCursorPage,
            Request(
                method="GET",
                path=f"/v1/reconciliations/{segment(id)}/entries",
                query={
                    "cursor": cursor,
                    "limit": limit,
                    "status": status,
                    "escalated": escalated,
                    "side": side,
                    "data_stream_id": data_stream_id,
                },
                request_id=request_id,
            ),
        )

    def iterate(
        self,
        id: int,
        *,
        limit: int | None = None,
        status: Literal["reconciled", "unreconciled"] | None = None,
        escalated: bool | None = None,
        side: Literal["A", "B"] | None = None,
        data_stream_id: int | str | None = None,
        request_id: str | None = None,
    ) -> Iterator[Entry]:
        """Give what `list` lists one by one, over all pages; `limit` is the size of a page."""
        return self._sender.each(
            Paging(page=EntryCursorPage, items=lambda page: page.data, onward=by_cursor),
            Request(
                method="GET",
                path=f"/v1/reconciliations/{segment(id)}/entries",
                query={
                    "limit": limit,
                    "status": status,
                    "escalated": escalated,
                    "side": side,
                    "data_stream_id": data_stream_id,
                },
                request_id=request_id,
            ),
        )

    def get(
        self,
        id: int,
        record_id: int,
        *,
        request_id: str | None = None,
    ) -> Entry:
        """Show a record's entry in a reconciliation."""
        return self._sender.one(
            Entry,
            Request(
                method="GET",
                path=f"/v1/reconciliations/{segment(id)}/entries/{segment(record_id)}",
                request_id=request_id,
            ),
        )

    def mark_overdue(
        self,
        id: int,
        record_id: int,
        *,
        overdue_at: dt.datetime | Omit | None = OMIT,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> Entry:
        """Say since when a record is overdue; an entry that is matched already is 409.

        Its exception follows: this answer never shows it, whenever it is asked for again.

        - `overdue_at`: now, when left out
        """
        return self._sender.one(
            Entry,
            Request(
                method="POST",
                path=f"/v1/reconciliations/{segment(id)}/records/{segment(record_id)}/mark_overdue",
                body={"overdue_at": overdue_at},
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )
