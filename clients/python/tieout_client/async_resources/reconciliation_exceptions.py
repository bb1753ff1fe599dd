"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt
from collections.abc import AsyncIterator, Sequence
from typing import Literal

from tieout_client.async_sender import AsyncSender
from tieout_client.models.reconciliation_exceptions import (
    Bucket,
    BucketComment,
    BucketOffsetPage,
    Investigation,
    ShownBucket,
)
from tieout_client.omitted import OMIT, Omit
from tieout_client.paging import Paging, by_offset
from tieout_client.request import Request, segment


class AsyncReconciliationExceptionsResource:
    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    async def list(
        self,
        *,
        limit: int | None = None,
        offset: int | None = None,
        reconciliation_id: int | str | None = None,
        status: Literal["open", "investigating", "dismissed", "resolved"] | None = None,
        request_id: str | None = None,
    ) -> BucketOffsetPage:
        """List exceptions: one for each data stream of a reconciliation with overdue records."""
        return await self._sender.one(
            BucketOffsetPage,
            Request(
                method="GET",
                path="/v1/reconciliation_exceptions",
                query={
                    "limit": limit,
                    "offset": offset,
                    "reconciliation_id": reconciliation_id,
                    "status": status,
                },
                request_id=request_id,
            ),
        )

    def iterate(
        self,
        *,
        limit: int | None = None,
        reconciliation_id: int | str | None = None,
        status: Literal["open", "investigating", "dismissed", "resolved"] | None = None,
        request_id: str | None = None,
    ) -> AsyncIterator[Bucket]:
        """Give what `list` lists one by one, over all pages; `limit` is the size of a page."""
        return self._sender.each(
            Paging(page=BucketOffsetPage, items=lambda page: page.data, onward=by_offset),
            Request(
                method="GET",
                path="/v1/reconciliation_exceptions",
                query={"limit": limit, "reconciliation_id": reconciliation_id, "status": status},
                request_id=request_id,
            ),
        )

    async def create(
        self,
        *,
        reconciliation_id: int | str,
        data_stream_id: int | str,
        title: str | Omit | None = OMIT,
        description: str | Omit | None = OMIT,
        status: Literal["open", "investigating", "dismissed", "resolved"] | Omit = OMIT,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> Bucket:
        """Open an exception by hand; a second live one for the same data stream is 422.

        - `data_stream_id`: has to belong to the reconciliation
        - `title`: names the stream when left out
        """
        return await self._sender.one(
            Bucket,
            Request(
                method="POST",
                path="/v1/reconciliation_exceptions",
                body={
                    "reconciliation_id": reconciliation_id,
                    "data_stream_id": data_stream_id,
                    "title": title,
                    "description": description,
                    "status": status,
                },
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    async def get(
        self,
        id: int,
        *,
        amount_min: int | None = None,
        amount_max: int | None = None,
        date_from: dt.date | None = None,
        date_to: dt.date | None = None,
        direction: Literal["credit", "debit"] | None = None,
        counterparty: str | None = None,
        age_bucket: Literal["lt_7d", "7_30d", "30_90d", "gt_90d"] | None = None,
        request_id: str | None = None,
    ) -> ShownBucket:
        """Show one exception; the filters narrow filtered_aggregates.

        - `amount_min`: signed, minor units
        - `amount_max`: signed, minor units
        - `counterparty`: part of the description or counterparty, in any case
        - `age_bucket`: time since overdue_at
        """
        return await self._sender.one(
            ShownBucket,
            Request(
                method="GET",
                path=f"/v1/reconciliation_exceptions/{segment(id)}",
                query={
                    "amount_min": amount_min,
                    "amount_max": amount_max,
                    "date_from": date_from,
                    "date_to": date_to,
                    "direction": direction,
                    "counterparty": counterparty,
                    "age_bucket": age_bucket,
                },
                request_id=request_id,
            ),
        )

    async def update(
        self,
        id: int,
        *,
        title: str | Omit = OMIT,
        description: str | Omit = OMIT,
        status: Literal["open", "investigating", "dismissed", "resolved"] | Omit = OMIT,
        if_match: str | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> Bucket:
        """Change title, description or status; live again beside another live one is 409."""
        return await self._sender.one(
            Bucket,
            Request(
                method="PATCH",
                path=f"/v1/reconciliation_exceptions/{segment(id)}",
                body={"title": title, "description": description, "status": status},
                if_match=if_match,
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    async def delete(
        self,
        id: int,
        *,
        if_match: str | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> None:
        """Delete an exception; what is still overdue raises a new one."""
        await self._sender.nothing(
            Request(
                method="DELETE",
                path=f"/v1/reconciliation_exceptions/{segment(id)}",
                if_match=if_match,
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            )
        )

    async def comment(
        self,
        id: int,
        *,
        body: str,
        mentions: Sequence[int | str] | Omit = OMIT,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> BucketComment:
        """Say something about an exception; mentions names people of the organisation.

        - `body`: more than blanks
        - `mentions`: people of the organisation, by number
        """
        return await self._sender.one(
            BucketComment,
            Request(
                method="POST",
                path=f"/v1/reconciliation_exceptions/{segment(id)}/comments",
                body={"body": body, "mentions": mentions},
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    async def assign(
        self,
        id: int,
        *,
        user_ids: Sequence[int | str],
        if_match: str | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> Bucket:
        """Say whose an exception is: these people, in this order, and nobody else.

        - `user_ids`: whose it is from now on; [] is nobody's
        """
        return await self._sender.one(
            Bucket,
            Request(
                method="PUT",
                path=f"/v1/reconciliation_exceptions/{segment(id)}/assignees",
                body={"user_ids": user_ids},
                if_match=if_match,
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    async def investigate(
        self,
        id: int,
        *,
        amount_min: int | Omit | None = OMIT,
        amount_max: int | Omit | None = OMIT,
        date_from: dt.date | Omit | None = OMIT,
        date_to: dt.date | Omit | None = OMIT,
        direction: Literal["credit", "debit"] | Omit | None = OMIT,
        counterparty: str | Omit | None = OMIT,
        age_bucket: Literal["lt_7d", "7_30d", "30_90d", "gt_90d"] | Omit | None = OMIT,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> Investigation:
        """Look for counterparts of what an exception shows, or of the part that the filters
        name.

        Of the 50 records that were overdue first each is compared with what is open on the other
        side, as its explanation tells it. `match_found`: most of the records with something near
        have exactly one counterpart, one condition away. `no_match`: everything open was searched
        and nothing is near. `needs_review`: anything else. The same open records give the same
        result.

        - `amount_min`: signed, minor units
        - `amount_max`: signed, minor units
        - `age_bucket`: time since overdue_at
        """
        return await self._sender.one(
            Investigation,
            Request(
                method="POST",
                path=f"/v1/reconciliation_exceptions/{segment(id)}/investigations",
                body={
                    "amount_min": amount_min,
                    "amount_max": amount_max,
                    "date_from": date_from,
                    "date_to": date_to,
                    "direction": direction,
                    "counterparty": counterparty,
                    "age_bucket": age_bucket,
                },
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )
