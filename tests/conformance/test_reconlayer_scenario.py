"""ReconLayer on real payments: intents, evidence in parts, each of the verdicts, the export."""

import csv
import io
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from conformance.end_close_flow import read_payments
from e2e.payments import CASES, Payments
from fixtures.public_api import PublicApi

Json = dict[str, Any]
EXPORT = "/v1/exports/reconciliation-cases"
READ = 40
# A payment for each verdict; the references are the verdicts themselves.
VERDICTS = ("matched", "matched_with_exception", "needs_review", "delayed", "unreconciled")
NEARLY = 2  # pence that a fee may have taken: within the tolerance


@pytest.fixture(scope="module")
def real(corpus: Path) -> tuple[list[Json], list[tuple[Json, Json]]]:
    """Give real payments that arrived whole, and those that arrived as another amount."""
    payments = read_payments(corpus, READ)
    pairs = list(zip(payments.sent, payments.arrived, strict=True))
    whole = [sent for sent, arrived in pairs if sent["amount"] == arrived["amount"]]
    return whole, [one for one in pairs if one[0]["amount"] != one[1]["amount"]]


@pytest.fixture(scope="module")
async def payments(api: PublicApi, real: tuple[list[Json], list[tuple[Json, Json]]]) -> Payments:
    """Give the five payments with their evidence, each at its verdict."""
    told = Payments(api)
    (matched, legs, late, nothing, *_), (differing, *_) = real
    await _intend(told, "matched", matched)
    await _intend(told, "matched_with_exception", legs, paymentType="cross_border")
    await _intend(told, "needs_review", differing[0])
    await _intend(told, "unreconciled", nothing)
    await api.post("/v1/records", _made_long_ago("delayed", late))
    half = matched["amount"] // 2
    await _prove(told, "matched", half)
    await told.becomes("matched", verdict="needs_review", actualAmount=_pounds(half))
    await _prove(told, "matched", matched["amount"] - half)
    await _prove(told, "matched_with_exception", legs["amount"])
    await _prove(told, "needs_review", differing[1]["amount"])
    await _prove(told, "delayed", late["amount"] - NEARLY)
    for verdict in VERDICTS:
        await told.becomes(verdict, verdict=verdict)
    return told


async def _intend(payments: Payments, reference: str, sent: Json, **members: Any) -> None:
    destination = {"amount": _pounds(sent["amount"]), "currency": "GBP"}
    members = {"destination": destination, "beneficiaryName": sent["description"]} | members
    made = await payments.intent(reference, **members)
    assert made["outcome"] == "created"


async def _prove(payments: Payments, reference: str, amount: int) -> None:
    await payments.evidence(reference, _pounds(amount), currency="GBP")


def _pounds(pence: int) -> str:
    return str(Decimal(pence).scaleb(-2))


def _made_long_ago(reference: str, sent: Json) -> Json:
    """Tell an intent by its record, with the day it really was made: the route says now."""
    made = {"payment_type": "bank", "created_at": f"{sent['date']}T00:00:00Z"}
    named = {"data_stream_key": "payment-intents", "external_id": reference}
    return sent | named | {"reference": reference, "metadata": made}


async def test_evidence_in_parts_ties(payments: Payments, real: tuple[list[Json], Any]) -> None:
    case = await payments.case("matched")

    assert case["actualAmount"] == case["expectedAmount"] == _pounds(real[0][0]["amount"])
    assert (case["unexplainedDelta"], case["reconciliationStatus"]) == ("0.00", "reconciled")
    assert [one["type"] for one in case["flowLegs"]] == ["destination", "destination"]
    assert (case["status"], case["paymentIntent"]["status"]) == ("resolved", "completed")


async def test_each_other_verdict_says_what_lacks(
    payments: Payments, real: tuple[Any, list[tuple[Json, Json]]]
) -> None:
    cases = {verdict: await payments.case(verdict) for verdict in VERDICTS}
    (sent, arrived), *_ = real[1]

    legs = cases["matched_with_exception"]
    assert (legs["requiredLegsPresent"], legs["requiredLegsTotal"]) == (1, 3)
    assert cases["needs_review"]["unexplainedDelta"] == _pounds(sent["amount"] - arrived["amount"])
    assert cases["delayed"]["unexplainedDelta"] == _pounds(NEARLY)
    assert cases["unreconciled"]["evidenceCoverage"]["bank"] == "missing"
    assert [name for name, one in cases.items() if one["slaRisk"]] == ["delayed"]


@pytest.mark.parametrize(
    ("verdict", "references"),
    [*((one, [one]) for one in VERDICTS), ("sla_risk", ["delayed"])],
)
async def test_the_export_filters_by_verdict(
    payments: Payments, verdict: str, references: Sequence[str]
) -> None:
    told = await payments.api.get(EXPORT, verdict=verdict)

    assert [_reference(one) for one in told["items"]] == list(references)
    assert (told["total"], told["filters"]["verdicts"]) == (1, [verdict])


async def test_both_formats_say_the_same(payments: Payments) -> None:
    told = await payments.api.get(EXPORT)
    table = await payments.api.client.get(EXPORT, params={"format": "csv"})

    rows = list(csv.DictReader(io.StringIO(table.text, newline="")))

    assert table.headers["content-disposition"].startswith("attachment")
    assert told["total"] == len(told["items"]) == len(rows) == len(VERDICTS)
    by_id = {row["case.id"]: row for row in rows}
    for item in told["items"]:
        row = by_id[item["case"]["id"]]
        assert row["case.verdict"] == item["case"]["verdict"]
        assert row["case.unexplainedDelta"] == (item["case"]["unexplainedDelta"] or "")
        assert row["case.flowLegs.count"] == str(len(item["case"]["flowLegs"]))
        raw = [one["id"] for one in item["evidence"]["rawRecords"]]
        assert row["evidence.rawRecords.ids"].split() == raw


async def test_people_work_on_a_case_and_the_export_shows_it(payments: Payments) -> None:
    case = await payments.case("needs_review")
    path = f"{CASES}/{case['id']}"
    client = payments.api.client

    etag = (await client.get(path)).headers["etag"]
    refused = await client.post(f"{path}/resolve", json={}, headers={"if-match": '"99"'})
    await payments.api.post(f"{path}/notes", {"notes": "the bank was asked"}, **{"if-match": etag})
    resolved = await payments.api.post(f"{path}/resolve", {})
    archived = await payments.api.post(f"{path}/archive", {})
    (shown,) = (await payments.api.get(EXPORT, status="archived"))["items"]

    assert refused.status_code == 412
    assert (resolved["case"]["status"], resolved["case"]["notes"]) == (
        "resolved", "the bank was asked")  # fmt: skip
    assert archived["case"]["status"] == "archived"
    assert shown["case"]["id"] == case["id"]
    assert len(shown["case"]["auditEvents"]) > len(case["auditEvents"])


def _reference(item: Json) -> str:
    return str(item["case"]["paymentIntent"]["externalReference"])
