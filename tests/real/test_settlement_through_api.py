"""112 days of instant settlement, reconciled through the API as truth.json knows them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fixtures.public_api import PublicApi, until
from real.camt_corpus import settlement_truth
from real.settlement import Known, Settlement, matched_pairs
from real.settlement_truth import signed_amount, truth_of
from tieout_contracts.ids import Kind, uuid_of

ONE_MEMBER_GROUPS = 309


@dataclass(frozen=True, kw_only=True)
class Reconciled:
    """The reconciliation of the real records alone."""

    api: PublicApi
    number: int
    known: dict[int, Known]
    pairs: list[tuple[int, int]]

    def records(self, kind: str) -> list[dict[str, Any]]:
        return [one.record for one in self.known.values() if one.kind == kind]

    def open_records(self, kind: str) -> list[dict[str, Any]]:
        matched = {number for pair in self.pairs for number in pair}
        return [one for one in self.records(kind) if one["id"] not in matched]

    @property
    def unmatched(self) -> int:
        return len(self.open_records("052")) + len(self.open_records("054"))

    async def progress(self) -> dict[str, Any]:
        told: dict[str, Any] = await self.api.get(f"/v1/reconciliations/{self.number}/progress")
        return told


@pytest.fixture(scope="module")
async def reconciled(settlement: Settlement) -> Reconciled:
    number = settlement.reconciliations["real only"]
    return Reconciled(
        api=settlement.api,
        number=number,
        known={record: one for record, one in settlement.known.items() if one.day},
        pairs=await matched_pairs(settlement.api, number),
    )


def test_all_groups_of_one_member_are_matched_and_nothing_else(
    reconciled: Reconciled,
    corpus: Path,
    show_table: Callable[[Sequence[Sequence[object]]], None],
) -> None:
    truth = truth_of(settlement_truth(corpus))

    verdict = truth.judge((reconciled.known[a], reconciled.known[b]) for a, b in reconciled.pairs)

    columns = ("records", "matches", "of one member", "found", "contradictions", "unknown")
    counts = (len(reconciled.known), len(reconciled.pairs), len(truth.alone), verdict.found)
    show_table([columns, (*counts, len(verdict.contradictions), len(verdict.unknown))])
    assert len(truth.alone) == ONE_MEMBER_GROUPS
    assert verdict.found == len(reconciled.pairs) == ONE_MEMBER_GROUPS
    assert (verdict.contradictions, verdict.unknown) == ([], [])


async def test_every_record_is_decided_once_and_its_side_sums_to_the_truth(
    reconciled: Reconciled, corpus: Path
) -> None:
    days = settlement_truth(corpus)

    progress = await reconciled.progress()

    records = len(reconciled.known)
    assert [progress[name] for name in ("accepted", "routed", "decided", "behind")] == [
        records, records, records, 0,
    ]  # fmt: skip
    assert progress["matched"] == 2 * ONE_MEMBER_GROUPS
    for kind, fact in (("052", "sum_counterparty_movements"), ("054", "camt054_net")):
        moved = sum(map(signed_amount, reconciled.records(kind)))
        assert moved == sum(Decimal(day[fact]) for day in days)


async def test_the_rest_turns_into_buckets_of_exactly_what_is_open(reconciled: Reconciled) -> None:
    await until(reconciled.progress, lambda seen: seen["overdue"] == reconciled.unmatched)

    async def buckets() -> list[dict[str, Any]]:
        return await reconciled.api.all_of(
            "/v1/reconciliation_exceptions", reconciliation_id=reconciled.number
        )

    def all_shown(seen: list[dict[str, Any]]) -> bool:
        return sum(one["aggregates"]["record_count"] for one in seen) == reconciled.unmatched

    shown = await until(buckets, all_shown)
    assert sorted(one["data_stream_key"] for one in shown) == ["real-052", "real-054"]
    for bucket in shown:
        records = reconciled.open_records(bucket["data_stream_key"].removeprefix("real-"))
        cents = [int(signed_amount(one) * 100) for one in records]
        debits = [one for one in cents if one < 0]
        aggregates = bucket["aggregates"]
        assert bucket["status"] == "open"
        assert (aggregates["record_count"], aggregates["total_amount"]) == (len(cents), sum(cents))
        assert (aggregates["debit_count"], aggregates["debit_sum"]) == (len(debits), sum(debits))
        assert aggregates["oldest_at"][:10] == min(one["date"] for one in records)
        assert aggregates["newest_at"][:10] == max(one["date"] for one in records)


async def test_every_open_record_has_one_open_break_and_no_matched_one_has_any(
    reconciled: Reconciled,
) -> None:
    own = {"reconciliation_id": reconciled.number, "limit": 200}
    transactions = {
        str(uuid_of(Kind.RECORD, one["id"]))
        for kind in ("052", "054")
        for one in reconciled.open_records(kind)
    }

    # What differs from a counterpart while files come in does not once all its identity is there.
    listed = await until(
        lambda: reconciled.api.all_of("/v1/exceptions", **own, status="OPEN"),
        lambda seen: {one["reasonCode"] for one in seen} == {"UNMATCHED_OVERDUE"},
    )
    others = await reconciled.api.all_of("/v1/exceptions", **own, status="PENDING_RESOLUTION")

    assert len(listed) == len(transactions)
    assert {one["transactionId"] for one in listed} == transactions
    assert others == []
