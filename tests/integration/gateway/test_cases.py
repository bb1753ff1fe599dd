"""Cases on their way out: in the dialect's words, streamed, and never cut short unseen."""

import copy
import csv
import io
import json
from typing import Any

import pytest

from integration.gateway.conftest import Gateway
from tieout_contracts.ids import Kind, uuid_of
from tieout_gateway.domain.case_table import COLUMNS

Json = dict[str, Any]
AT = "2026-03-01T12:00:00Z"
EXPORT, OWNER = "/v1/exports/reconciliation-cases", "/internal/cases/export"
MONEY = {"amount": "100.00", "currency": "EUR"}
LEG = {
    "id": 501, "type": "destination", "status": "completed", "provider": None,
    "provider_transfer_id": None, "tx_hash": None, **MONEY,
}  # fmt: skip
TOLD: Json = {
    "id": 11, "status": "open", "reconciliation_status": "reconciled", "notes": "=1+1",
    "reconciled_at": AT, "last_run_at": AT, "created_at": AT, "updated_at": AT, "version": 2,
    "payment_intent": {
        "id": 502, "external_reference": "INV-1", "source": MONEY, "destination": MONEY,
        "payment_type": "bank", "payment_subtype": None, "stablecoin": None, "chain": None,
        "beneficiary_account": None, "beneficiary_name": "-Acme", "status": "completed",
        "created_at": AT, "updated_at": AT,
    },
    "expected_amount": "100.00", "actual_amount": "100.50", "exception_type": None,
    "verdict": "needs_review", "unexplained_delta": "-0.50", "sla_age_minutes": 5,
    "sla_risk": False, "required_legs_total": 1, "required_legs_present": 1,
    "evidence_coverage": {
        "expected": "present", "provider": "not_required", "chain": "not_required",
        "bank": "present", "file": "not_required",
    },
    "flow_legs": [LEG], "provider_fee": "0.00", "network_fee": "0.00", "developer_fee": "0.00",
    "fx_spread": "0.00", "rounding_delta": "0.00",
    "audit_events": [{
        "id": 31, "case_id": 11, "intent_id": 502, "raw_record_id": 501,
        "event_type": "evidence.received", "actor": "system", "payload": {"a": 1},
        "message": "Evidence was received", "occurred_at": AT,
    }],
    "raw_records": [{
        "id": 501, "source": "bank", "source_ref": "s-1", "external_reference": "INV-1", **MONEY,
        "date": "2026-03-01", "status": "completed", "description": None, "counterparty": None,
        "metadata": {}, "received_at": AT,
    }],
    "match_links": [{
        "id": 901, "status": "accepted", "kind": "exact", "doubt": None, "score": None,
        "rule_id": 3, "rule_version": 1, "raw_record_ids": [501], "adjustments": [],
        "decided_at": AT,
    }],
}  # fmt: skip


def lines(*told: Json) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in told)


def whole(*told: Json) -> bytes:
    return lines(*told, {"total": len(told), "exported_at": AT})


async def test_an_export_is_the_owners_lines_in_the_dialects_words(gateway: Gateway) -> None:
    gateway.exceptions.answer("GET", OWNER, whole(TOLD, TOLD))

    answer = await gateway.ask("GET", EXPORT, params={"verdict": "matched", "to": "2026-03-02"})

    told = answer.json()
    assert (told["total"], told["exportedAt"], len(told["items"])) == (2, AT, 2)
    item = told["items"][0]
    assert item["case"]["id"] == item["evidence"]["caseId"] == str(uuid_of(Kind.CASE, 11))
    assert item["case"]["paymentIntentId"] == str(uuid_of(Kind.PAYMENT_INTENT, 502))
    assert item["evidence"]["matchLinks"][0]["rawRecordIds"] == [str(uuid_of(Kind.RECORD, 501))]
    (call,) = gateway.exceptions.calls
    assert call.query == {"verdict": "matched", "created_to": "2026-03-02"}
    assert told["filters"]["verdicts"] == ["matched"]


async def test_an_export_of_nothing_is_whole(gateway: Gateway) -> None:
    gateway.exceptions.answer("GET", OWNER, whole())

    told = (await gateway.ask("GET", EXPORT)).json()

    assert (told["items"], told["total"]) == ([], 0)


async def test_a_list_shows_the_same_case_as_the_export(gateway: Gateway) -> None:
    gateway.exceptions.answer("GET", OWNER, whole(TOLD))
    page = {"data": [TOLD], "next_cursor": None, "limit": 50}
    gateway.exceptions.answer("GET", "/internal/cases", page)

    exported = (await gateway.ask("GET", EXPORT)).json()
    listed = (await gateway.ask("GET", "/v1/reconciliation-cases")).json()

    assert exported["items"] == listed["items"]


async def test_a_table_has_a_row_a_case_and_no_formula(gateway: Gateway) -> None:
    gateway.exceptions.answer("GET", OWNER, whole(TOLD))

    answer = await gateway.ask("GET", EXPORT, params={"format": "csv"})

    (row,) = csv.DictReader(io.StringIO(answer.text, newline=""))
    assert tuple(row) == tuple(COLUMNS)
    assert row["case.notes"] == "'=1+1"
    assert row["case.paymentIntent.beneficiaryName"] == "'-Acme"
    assert row["case.unexplainedDelta"] == "-0.50"
    assert row["evidence.rawRecords.ids"] == str(uuid_of(Kind.RECORD, 501))


@pytest.mark.parametrize("form", ["json", "csv"])
async def test_an_export_that_ends_early_is_cut_and_not_ended(gateway: Gateway, form: str) -> None:
    gateway.exceptions.answer("GET", OWNER, lines(TOLD))

    with pytest.raises(Exception, match="ended before its total"):
        await gateway.ask("GET", EXPORT, params={"format": form})


async def test_a_case_carries_its_version(gateway: Gateway) -> None:
    gateway.exceptions.answer("GET", "/internal/cases/11", copy.deepcopy(TOLD))

    answer = await gateway.ask("GET", f"/v1/reconciliation-cases/{uuid_of(Kind.CASE, 11)}")

    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')


async def test_a_wrong_member_is_400_with_the_name_the_caller_used(gateway: Gateway) -> None:
    error = {"path": "$.provider_fee", "message": "has more than 2 decimal places"}
    refused = {"errors": [error]}
    gateway.exceptions.refuse(
        "POST", "/internal/evidence/bank", 422, "precision_exceeded", **refused
    )
    body = {"sourceRef": "1", "externalReference": "INV-1", "amount": "1.00", "currency": "eur"}

    precise = await gateway.ask("POST", "/v1/evidence/bank", json=body | {"providerFee": "0.001"})
    unknown = await gateway.ask("POST", "/v1/evidence/bank", json=body | {"provider_fee": "1"})

    assert (precise.status_code, precise.json()["issues"][0]["path"]) == (422, "$.providerFee")
    assert (unknown.status_code, unknown.json()["error"]) == (400, "validation_failed")
    assert gateway.exceptions.calls[0].json["currency"] == "EUR"
