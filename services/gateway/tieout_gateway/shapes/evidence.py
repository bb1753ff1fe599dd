"""ReconLayer's evidence: what a provider, a chain, a bank or a file tells of a payment."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from tieout_contracts.ids import Kind, uuid_of
from tieout_gateway.shapes.shape import Body, Day, Shape, Time
from tieout_gateway.shapes.stated_money import AmountIn, Currency, DecimalText, Reference

LegType = Literal["source", "transfer", "destination", "fee"]
LegStatus = Literal["pending", "completed", "failed"]
EvidenceKind = Literal["provider", "chain", "bank", "file"]
_EXAMPLE: dict[str, Any] = {
    "sourceRef": "stmt-2026-01-06-17",
    "externalReference": "INV-4711",
    "amount": "1247.50",
    "currency": "EUR",
    "providerFee": "2.50",
    "date": "2026-01-06",
}
_TAKEN: dict[str, Any] = {
    "id": "00030000-0000-87e0-8000-0000000001f5",
    "source": "bank",
    "sourceRef": "stmt-2026-01-06-17",
    "externalReference": "INV-4711",
    "amount": "1247.50",
    "currency": "EUR",
    "legType": "destination",
    "status": "completed",
    "duplicate": False,
    "rawRecordIds": [
        "00030000-0000-87e0-8000-0000000001f5", "00030000-0000-87e0-8000-0000000001f7",
    ],
    "receivedAt": "2026-01-06T07:00:00Z",
}  # fmt: skip


class NewEvidence(Body):
    """One movement of money, as its source tells of it; fees were taken from it on its way."""

    model_config = ConfigDict(alias_generator=to_camel, json_schema_extra={"examples": [_EXAMPLE]})

    source_ref: Annotated[Reference, Field(max_length=200)] = Field(
        description="the source's own identity of it: told again, nothing is added"
    )
    external_reference: Reference = Field(description="the payment intent's")
    amount: AmountIn = Field(description="what moved, a decimal without a sign")
    currency: Currency
    direction: Literal["credit", "debit"] = "credit"
    leg_type: LegType | None = Field(
        default=None, description="left out: transfer of providers and chains, else destination"
    )
    status: LegStatus = Field(
        default="completed", description="pending is only matched tentatively; failed moved nothing"
    )
    provider_fee: AmountIn | None = None
    network_fee: AmountIn | None = None
    developer_fee: AmountIn | None = None
    rate: Annotated[str, Field(pattern=r"^\d{1,18}(\.\d{1,18})?$")] | None = Field(
        default=None,
        description="units of the expected currency for one of this, where they are two",
    )
    provider: Reference | None = None
    provider_transfer_id: Reference | None = None
    tx_hash: Reference | None = None
    description: Annotated[str, Field(max_length=1000)] | None = None
    counterparty: Reference | None = None
    date: Day | None = Field(default=None, description="of the movement; left out: today (UTC)")


class TakenEvidence(Shape):
    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, json_schema_extra={"examples": [_TAKEN]}
    )

    id: UUID
    source: EvidenceKind
    source_ref: str
    external_reference: str | None
    amount: DecimalText
    currency: str
    leg_type: LegType
    status: LegStatus
    duplicate: bool = Field(description="it was told before; the identifiers are the first ones")
    raw_record_ids: list[UUID] = Field(description="its records: the money, then each fee")
    received_at: Time


def taken_evidence_of(told: Mapping[str, Any]) -> TakenEvidence:
    members = {name: told[name] for name in TakenEvidence.model_fields}
    return TakenEvidence.model_validate(
        members
        | {
            "id": uuid_of(Kind.RECORD, told["id"]),
            "raw_record_ids": [uuid_of(Kind.RECORD, one) for one in told["raw_record_ids"]],
        }
    )
