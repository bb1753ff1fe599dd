"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt
from typing import Literal

from tieout_client.model import CamelModel, Model


class MoneyIn(Model):
    amount: str
    """a decimal with no more places than the currency has."""
    currency: str


class Money(Model):
    amount: str
    currency: str


class TakenPaymentIntent(CamelModel):
    id: str
    organization_id: str
    external_reference: str
    source: Money
    destination: Money
    payment_type: str
    payment_subtype: str | None
    stablecoin: str | None
    chain: str | None
    beneficiary_account: str | None
    beneficiary_name: str | None
    status: Literal["pending", "completed", "cancelled"]
    created_at: dt.datetime
    updated_at: dt.datetime
    outcome: Literal["created", "reused"]


class PaymentIntent(CamelModel):
    """What has no value is null."""

    id: str
    organization_id: str
    external_reference: str
    source: Money
    destination: Money
    payment_type: str
    payment_subtype: str | None
    stablecoin: str | None
    chain: str | None
    beneficiary_account: str | None
    beneficiary_name: str | None
    status: Literal["pending", "completed", "cancelled"]
    created_at: dt.datetime
    updated_at: dt.datetime


class PaymentIntentsPage(CamelModel):
    items: list[PaymentIntent]
    limit: int
    has_more: bool
    next_cursor: str | None
