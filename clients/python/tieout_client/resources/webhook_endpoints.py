"""Made from docs/openapi.json by `make client`; changed there, not here."""

from collections.abc import Iterator, Sequence
from typing import Literal

from tieout_client.models.webhook_endpoints import (
    WebhookEndpoint,
    WebhookEndpointCursorPage,
    WebhookEndpointWithSecret,
)
from tieout_client.omitted import OMIT, Omit
from tieout_client.paging import Paging, by_cursor
from tieout_client.request import Request, segment
from tieout_client.sender import Sender


class WebhookEndpointsResource:
    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def list(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        request_id: str | None = None,
    ) -> WebhookEndpointCursorPage:
        """List where the organisation is told of events, newest first; disabled ones too.

        - `cursor`: `next_cursor` of the page before; left out for the first page
        """
        return self._sender.one(
            WebhookEndpointCursorPage,
            Request(
                method="GET",
                path="/v1/webhook_endpoints",
                query={"cursor": cursor, "limit": limit},
                request_id=request_id,
            ),
        )

    def iterate(
        self,
        *,
        limit: int | None = None,
        request_id: str | None = None,
    ) -> Iterator[WebhookEndpoint]:
        """Give what `list` lists one by one, over all pages; `limit` is the size of a page."""
        return self._sender.each(
            Paging(page=WebhookEndpointCursorPage, items=lambda page: page.data, onward=by_cursor),
            Request(
                method="GET",
                path="/v1/webhook_endpoints",
                query={"limit": limit},
                request_id=request_id,
            ),
        )

    def create(
        self,
        *,
        url: str,
        description: str | Omit | None = OMIT,
        event_types: Sequence[
            Literal[
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
        ]
        | Omit
        | None = OMIT,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> WebhookEndpointWithSecret:
        """Be told of events from now on; the secret that signs them is in this answer only.

        - `url`: https, on the public network; redirects are not followed
        - `event_types`: all there are and will be, when left out
        """
        return self._sender.one(
            WebhookEndpointWithSecret,
            Request(
                method="POST",
                path="/v1/webhook_endpoints",
                body={"url": url, "description": description, "event_types": event_types},
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    def get(
        self,
        id: int,
        *,
        request_id: str | None = None,
    ) -> WebhookEndpoint:
        """Show one endpoint, without its secret."""
        return self._sender.one(
            WebhookEndpoint,
            Request(
                method="GET", path=f"/v1/webhook_endpoints/{segment(id)}", request_id=request_id
            ),
        )

    def update(
        self,
        id: int,
        *,
        url: str | Omit = OMIT,
        description: str | Omit | None = OMIT,
        event_types: Sequence[
            Literal[
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
        ]
        | Omit
        | None = OMIT,
        status: Literal["enabled", "disabled"] | Omit = OMIT,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> WebhookEndpoint:
        """Change an endpoint, disable it, or enable it again; what waited for it is sent then.

        - `event_types`: null: all of them
        """
        return self._sender.one(
            WebhookEndpoint,
            Request(
                method="PATCH",
                path=f"/v1/webhook_endpoints/{segment(id)}",
                body={
                    "url": url,
                    "description": description,
                    "event_types": event_types,
                    "status": status,
                },
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    def delete(
        self,
        id: int,
        *,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> None:
        """Be told nothing more; what was still to be sent is not, and its deliveries are gone."""
        self._sender.nothing(
            Request(
                method="DELETE",
                path=f"/v1/webhook_endpoints/{segment(id)}",
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            )
        )

    def rotate_secret(
        self,
        id: int,
        *,
        overlap_seconds: int | Omit = OMIT,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> WebhookEndpointWithSecret:
        """Make another secret; for a time both sign, so that the receiver can change over.

        Of the secrets before it only the last one signs on.

        - `overlap_seconds`: how long the secret before it signs as well
        """
        return self._sender.one(
            WebhookEndpointWithSecret,
            Request(
                method="POST",
                path=f"/v1/webhook_endpoints/{segment(id)}/rotate_secret",
                body={"overlap_seconds": overlap_seconds},
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )
