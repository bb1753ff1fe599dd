"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt
from collections.abc import AsyncIterator

from tieout_client.async_sender import AsyncSender
from tieout_client.models.audit_entries import AuditEntry, AuditEntryCursorPage, Verification
from tieout_client.paging import Paging, by_cursor
from tieout_client.request import Request


class AsyncAuditEntriesResource:
    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    async def list(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        account_id: int | None = None,
        at_from: dt.datetime | None = None,
        at_to: dt.datetime | None = None,
        request_id: str | None = None,
    ) -> AuditEntryCursorPage:
        """List changes that callers made, in their order.

        - `cursor`: `next_cursor` of the page before; left out for the first page
        - `account_id`: whose changes; 0 for what a service did by itself
        - `at_from`: inclusive
        - `at_to`: exclusive
        """
        return await self._sender.one(
            AuditEntryCursorPage,
            Request(
                method="GET",
                path="/v1/audit_entries",
                query={
                    "cursor": cursor,
                    "limit": limit,
                    "account_id": account_id,
                    "at_from": at_from,
                    "at_to": at_to,
                },
                request_id=request_id,
            ),
        )

    def iterate(
        self,
        *,
        limit: int | None = None,
        account_id: int | None = None,
        at_from: dt.datetime | None = None,
        at_to: dt.datetime | None = None,
        request_id: str | None = None,
    ) -> AsyncIterator[AuditEntry]:
        """Give what `list` lists one by one, over all pages; `limit` is the size of a page.

        - `account_id`: whose changes; 0 for what a service did by itself
        - `at_from`: inclusive
        - `at_to`: exclusive
        """
        return self._sender.each(
            Paging(page=AuditEntryCursorPage, items=lambda page: page.data, onward=by_cursor),
            Request(
                method="GET",
                path="/v1/audit_entries",
                query={
                    "limit": limit,
                    "account_id": account_id,
                    "at_from": at_from,
                    "at_to": at_to,
                },
                request_id=request_id,
            ),
        )

    async def verify(
        self,
        *,
        request_id: str | None = None,
    ) -> Verification:
        """Follow the whole chain: whether each entry is what was sealed, and none is missing."""
        return await self._sender.one(
            Verification,
            Request(method="GET", path="/v1/audit_entries/verification", request_id=request_id),
        )
