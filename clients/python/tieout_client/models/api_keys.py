"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt
from typing import Literal

from tieout_client.model import Model


class ApiKey(Model):
    """A key without its secret, of which only an HMAC is kept."""

    id: int
    name: str
    prefix: str
    """the eight public characters between `tie_` and the secret."""
    user_id: int
    """the service user it acts as."""
    scopes: list[Literal["view", "act", "approve", "admin"]]
    created_at: dt.datetime
    expires_at: dt.datetime | None
    revoked_at: dt.datetime | None
    last_used_at: dt.datetime | None
    """to a minute."""


class ApiKeyCursorPage(Model):
    data: list[ApiKey]
    next_cursor: str | None
    """null on the last page."""
    limit: int


class CreatedApiKey(Model):
    id: int
    name: str
    prefix: str
    """the eight public characters between `tie_` and the secret."""
    user_id: int
    """the service user it acts as."""
    scopes: list[Literal["view", "act", "approve", "admin"]]
    created_at: dt.datetime
    expires_at: dt.datetime | None
    revoked_at: dt.datetime | None
    last_used_at: dt.datetime | None
    """to a minute."""
    key: str
    """the whole key: shown in this answer and never again."""
