"""Internal HTTP: evidence that the money of payment intents moved."""

import datetime as dt
from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from tieout_exceptions.domain.cases.book import EvidenceKind
from tieout_exceptions.domain.cases.evidence import EvidenceDraft
from tieout_exceptions.domain.cases.records import FEES, LegStatus, LegType
from tieout_exceptions.domain.cases.stated_money import Money
from tieout_exceptions.routes.requests import FilledText, FromCaller, Text, WithParts
from tieout_exceptions.routes.stated_texts import Amount, Currency, Short
from tieout_runtime.internal import json_response

router = APIRouter(prefix="/internal/evidence")


class NewEvidence(BaseModel):
    model_config = ConfigDict(extra="forbid")

    source_ref: Annotated[FilledText, Field(max_length=200)]
    external_reference: Short
    amount: Amount
    currency: Currency
    direction: Literal["credit", "debit"] = "credit"
    leg_type: LegType | None = None
    status: LegStatus = "completed"
    provider_fee: Amount | None = None
    network_fee: Amount | None = None
    developer_fee: Amount | None = None
    rate: Annotated[str, Field(pattern=r"^\d{1,18}(\.\d{1,18})?$")] | None = None
    provider: Short | None = None
    provider_transfer_id: Short | None = None
    tx_hash: Short | None = None
    description: Annotated[Text, Field(max_length=1000)] | None = None
    counterparty: Short | None = None
    date: dt.date | None = None

    def draft(self, kind: EvidenceKind) -> EvidenceDraft:
        stated = {name: getattr(self, name) for name in FEES}
        members = self.model_dump(exclude={"amount", "currency", "date", *FEES})
        return EvidenceDraft(
            **members,
            kind=kind,
            money=Money(amount=self.amount, currency=self.currency),
            fees={name: amount for name, amount in stated.items() if amount is not None},
            day=self.date,
        )


@router.post("/{kind}")
async def evidence(
    kind: EvidenceKind, body: NewEvidence, request: Request, caller: FromCaller, parts: WithParts
) -> Response:
    claim = caller.claim(request, body.model_dump(mode="json"))
    return json_response(await parts.evidence_intake.take(claim, body.draft(kind)))
