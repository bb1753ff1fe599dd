"""Webhook deliveries: one event for one endpoint, and how far it is."""

import json
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import ConfigDict, Field

from tieout_gateway.shapes.paging import CursorQuery
from tieout_gateway.shapes.public_events import EXAMPLE
from tieout_gateway.shapes.shape import Id, IdIn, Shape, Time, absent
from tieout_gateway.shapes.webhook_endpoints import EventType

Status = Literal["pending", "delivered", "failed"]
_WEBHOOK_ID = "msg_mzxw6ytboi4dkmrqgqztgnzqgu3tcmru"
_EXAMPLE: dict[str, Any] = {
    "id": 9001,
    "webhook_endpoint_id": 4,
    "webhook_id": _WEBHOOK_ID,
    "event_type": "record.reconciled",
    "status": "pending",
    "attempts": 1,
    "created_at": "2026-01-05T09:00:02Z",
    "next_attempt_at": "2026-01-05T09:00:08Z",
    "last_attempt_at": "2026-01-05T09:00:03Z",
    "last_status_code": 500,
}
_PAYLOAD = {"type": EXAMPLE["event_type"], **EXAMPLE}


class WebhookDeliveriesQuery(CursorQuery):
    webhook_endpoint_id: IdIn | None = None
    status: Status | None = None
    event_type: EventType | None = None


class WebhookDelivery(Shape):
    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    id: Id
    webhook_endpoint_id: Id
    webhook_id: str = Field(description="the header `webhook-id` of every attempt")
    event_type: str
    status: Status
    attempts: int = Field(description="since it was made or replayed")
    created_at: Time
    next_attempt_at: Time | None = absent("while it is pending")
    last_attempt_at: Time | None = absent()
    last_status_code: int | None = absent("of the answer to the last attempt")
    last_error: str | None = absent("why there was no answer: a word such as `timeout`")
    delivered_at: Time | None = absent()


class SentWebhookDelivery(WebhookDelivery):
    model_config = ConfigDict(json_schema_extra={"examples": [{**_EXAMPLE, "payload": _PAYLOAD}]})

    payload: dict[str, Any] = Field(description="the body that is sent")


def webhook_delivery_of(told: Mapping[str, Any]) -> WebhookDelivery:
    return WebhookDelivery.model_validate(_members(told))


def sent_webhook_delivery_of(told: Mapping[str, Any]) -> SentWebhookDelivery:
    members = {**_members(told), "payload": json.loads(told["payload"])}
    return SentWebhookDelivery.model_validate(members)


def _members(told: Mapping[str, Any]) -> dict[str, Any]:
    named = {**told, "next_attempt_at": told["due_at"]}
    return {name: named[name] for name in WebhookDelivery.model_fields}
