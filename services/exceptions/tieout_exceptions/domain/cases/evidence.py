"""Money that a source reports, as the records it travels as: the money, then each fee."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from tieout_exceptions.domain.cases.book import EvidenceKind
from tieout_exceptions.domain.cases.records import FEES, LEG_OF_KIND, Fee, LegStatus, LegType
from tieout_exceptions.domain.cases.stated_money import Money

Document = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class EvidenceDraft:
    """Money that a source reports. `fees` were taken from it on its way: evidence of their own.

    `rate`: units of the destination currency for one of `money`'s, where they are two.
    """

    kind: EvidenceKind
    source_ref: str
    external_reference: str
    money: Money
    direction: Literal["credit", "debit"]
    leg_type: LegType | None
    status: LegStatus
    fees: Mapping[Fee, str]
    rate: str | None
    provider: str | None
    provider_transfer_id: str | None
    tx_hash: str | None
    description: str | None
    counterparty: str | None
    day: date | None

    @property
    def moneys(self) -> Mapping[str, Money]:
        """What amounts it states, by their JSON paths."""
        fees = {
            f"$.{name}": Money(amount=amount, currency=self.money.currency)
            for name, amount in self.fees.items()
        }
        return {"$.amount": self.money, **fees}

    def documents(self, *, stream_key: str, day: date) -> list[Document]:
        """Write the records for ingest, the payment's own first; raises money.MoneyError.

        A failed leg moved no money: its record says 0, the stated amount is in its metadata.
        """
        told = {
            "source_ref": self.source_ref,
            "leg_type": self.leg_type or LEG_OF_KIND[self.kind],
            "leg_status": self.status,
            "stated_amount": self.money.plain,
            "rate": self.rate,
            "provider": self.provider,
            "provider_transfer_id": self.provider_transfer_id,
            "tx_hash": self.tx_hash,
        }
        moved = 0 if self.status == "failed" else self.money.minor
        documents = [self._document(stream_key, day, self.source_ref, moved, told)]
        for fee in FEES:
            if fee in self.fees:
                money = Money(amount=self.fees[fee], currency=self.money.currency)
                part = told | {"leg_type": "fee", "fee": fee, "stated_amount": money.plain}
                number = f"{self.source_ref}#{fee}"
                documents.append(self._document(stream_key, day, number, money.minor, part))
        return documents

    def _document(
        self, stream_key: str, day: date, external_id: str, minor: int, told: Document
    ) -> Document:
        return {
            "data_stream_key": stream_key,
            "external_id": external_id,
            "reference": self.external_reference,
            "amount": minor,
            "currency": self.money.currency,
            "direction": self.direction,
            "date": day.isoformat(),
            "status": "pending" if self.status == "pending" else "posted",
            "description": self.description,
            "counterparty": self.counterparty,
            "metadata": {name: value for name, value in told.items() if value is not None},
        }
