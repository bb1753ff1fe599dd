"""112 days of instant settlement: every day that ties, by truth.json, is proven."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from real.camt_corpus import settlement_truth
from real.settlement import Settlement

DAYS = 112
Day = dict[str, Any]


@pytest.fixture(scope="module")
async def proof(settlement: Settlement) -> dict[str, Any]:
    """Give the proof of the real records, with all its days on one page."""
    path = f"/v1/reconciliations/{settlement.reconciliations['real only']}/balance_proof"
    told: dict[str, Any] = await settlement.api.get(path, limit=200)
    return told


def side_of(day: Day, name: str) -> Day:
    (side,) = [one for one in day["sides"] if one["side"] == name]
    return dict(side)


async def test_every_day_that_ties_is_proven_by_its_report_and_by_its_payments(
    proof: dict[str, Any],
    settlement: Settlement,
    corpus: Path,
    show_table: Callable[[Sequence[Sequence[object]]], None],
) -> None:
    """The file's date is that of the report; its balances are of the day before."""
    batches = await settlement.api.all_of("/v1/data_streams/real-052/import_batches")
    filed = {one["id"]: one["filename"].removesuffix(".xml") for one in batches}
    proven = {
        filed[side["statements"][0]["import_batch_id"]]: side
        for side in (side_of(day, "A") for day in proof["days"])
    }
    truth = settlement_truth(corpus)

    tied = [day for day in truth if day["ties"]]
    by_report = [day for day in tied if proven[day["date"]]["proven"]]
    by_payments = [day for day in tied if proven[day["date"]]["proven_by_other_side"]]

    columns = ("days", "tie by truth", "proven by the report", "proven by the payments")
    show_table([columns, (len(truth), len(tied), len(by_report), len(by_payments))])
    assert len(proof["days"]) == len(truth) == len(tied) == DAYS
    assert len(by_report) == len(by_payments) == DAYS
    for day in truth:
        side = proven[day["date"]]
        assert [Decimal(side[name]) / 100 for name in ("opening", "records", "closing")] == [
            Decimal(day[name]) for name in ("opening", "sum_counterparty_movements", "closing")
        ]
        assert side["record_count"] == day["counterparty_movements"]
        (gap,) = [one["gap"] for one in side["statements"]]
        assert (gap is None) == (day["chain_ok"] is not False)


async def test_each_payment_is_part_of_its_days_notification(
    proof: dict[str, Any], corpus: Path
) -> None:
    truth = settlement_truth(corpus)

    sides = [side_of(day, "B") for day in proof["days"]]

    assert [(one["record_count"], Decimal(one["records"]) / 100) for one in sides] == [
        (day["camt054_transactions"], Decimal(day["camt054_net"])) for day in truth
    ]
    assert {one["proven"] for one in sides} == {None}


async def test_the_whole_is_proven_with_every_open_record_in_its_term(
    proof: dict[str, Any], settlement: Settlement
) -> None:
    path = f"/v1/reconciliations/{settlement.reconciliations['real only']}/progress"
    progress = await settlement.api.get(path)

    assert proof["proven"]
    (euro,) = proof["currencies"]
    counts = {one["term"]: one["record_count"] for one in euro["terms"]}
    assert counts["open_a"] + counts["open_b"] == progress["unmatched"]
    assert counts["matched_a"] + counts["matched_b"] == progress["matched"]
    assert euro["difference"] == 0
