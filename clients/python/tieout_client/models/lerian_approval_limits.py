"""Made from docs/openapi.json by `make client`; changed there, not here."""

from decimal import Decimal

from tieout_client.model import Model


class Limit(Model):
    currency: str
    amount: str


class Limits(Model):
    """A currency without a limit has none."""

    limits: list[Limit]


class NewLimit(Model):
    currency: str
    amount: str | Decimal
    """in major units: what one actor may resolve alone; a larger exception waits for another's
    approval.
    """
