"""Made from docs/openapi.json by `make client`; changed there, not here."""

from collections.abc import AsyncIterator

from tieout_client.async_sender import AsyncSender
from tieout_client.models.reconlayer_payment_intents import (
    MoneyIn,
    PaymentIntent,
    PaymentIntentsPage,
    TakenPaymentIntent,
)
from tieout_client.omitted import OMIT, Omit
from tieout_client.paging import Paging, by_cursor
from tieout_client.request import Request, segment


class AsyncReconlayerPaymentIntentsResource:
    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    async def create(
        self,
        *,
        external_reference: str,
        destination: MoneyIn,
        source: MoneyIn | Omit | None = OMIT,
        payment_type: str | Omit = OMIT,
        payment_subtype: str | Omit | None = OMIT,
        stablecoin: str | Omit | None = OMIT,
        chain: str | Omit | None = OMIT,
        beneficiary_account: str | Omit | None = OMIT,
        beneficiary_name: str | Omit | None = OMIT,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> TakenPaymentIntent:
        """Announce a payment; its evidence and its case follow it.

        The same externalReference again is the same payment intent, `outcome: reused`; with other
        members it is 409, which names them.

        - `external_reference`: what its evidence will name
        - `destination`: what is expected to arrive
        - `payment_type`: bank, stablecoin, cross_border; any other counts as other
        """
        return await self._sender.one(
            TakenPaymentIntent,
            Request(
                method="POST",
                path="/v1/payment-intents",
                body={
                    "externalReference": external_reference,
                    "destination": destination,
                    "source": source,
                    "paymentType": payment_type,
                    "paymentSubtype": payment_subtype,
                    "stablecoin": stablecoin,
                    "chain": chain,
                    "beneficiaryAccount": beneficiary_account,
                    "beneficiaryName": beneficiary_name,
                },
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    async def list(
        self,
        *,
        external_reference: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        request_id: str | None = None,
    ) -> PaymentIntentsPage:
        """List payment intents, newest first.

        - `cursor`: `next_cursor` of the page before; left out for the first page
        """
        return await self._sender.one(
            PaymentIntentsPage,
            Request(
                method="GET",
                path="/v1/payment-intents",
                query={"externalReference": external_reference, "cursor": cursor, "limit": limit},
                request_id=request_id,
            ),
        )

    def iterate(
        self,
        *,
        external_reference: str | None = None,
        limit: int | None = None,
        request_id: str | None = None,
    ) -> AsyncIterator[PaymentIntent]:
        """Give what `list` lists one by one, over all pages; `limit` is the size of a page."""
        return self._sender.each(
            Paging(page=PaymentIntentsPage, items=lambda page: page.items, onward=by_cursor),
            Request(
                method="GET",
                path="/v1/payment-intents",
                query={"externalReference": external_reference, "limit": limit},
                request_id=request_id,
            ),
        )

    async def get(
        self,
        intent_id: str,
        *,
        request_id: str | None = None,
    ) -> PaymentIntent:
        """Show one payment intent."""
        return await self._sender.one(
            PaymentIntent,
            Request(
                method="GET",
                path=f"/v1/payment-intents/{segment(intent_id)}",
                request_id=request_id,
            ),
        )
