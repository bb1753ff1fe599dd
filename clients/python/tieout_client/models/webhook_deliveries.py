"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt
from typing import Any, Literal

from tieout_client.model import Model


class WebhookDelivery(Model):
    id: int
    webhook_endpoint_id: int
    webhook_id: str
    """the header `webhook-id` of every attempt."""
    event_type: str
    status: Literal["pending", "delivered", "failed"]
    attempts: int
    """since it was made or replayed."""
    created_at: dt.datetime
    next_attempt_at: dt.datetime | None = None
    """while it is pending."""
    last_attempt_at: dt.datetime | None = None
    last_status_code: int | None = None
    """of the answer to the last attempt."""
    last_error: str | None = None
    """why there was no answer: a word such as `timeout`."""
    delivered_at: dt.datetime | None = None


class WebhookDeliveryCursorPage(Model):
    data: list[WebhookDelivery]
    next_cursor: str | None
    """null on the last page."""
    limit: int


class SentWebhookDelivery(Model):
    id: int
    webhook_endpoint_id: int
    webhook_id: str
    """the header `webhook-id` of every attempt."""
    event_type: str
    status: Literal["pending", "delivered", "failed"]
    attempts: int
    """since it was made or replayed."""
    created_at: dt.datetime
    next_attempt_at: dt.datetime | None = None
    """while it is pending."""
    last_attempt_at: dt.datetime | None = None
    last_status_code: int | None = None
    """of the answer to the last attempt."""
    last_error: str | None = None
    """why there was no answer: a word such as `timeout`."""
    delivered_at: dt.datetime | None = None
    payload: dict[str, Any]
    """the body that is sent."""
