"""An example of a case, for the document."""

from typing import Any

from tieout_gateway.shapes.intent_examples import CASE_ID, INTENT, LEG

CASE: dict[str, Any] = {
    "id": CASE_ID,
    "organizationId": "1",
    "paymentIntentId": INTENT["id"],
    "status": "resolved",
    "reconciliationStatus": "reconciled",
    "expectedAmount": "1250.00",
    "actualAmount": "1250.00",
    "exceptionType": None,
    "createdAt": "2026-01-05T10:00:01Z",
    "updatedAt": "2026-01-06T07:00:02Z",
    "paymentIntent": INTENT | {"status": "completed"},
    "verdict": "matched",
    "unexplainedDelta": "0.00",
    "slaAgeMinutes": 1260,
    "slaRisk": False,
    "requiredLegsTotal": 1,
    "requiredLegsPresent": 1,
    "evidenceCoverage": {
        "expected": "present",
        "provider": "not_required",
        "chain": "not_required",
        "bank": "present",
        "file": "not_required",
    },
    "flowLegs": [LEG],
    "providerFee": "0.00",
    "networkFee": "0.00",
    "developerFee": "0.00",
    "fxSpread": "0.00",
    "roundingDelta": "0.00",
    "notes": None,
    "reconciledAt": "2026-01-06T07:00:02Z",
    "lastRunAt": "2026-01-06T07:00:02Z",
    "auditEvents": [
        {
            "id": "00160000-0000-87e0-8000-000000000021",
            "organizationId": "1",
            "paymentIntentId": INTENT["id"],
            "caseId": CASE_ID,
            "rawRecordId": None,
            "importBatchId": None,
            "eventType": "case.resolved",
            "actor": "system",
            "payload": None,
            "message": "All evidence is there and ties",
            "occurredAt": "2026-01-06T07:00:02Z",
        }
    ],
}
