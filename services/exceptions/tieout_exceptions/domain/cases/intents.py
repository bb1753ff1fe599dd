"""A payment that somebody announces, as the record it travels as."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tieout_contracts.money import exponent_of
from tieout_contracts.record import Fields
from tieout_exceptions.domain.cases.stated_money import Money

# What a replay of the same intent must say again; the amount is compared apart, by its value.
CANONICAL = (
    "payment_type", "payment_subtype", "stablecoin", "chain", "beneficiary_account",
    "beneficiary_name", "source_amount", "source_currency",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class IntentDraft:
    """A payment that somebody announces; `destination` is what is expected to arrive."""

    external_reference: str
    destination: Money
    source: Money
    payment_type: str
    payment_subtype: str | None
    stablecoin: str | None
    chain: str | None
    beneficiary_account: str | None
    beneficiary_name: str | None

    @property
    def moneys(self) -> Mapping[str, Money]:
        """What amounts it states, by their JSON paths."""
        return {"$.destination.amount": self.destination, "$.source.amount": self.source}

    @property
    def stated(self) -> dict[str, str | None]:
        """The canonical members but the destination; raises money.MoneyError."""
        stated = {name: getattr(self, name, None) for name in CANONICAL}
        return stated | {
            "source_amount": self.source.plain,
            "source_currency": self.source.currency,
        }

    def document(self, *, stream_key: str, at: datetime) -> dict[str, Any]:
        """Write the record for ingest; raises money.MoneyError."""
        stated = self.stated | {"created_at": at.isoformat().replace("+00:00", "Z")}
        return {
            "data_stream_key": stream_key,
            "external_id": self.external_reference,
            "reference": self.external_reference,
            "amount": self.destination.minor,
            "currency": self.destination.currency,
            "direction": "credit",
            "date": at.date().isoformat(),
            "counterparty": self.beneficiary_name,
            "metadata": {name: value for name, value in stated.items() if value is not None},
        }


def differing(draft: IntentDraft, fields: Fields) -> list[str]:
    """Name the canonical members in which a replay differs from the intent that is there."""
    found = []
    expected = (int(fields.amount_minor), fields.exponent, fields.currency)
    currency = draft.destination.currency
    if expected != (draft.destination.minor, exponent_of(currency), currency):
        found.append("destination")
    told = draft.stated
    return found + [name for name in CANONICAL if told[name] != fields.metadata.get(name)]
