"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Literal

from tieout_client.async_sender import AsyncSender
from tieout_client.models.imports import Record
from tieout_client.models.records import BulkSummary, NewRecord, RecordCursorPage, RecordVersion
from tieout_client.omitted import OMIT, Omit
from tieout_client.paging import Paging, by_cursor
from tieout_client.request import Request, segment


class AsyncRecordsResource:
    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    async def list(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        data_stream_key: str | None = None,
        reconciliation_id: int | str | None = None,
        reconciliation_match_id: int | str | None = None,
        external_id: str | None = None,
        import_batch_id: int | str | None = None,
        bulk_request_id: int | str | None = None,
        created_after: dt.datetime | None = None,
        created_before: dt.datetime | None = None,
        source: str | None = None,
        request_id: str | None = None,
    ) -> RecordCursorPage:
        """List records, newest first; at least one identifying filter is required.

        Whether a record is matched is a question about a reconciliation: see its entries.

        - `cursor`: `next_cursor` of the page before; left out for the first page
        """
        return await self._sender.one(
            RecordCursorPage,
            Request(
                method="GET",
                path="/v1/records",
                query={
                    "cursor": cursor,
                    "limit": limit,
                    "data_stream_key": data_stream_key,
                    "reconciliation_id": reconciliation_id,
                    "reconciliation_match_id": reconciliation_match_id,
                    "external_id": external_id,
                    "import_batch_id": import_batch_id,
                    "bulk_request_id": bulk_request_id,
                    "created_after": created_after,
                    "created_before": created_before,
                    "source": source,
                },
                request_id=request_id,
            ),
        )

    def iterate(
        self,
        *,
        limit: int | None = None,
        data_stream_key: str | None = None,
        reconciliation_id: int | str | None = None,
        reconciliation_match_id: int | str | None = None,
        external_id: str | None = None,
        import_batch_id: int | str | None = None,
        bulk_request_id: int | str | None = None,
        created_after: dt.datetime | None = None,
        created_before: dt.datetime | None = None,
        source: str | None = None,
        request_id: str | None = None,
    ) -> AsyncIterator[Record]:
        """Give what `list` lists one by one, over all pages; `limit` is the size of a page.

        Whether a record is matched is a question about a reconciliation: see its entries.
        """
        return self._sender.each(
            Paging(page=RecordCursorPage, items=lambda page: page.data, onward=by_cursor),
            Request(
                method="GET",
                path="/v1/records",
                query={
                    "limit": limit,
                    "data_stream_key": data_stream_key,
                    "reconciliation_id": reconciliation_id,
                    "reconciliation_match_id": reconciliation_match_id,
                    "external_id": external_id,
                    "import_batch_id": import_batch_id,
                    "bulk_request_id": bulk_request_id,
                    "created_after": created_after,
                    "created_before": created_before,
                    "source": source,
                },
                request_id=request_id,
            ),
        )

    async def create(
        self,
        *,
        data_stream_key: str,
        amount: int,
        direction: Literal["credit", "debit"],
        date: dt.date,
        currency: str | Omit | None = OMIT,
        decimal_places: int | Omit | None = OMIT,
        description: str | Omit | None = OMIT,
        external_id: str | Omit | None = OMIT,
        reference: str | Omit | None = OMIT,
        counterparty: str | Omit | None = OMIT,
        value_date: dt.date | Omit | None = OMIT,
        metadata: Mapping[str, Any] | Omit | None = OMIT,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> Record:
        """Add one record; an external_id that has other money already is 422.

        - `currency`: in any case; USD when left out
        - `decimal_places`: those of the currency when left out
        """
        return await self._sender.one(
            Record,
            Request(
                method="POST",
                path="/v1/records",
                body={
                    "data_stream_key": data_stream_key,
                    "amount": amount,
                    "direction": direction,
                    "date": date,
                    "currency": currency,
                    "decimal_places": decimal_places,
                    "description": description,
                    "external_id": external_id,
                    "reference": reference,
                    "counterparty": counterparty,
                    "value_date": value_date,
                    "metadata": metadata,
                },
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    async def create_bulk(
        self,
        *,
        records: Sequence[NewRecord],
        on_conflict: Literal["skip", "error"] | Omit = OMIT,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> BulkSummary:
        """Take up to a thousand records at once; what came of each is read from url.

        An idempotency key that was used before answers with that bulk request as it stands.

        - `on_conflict`: what a record whose external_id exists comes to
        """
        return await self._sender.one(
            BulkSummary,
            Request(
                method="POST",
                path="/v1/records/bulk",
                body={"records": records, "on_conflict": on_conflict},
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    async def get(
        self,
        id: int,
        *,
        request_id: str | None = None,
    ) -> Record:
        """Show one record, in its latest version."""
        return await self._sender.one(
            Record, Request(method="GET", path=f"/v1/records/{segment(id)}", request_id=request_id)
        )

    async def update(
        self,
        id: int,
        *,
        amount: int | Omit = OMIT,
        direction: Literal["credit", "debit"] | Omit = OMIT,
        date: dt.date | Omit = OMIT,
        currency: str | Omit = OMIT,
        decimal_places: int | Omit | None = OMIT,
        description: str | Omit | None = OMIT,
        external_id: str | Omit | None = OMIT,
        reference: str | Omit | None = OMIT,
        counterparty: str | Omit | None = OMIT,
        value_date: dt.date | Omit | None = OMIT,
        metadata: Mapping[str, Any] | Omit | None = OMIT,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> Record:
        """Correct a record that is in no match: its next version; 409 names the match that
        holds it.

        Where it waits, it is tried again at once. A suggestion with it is none any more.

        - `decimal_places`: those of the currency when another one is given without
        """
        return await self._sender.one(
            Record,
            Request(
                method="PATCH",
                path=f"/v1/records/{segment(id)}",
                body={
                    "amount": amount,
                    "direction": direction,
                    "date": date,
                    "currency": currency,
                    "decimal_places": decimal_places,
                    "description": description,
                    "external_id": external_id,
                    "reference": reference,
                    "counterparty": counterparty,
                    "value_date": value_date,
                    "metadata": metadata,
                },
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    async def delete(
        self,
        id: int,
        *,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> None:
        """Delete a record that is in no match; its history stays, and 409 names the match."""
        await self._sender.nothing(
            Request(
                method="DELETE",
                path=f"/v1/records/{segment(id)}",
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            )
        )

    async def list_versions(
        self,
        id: int,
        *,
        request_id: str | None = None,
    ) -> Sequence[RecordVersion]:
        """List all versions of a record, the first one first: what each changed, when and by
        whom.
        """
        return await self._sender.many(
            RecordVersion,
            Request(
                method="GET", path=f"/v1/records/{segment(id)}/versions", request_id=request_id
            ),
        )
