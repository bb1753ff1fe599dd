"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt
from typing import Literal

from tieout_client.models.reconlayer_evidence import TakenEvidence
from tieout_client.omitted import OMIT, Omit
from tieout_client.request import Request
from tieout_client.sender import Sender


class ReconlayerEvidenceResource:
    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def add_provider(
        self,
        *,
        source_ref: str,
        external_reference: str,
        amount: str,
        currency: str,
        direction: Literal["credit", "debit"] | Omit = OMIT,
        leg_type: Literal["source", "transfer", "destination", "fee"] | Omit | None = OMIT,
        status: Literal["pending", "completed", "failed"] | Omit = OMIT,
        provider_fee: str | Omit | None = OMIT,
        network_fee: str | Omit | None = OMIT,
        developer_fee: str | Omit | None = OMIT,
        rate: str | Omit | None = OMIT,
        provider: str | Omit | None = OMIT,
        provider_transfer_id: str | Omit | None = OMIT,
        tx_hash: str | Omit | None = OMIT,
        description: str | Omit | None = OMIT,
        counterparty: str | Omit | None = OMIT,
        date: dt.date | Omit | None = OMIT,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> TakenEvidence:
        """Tell of a movement of money, as the provider reports it.

        The same sourceRef again adds nothing, `duplicate: true`; with other money it is 409.

        - `source_ref`: the source's own identity of it: told again, nothing is added
        - `external_reference`: the payment intent's
        - `amount`: what moved, a decimal without a sign
        - `leg_type`: left out: transfer of providers and chains, else destination
        - `status`: pending is only matched tentatively; failed moved nothing
        - `rate`: units of the expected currency for one of this, where they are two
        - `date`: of the movement; left out: today (UTC)
        """
        return self._sender.one(
            TakenEvidence,
            Request(
                method="POST",
                path="/v1/evidence/provider",
                body={
                    "sourceRef": source_ref,
                    "externalReference": external_reference,
                    "amount": amount,
                    "currency": currency,
                    "direction": direction,
                    "legType": leg_type,
                    "status": status,
                    "providerFee": provider_fee,
                    "networkFee": network_fee,
                    "developerFee": developer_fee,
                    "rate": rate,
                    "provider": provider,
                    "providerTransferId": provider_transfer_id,
                    "txHash": tx_hash,
                    "description": description,
                    "counterparty": counterparty,
                    "date": date,
                },
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    def add_chain(
        self,
        *,
        source_ref: str,
        external_reference: str,
        amount: str,
        currency: str,
        direction: Literal["credit", "debit"] | Omit = OMIT,
        leg_type: Literal["source", "transfer", "destination", "fee"] | Omit | None = OMIT,
        status: Literal["pending", "completed", "failed"] | Omit = OMIT,
        provider_fee: str | Omit | None = OMIT,
        network_fee: str | Omit | None = OMIT,
        developer_fee: str | Omit | None = OMIT,
        rate: str | Omit | None = OMIT,
        provider: str | Omit | None = OMIT,
        provider_transfer_id: str | Omit | None = OMIT,
        tx_hash: str | Omit | None = OMIT,
        description: str | Omit | None = OMIT,
        counterparty: str | Omit | None = OMIT,
        date: dt.date | Omit | None = OMIT,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> TakenEvidence:
        """Tell of a movement of money, as the chain reports it.

        The same sourceRef again adds nothing, `duplicate: true`; with other money it is 409.

        - `source_ref`: the source's own identity of it: told again, nothing is added
        - `external_reference`: the payment intent's
        - `amount`: what moved, a decimal without a sign
        - `leg_type`: left out: transfer of providers and chains, else destination
        - `status`: pending is only matched tentatively; failed moved nothing
        - `rate`: units of the expected currency for one of this, where they are two
        - `date`: of the movement; left out: today (UTC)
        """
        return self._sender.one(
            TakenEvidence,
            Request(
                method="POST",
                path="/v1/evidence/chain",
                body={
                    "sourceRef": source_ref,
                    "externalReference": external_reference,
                    "amount": amount,
                    "currency": currency,
                    "direction": direction,
                    "legType": leg_type,
                    "status": status,
                    "providerFee": provider_fee,
                    "networkFee": network_fee,
                    "developerFee": developer_fee,
                    "rate": rate,
                    "provider": provider,
                    "providerTransferId": provider_transfer_id,
                    "txHash": tx_hash,
                    "description": description,
                    "counterparty": counterparty,
                    "date": date,
                },
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    def add_bank(
        self,
        *,
        source_ref: str,
        external_reference: str,
        amount: str,
        currency: str,
        direction: Literal["credit", "debit"] | Omit = OMIT,
        leg_type: Literal["source", "transfer", "destination", "fee"] | Omit | None = OMIT,
        status: Literal["pending", "completed", "failed"] | Omit = OMIT,
        provider_fee: str | Omit | None = OMIT,
        network_fee: str | Omit | None = OMIT,
        developer_fee: str | Omit | None = OMIT,
        rate: str | Omit | None = OMIT,
        provider: str | Omit | None = OMIT,
        provider_transfer_id: str | Omit | None = OMIT,
        tx_hash: str | Omit | None = OMIT,
        description: str | Omit | None = OMIT,
        counterparty: str | Omit | None = OMIT,
        date: dt.date | Omit | None = OMIT,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> TakenEvidence:
        """Tell of a movement of money, as the bank reports it.

        The same sourceRef again adds nothing, `duplicate: true`; with other money it is 409.

        - `source_ref`: the source's own identity of it: told again, nothing is added
        - `external_reference`: the payment intent's
        - `amount`: what moved, a decimal without a sign
        - `leg_type`: left out: transfer of providers and chains, else destination
        - `status`: pending is only matched tentatively; failed moved nothing
        - `rate`: units of the expected currency for one of this, where they are two
        - `date`: of the movement; left out: today (UTC)
        """
        return self._sender.one(
            TakenEvidence,
            Request(
                method="POST",
                path="/v1/evidence/bank",
                body={
                    "sourceRef": source_ref,
                    "externalReference": external_reference,
                    "amount": amount,
                    "currency": currency,
                    "direction": direction,
                    "legType": leg_type,
                    "status": status,
                    "providerFee": provider_fee,
                    "networkFee": network_fee,
                    "developerFee": developer_fee,
                    "rate": rate,
                    "provider": provider,
                    "providerTransferId": provider_transfer_id,
                    "txHash": tx_hash,
                    "description": description,
                    "counterparty": counterparty,
                    "date": date,
                },
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    def add_file(
        self,
        *,
        source_ref: str,
        external_reference: str,
        amount: str,
        currency: str,
        direction: Literal["credit", "debit"] | Omit = OMIT,
        leg_type: Literal["source", "transfer", "destination", "fee"] | Omit | None = OMIT,
        status: Literal["pending", "completed", "failed"] | Omit = OMIT,
        provider_fee: str | Omit | None = OMIT,
        network_fee: str | Omit | None = OMIT,
        developer_fee: str | Omit | None = OMIT,
        rate: str | Omit | None = OMIT,
        provider: str | Omit | None = OMIT,
        provider_transfer_id: str | Omit | None = OMIT,
        tx_hash: str | Omit | None = OMIT,
        description: str | Omit | None = OMIT,
        counterparty: str | Omit | None = OMIT,
        date: dt.date | Omit | None = OMIT,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> TakenEvidence:
        """Tell of a movement of money, as the file reports it.

        The same sourceRef again adds nothing, `duplicate: true`; with other money it is 409.

        - `source_ref`: the source's own identity of it: told again, nothing is added
        - `external_reference`: the payment intent's
        - `amount`: what moved, a decimal without a sign
        - `leg_type`: left out: transfer of providers and chains, else destination
        - `status`: pending is only matched tentatively; failed moved nothing
        - `rate`: units of the expected currency for one of this, where they are two
        - `date`: of the movement; left out: today (UTC)
        """
        return self._sender.one(
            TakenEvidence,
            Request(
                method="POST",
                path="/v1/evidence/file",
                body={
                    "sourceRef": source_ref,
                    "externalReference": external_reference,
                    "amount": amount,
                    "currency": currency,
                    "direction": direction,
                    "legType": leg_type,
                    "status": status,
                    "providerFee": provider_fee,
                    "networkFee": network_fee,
                    "developerFee": developer_fee,
                    "rate": rate,
                    "provider": provider,
                    "providerTransferId": provider_transfer_id,
                    "txHash": tx_hash,
                    "description": description,
                    "counterparty": counterparty,
                    "date": date,
                },
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )
