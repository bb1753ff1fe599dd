"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt
from typing import Literal

from tieout_client.model import Model


class WebhookEndpoint(Model):
    """An endpoint without its secret, which is kept sealed and shown when it is made."""

    id: int
    url: str
    description: str | None
    event_types: list[str] | None
    """null: all there are and will be."""
    status: Literal["enabled", "disabled"]
    disabled_reason: str | None = None
    """why we disabled it, if we did."""
    failing_since: dt.datetime | None = None
    """since when no attempt has succeeded, if none has."""
    earlier_secret_until: dt.datetime | None = None
    """until when the secret before it signs as well."""
    created_at: dt.datetime


class WebhookEndpointCursorPage(Model):
    data: list[WebhookEndpoint]
    next_cursor: str | None
    """null on the last page."""
    limit: int


class WebhookEndpointWithSecret(Model):
    id: int
    url: str
    description: str | None
    event_types: list[str] | None
    """null: all there are and will be."""
    status: Literal["enabled", "disabled"]
    disabled_reason: str | None = None
    """why we disabled it, if we did."""
    failing_since: dt.datetime | None = None
    """since when no attempt has succeeded, if none has."""
    earlier_secret_until: dt.datetime | None = None
    """until when the secret before it signs as well."""
    created_at: dt.datetime
    secret: str
    """signs what is sent: shown in this answer and never again."""
