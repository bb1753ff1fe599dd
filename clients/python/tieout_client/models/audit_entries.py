"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt
from typing import Any

from tieout_client.model import Model


class AuditEntry(Model):
    """`sealed` is what was hashed with the hash before it, byte for byte."""

    seq: int
    """1, 2, 3 … for each organisation."""
    id: str
    at: dt.datetime
    service: str
    """who owns what was changed."""
    account_id: int
    request_id: str | None = None
    action: str
    """method and the owner's path, with its identifiers."""
    status: int
    before: Any = None
    """what the object was; left out when there was none or none is shown."""
    after: Any = None
    """what it is now; left out when nothing is."""
    hash: str
    """SHA-256 of the hash before it and the entry, in hex."""


class AuditEntryCursorPage(Model):
    data: list[AuditEntry]
    next_cursor: str | None
    """null on the last page."""
    limit: int


class Verification(Model):
    verified: bool
    entries: int
    hash: str
    """of the last entry: keep it elsewhere."""
    first_wrong: int | None = None
    """the number of the first entry that is not what was sealed."""
