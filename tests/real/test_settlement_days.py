"""112 days of instant settlement, loaded into one stream a side, as truth.json knows them."""

from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from real.camt_corpus import settlement_truth
from real.settlement_days import Days
from tieout_ingest.domain.drafts import Record


@pytest.mark.parametrize("kind", ["052", "054"])
def test_all_days_load_into_one_stream_without_a_false_conflict_or_skip(
    days: dict[str, Days], kind: str
) -> None:
    records = [record for loaded, _ in days[kind].values() for record in loaded]

    assert len(days[kind]) >= 112
    assert len({one.identity for one in records}) == len(records)


def test_each_day_moves_what_the_truth_says(corpus: Path, days: dict[str, Days]) -> None:
    for day in settlement_truth(corpus):
        records, (report,) = days["052"][day["date"]]
        payments, _ = days["054"][day["date"]]

        assert (report.opening, report.closing) == (
            Decimal(day["opening"]), Decimal(day["closing"]),
        )  # fmt: skip
        assert len(records) == day["counterparty_movements"]
        assert _sum(records) == Decimal(day["sum_counterparty_movements"])
        assert report.balance_check == "ties"
        assert len(payments) == day["camt054_transactions"]
        assert _sum(payments) == Decimal(day["camt054_net"])


def test_the_known_groups_add_up_over_counterparty_and_settlement_date(
    corpus: Path, days: dict[str, Days]
) -> None:
    groups = 0
    for day in settlement_truth(corpus):
        movements, payments = days["052"][day["date"]][0], days["054"][day["date"]][0]
        by_reference: defaultdict[str | None, list[Record]] = defaultdict(list)
        for payment in payments:
            by_reference[payment.fields.reference].append(payment)
        for group in day["many_to_one_groups"]:
            bic = group["counterparty_bic"]
            members = [
                member
                for reference in group["tx_ids"]
                for member in by_reference[reference]
                if member.fields.metadata.get("counterparty_bic") == bic
            ]
            movement = Decimal(group["movement"])
            groups += 1

            assert _sum(members) == movement
            assert any(
                one.fields.metadata["counterparty_bic"] == bic
                and _sum([one]) == movement
                and {member.fields.date for member in members} == {one.fields.date}
                for one in movements
            )
    assert groups == 523


def _sum(records: list[Record]) -> Decimal:
    return sum((Decimal(one.fields.signed_minor) for one in records), Decimal(0)) / 100
