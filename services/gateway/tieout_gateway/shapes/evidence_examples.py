"""Examples of evidence, for the document."""

from typing import Any

from tieout_gateway.shapes.intent_examples import CASE_ID, INTENT, LEG, RECORD_ID

EVIDENCE: dict[str, Any] = {
    "caseId": CASE_ID,
    "paymentIntentId": INTENT["id"],
    "rawRecords": [
        {
            "id": RECORD_ID,
            "source": "bank",
            "sourceRef": "stmt-2026-01-06-17",
            "externalReference": "INV-4711",
            "amount": "1250.00",
            "currency": "EUR",
            "date": "2026-01-06",
            "status": "completed",
            "description": None,
            "counterparty": None,
            "metadata": {"leg_type": "destination"},
            "receivedAt": "2026-01-06T07:00:01Z",
        }
    ],
    "flowLegs": [LEG],
    "matchLinks": [
        {
            "id": "00080000-0000-87e0-8000-0000000003e9",
            "status": "accepted",
            "kind": "exact",
            "doubt": None,
            "score": None,
            "ruleId": 3,
            "ruleVersion": 1,
            "rawRecordIds": [RECORD_ID],
            "adjustments": [],
            "decidedAt": "2026-01-06T07:00:02Z",
        }
    ],
}
