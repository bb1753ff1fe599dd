"""An example of a payment intent and of a leg of its money, for the document."""

from typing import Any

CASE_ID = "00150000-0000-87e0-8000-00000000000b"
RECORD_ID = "00030000-0000-87e0-8000-0000000001f5"
INTENT: dict[str, Any] = {
    "id": "00140000-0000-87e0-8000-0000000001f6",
    "organizationId": "1",
    "externalReference": "INV-4711",
    "source": {"amount": "1250.00", "currency": "EUR"},
    "destination": {"amount": "1250.00", "currency": "EUR"},
    "paymentType": "bank",
    "paymentSubtype": None,
    "stablecoin": None,
    "chain": None,
    "beneficiaryAccount": "DE02120300000000202051",
    "beneficiaryName": "Acme GmbH",
    "status": "pending",
    "createdAt": "2026-01-05T10:00:00Z",
    "updatedAt": "2026-01-05T10:00:00Z",
}
LEG: dict[str, Any] = {
    "id": RECORD_ID,
    "type": "destination",
    "status": "completed",
    "provider": None,
    "providerTransferId": None,
    "txHash": None,
    "amount": "1250.00",
    "currency": "EUR",
}
