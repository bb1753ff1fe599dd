"""The inbound contract: what an upstream system publishes to have its transactions reconciled."""

import datetime as dt
from typing import Any

from msgspec import Raw, Struct, field

from tieout_contracts.record import Direction


class Transaction(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One transaction. `amount` is in minor units, never negative; `direction` gives the sign.

    `decimal_places` defaults to the currency's. `external_id` is the upstream's own identity of
    the transaction: the same one again with the same money is skipped, with other money refused.
    """

    external_id: str
    amount: int
    direction: Direction
    date: dt.date
    currency: str = "USD"
    decimal_places: int | None = None
    value_date: dt.date | None = None
    description: str | None = None
    counterparty: str | None = None
    reference: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)


class TransactionsMessage(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Transactions of one stream; each is taken or refused by itself, so they stay encoded here."""

    organization_id: int
    stream_key: str
    transactions: list[Raw]
