"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt
from typing import Literal

from tieout_client.model import CamelModel


class TakenEvidence(CamelModel):
    id: str
    source: Literal["provider", "chain", "bank", "file"]
    source_ref: str
    external_reference: str | None
    amount: str
    currency: str
    leg_type: Literal["source", "transfer", "destination", "fee"]
    status: Literal["pending", "completed", "failed"]
    duplicate: bool
    """it was told before; the identifiers are the first ones."""
    raw_record_ids: list[str]
    """its records: the money, then each fee."""
    received_at: dt.datetime
