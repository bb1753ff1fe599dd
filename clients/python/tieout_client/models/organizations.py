"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt

from tieout_client.model import Model


class Organization(Model):
    id: int
    name: str
    created_at: dt.datetime
