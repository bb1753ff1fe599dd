"""ReconLayer's export and people's work, by its routes alone."""

import csv
import io

import pytest

from e2e.payments import Payments

EXPORT = "/v1/exports/reconciliation-cases"


async def test_the_export_says_the_same_in_both_formats(payments: Payments) -> None:
    await payments.intent("=cmd()", beneficiaryName="+49 30 1234")
    await payments.becomes("=cmd()", verdict="unreconciled")
    told = await payments.api.get(EXPORT)
    table = await payments.api.client.get(EXPORT, params={"format": "csv"})

    rows = list(csv.DictReader(io.StringIO(table.text, newline="")))

    assert told["total"] == len(told["items"]) == len(rows)
    assert table.headers["content-disposition"].startswith("attachment")
    by_id = {row["case.id"]: row for row in rows}
    for item in told["items"]:
        row = by_id[item["case"]["id"]]
        assert row["case.verdict"] == item["case"]["verdict"]
        assert row["case.unexplainedDelta"] == (item["case"]["unexplainedDelta"] or "")
        assert row["case.flowLegs.count"] == str(len(item["case"]["flowLegs"]))
        assert row["evidence.rawRecords.ids"].split() == [
            one["id"] for one in item["evidence"]["rawRecords"]
        ]
    names = {row["case.paymentIntent.externalReference"] for row in rows}
    assert "'=cmd()" in names
    assert all(not value.startswith(("=", "+", "@")) for row in rows for value in row.values())


@pytest.mark.parametrize(
    ("params", "bad"),
    [
        ({"format": "xml"}, "format"),
        ({"status": "closed"}, "status"),
        ({"reconciliationStatus": "half"}, "reconciliationStatus"),
        ({"verdict": "matched,nonsense"}, "verdict"),
        ({"externalReference": ""}, "externalReference"),
        ({"from": "yesterday"}, "from"),
        ({"unknown": "1"}, "unknown"),
    ],
)
async def test_a_bad_query_is_400_and_says_which(
    payments: Payments, params: dict[str, str], bad: str
) -> None:
    answer = await payments.api.client.get(EXPORT, params=params)

    assert answer.status_code == 400
    told = answer.json()
    assert {"error", "message", "issues"} <= told.keys()
    assert any(one["path"].startswith(f"query.{bad}") for one in told["issues"])


async def test_filters_are_echoed_and_verdicts_may_repeat(payments: Payments) -> None:
    params = [("verdict", "matched"), ("verdict", "needs_review,delayed"), ("from", "2026-01-01")]

    told = await payments.api.client.get(EXPORT, params=params)

    filters = told.json()["filters"]
    assert filters["verdicts"] == ["matched", "needs_review", "delayed"]
    assert (filters["from"], filters["to"], filters["status"]) == ("2026-01-01", None, None)
    verdicts = {one["case"]["verdict"] for one in told.json()["items"]}
    assert verdicts <= {"matched", "needs_review", "delayed"}
