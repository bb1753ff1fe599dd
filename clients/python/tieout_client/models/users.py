"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt
from typing import Literal

from tieout_client.model import Model


class User(Model):
    """Who acts: a person with tokens of the issuer, or a service with API keys."""

    id: int
    organization_id: int
    kind: Literal["person", "service"]
    subject: str
    """of a service: `account:<id>`."""
    email: str | None
    name: str
    created_at: dt.datetime


class UserCursorPage(Model):
    data: list[User]
    next_cursor: str | None
    """null on the last page."""
    limit: int
