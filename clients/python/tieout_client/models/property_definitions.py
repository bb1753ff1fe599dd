"""Made from docs/openapi.json by `make client`; changed there, not here."""

from typing import Literal

from tieout_client.model import Model


class Definition(Model):
    id: int
    key: str
    name: str
    type: Literal["number", "date", "datetime", "string", "boolean"]
    optional: bool
    data_stream_key: str
