"""Internal HTTP: payment intents."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from tieout_exceptions.domain.cases.intents import IntentDraft
from tieout_exceptions.domain.cases.stated_money import Money
from tieout_exceptions.routes.requests import (
    FromCaller,
    Id,
    Text,
    WithParts,
    cursor_after,
    id_of_cursor,
    reply,
)
from tieout_exceptions.routes.stated_texts import Amount, Currency, Short, Word
from tieout_exceptions.store import case_books
from tieout_runtime.internal import json_response
from tieout_runtime.problems import not_found

router = APIRouter(prefix="/internal/payment_intents")


class MoneyBody(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    amount: Amount
    currency: Currency

    @property
    def money(self) -> Money:
        return Money(amount=self.amount, currency=self.currency)


class NewIntent(BaseModel):
    """`source` left out: what leaves is what arrives."""

    model_config = ConfigDict(extra="forbid", strict=True)

    external_reference: Short
    destination: MoneyBody
    source: MoneyBody | None = None
    payment_type: Word = "other"
    payment_subtype: Word | None = None
    stablecoin: Word | None = None
    chain: Word | None = None
    beneficiary_account: Short | None = None
    beneficiary_name: Short | None = None

    @property
    def draft(self) -> IntentDraft:
        members = self.model_dump(exclude={"destination", "source"})
        source = self.source or self.destination
        return IntentDraft(**members, destination=self.destination.money, source=source.money)


class IntentQuery(BaseModel):
    external_reference: Short | None = None
    cursor: Text | None = None
    limit: int = Field(default=50, ge=1, le=200)


@router.post("")
async def create(
    body: NewIntent, request: Request, caller: FromCaller, parts: WithParts
) -> Response:
    claim = caller.claim(request, body.model_dump(mode="json"))
    return json_response(await parts.intent_intake.take(claim, body.draft))


@router.get("")
async def listing(
    caller: FromCaller, parts: WithParts, query: Annotated[IntentQuery, Query()]
) -> Response:
    async with parts.begin(caller.organization_id)() as connection:
        found = await case_books.intents(
            connection,
            organization_id=caller.organization_id,
            reference=query.external_reference,
            below_id=id_of_cursor(query.cursor),
            limit=query.limit + 1,
        )
    page = [shown for _, shown in found[: query.limit]]
    more = cursor_after(page[-1]["id"]) if len(found) > query.limit else None
    return reply({"data": page, "next_cursor": more, "limit": query.limit})


@router.get("/{record_id}")
async def one(record_id: Id, caller: FromCaller, parts: WithParts) -> Response:
    async with parts.begin(caller.organization_id)() as connection:
        found = await case_books.intents(
            connection, organization_id=caller.organization_id, record_id=record_id
        )
    if not found:
        raise not_found("payment intent")
    return reply(found[0][1])
