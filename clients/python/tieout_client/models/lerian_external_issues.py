"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt
from typing import Literal

from tieout_client.model import CamelModel, Model


class Dispatched(CamelModel):
    exception_id: str
    target: str
    external_reference: str | None = None
    """its issue there, once it is named."""
    acknowledged: bool
    """whether the target named its issue already."""
    dispatched_at: dt.datetime


class CallbackAnswer(Model):
    status: Literal["accepted"]
