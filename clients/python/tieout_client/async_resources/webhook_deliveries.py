"""Made from docs/openapi.json by `make client`; changed there, not here."""

from collections.abc import AsyncIterator
from typing import Literal

from tieout_client.async_sender import AsyncSender
from tieout_client.models.webhook_deliveries import (
    SentWebhookDelivery,
    WebhookDelivery,
    WebhookDeliveryCursorPage,
)
from tieout_client.paging import Paging, by_cursor
from tieout_client.request import Request, segment


class AsyncWebhookDeliveriesResource:
    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    async def list(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        webhook_endpoint_id: int | str | None = None,
        status: Literal["pending", "delivered", "failed"] | None = None,
        event_type: Literal[
            "record.unmatched",
            "record.reconciled",
            "record.reconciliation_overdue",
            "record.changed",
            "record.withdrawn",
            "record.closed",
            "record.reopened",
            "match.suggested",
            "match.accepted",
            "match.rejected",
            "match.revoked",
            "exception.opened",
            "exception.changed",
            "exception.dispatched",
            "exception.resolved",
            "exception.reopened",
            "exception.resolution_refused",
            "reconciliation_exception.opened",
            "reconciliation_exception.changed",
            "reconciliation_exception.resolved",
            "reconciliation_exception.dismissed",
            "reconciliation_exception.reopened",
            "reconciliation_exception.deleted",
            "reconciliation_case.opened",
            "reconciliation_case.changed",
            "reconciliation_case.resolved",
            "reconciliation_case.archived",
            "reconciliation_case.reopened",
        ]
        | None = None,
        request_id: str | None = None,
    ) -> WebhookDeliveryCursorPage:
        """List what was, is and will be sent, newest first.

        - `cursor`: `next_cursor` of the page before; left out for the first page
        """
        return await self._sender.one(
            WebhookDeliveryCursorPage,
            Request(
                method="GET",
                path="/v1/webhook_deliveries",
                query={
                    "cursor": cursor,
                    "limit": limit,
                    "webhook_endpoint_id": webhook_endpoint_id,
                    "status": status,
                    "event_type": event_type,
                },
                request_id=request_id,
            ),
        )

    def iterate(
        self,
        *,
        limit: int | None = None,
        webhook_endpoint_id: int | str | None = None,
        status: Literal["pending", "delivered", "failed"] | None = None,
        event_type: Literal[
            "record.unmatched",
            "record.reconciled",
            "record.reconciliation_overdue",
            "record.changed",
            "record.withdrawn",
            "record.closed",
            "record.reopened",
            "match.suggested",
            "match.accepted",
            "match.rejected",
            "match.revoked",
            "exception.opened",
            "exception.changed",
            "exception.dispatched",
            "exception.resolved",
            "exception.reopened",
            "exception.resolution_refused",
            "reconciliation_exception.opened",
            "reconciliation_exception.changed",
            "reconciliation_exception.resolved",
            "reconciliation_exception.dismissed",
            "reconciliation_exception.reopened",
            "reconciliation_exception.deleted",
            "reconciliation_case.opened",
            "reconciliation_case.changed",
            "reconciliation_case.resolved",
            "reconciliation_case.archived",
            "reconciliation_case.reopened",
        ]
        | None = None,
        request_id: str | None = None,
    ) -> AsyncIterator[WebhookDelivery]:
        """Give what `list` lists one by one, over all pages; `limit` is the size of a page."""
        return self._sender.each(
            Paging(page=WebhookDeliveryCursorPage, items=lambda page: page.data, onward=by_cursor),
            Request(
                method="GET",
                path="/v1/webhook_deliveries",
                query={
                    "limit": limit,
                    "webhook_endpoint_id": webhook_endpoint_id,
                    "status": status,
                    "event_type": event_type,
                },
                request_id=request_id,
            ),
        )

    async def get(
        self,
        id: int,
        *,
        request_id: str | None = None,
    ) -> SentWebhookDelivery:
        """Show one delivery, with the body that is sent."""
        return await self._sender.one(
            SentWebhookDelivery,
            Request(
                method="GET", path=f"/v1/webhook_deliveries/{segment(id)}", request_id=request_id
            ),
        )

    async def replay(
        self,
        id: int,
        *,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> WebhookDelivery:
        """Send it again at once, under the same webhook-id, with all its attempts before it.

        To an endpoint that is disabled it is sent when that is enabled again.
        """
        return await self._sender.one(
            WebhookDelivery,
            Request(
                method="POST",
                path=f"/v1/webhook_deliveries/{segment(id)}/replay",
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )
