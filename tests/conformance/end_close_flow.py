"""Two real streams of payments and their exceptions, through End Close's routes alone."""

import csv
import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from fixtures.public_api import PublicApi, until

Json = dict[str, Any]
BUCKETS = "/v1/reconciliation_exceptions"
PREFIX: Json = {"name": "first_n_chars", "args": {"n": 8}}
# The memos begin alike, and the money came within three weeks, changed by exchange and fees.
RULE: Json = {
    "filters": {
        "operand": "and",
        "rules": [
            {"key": "description", "value": "description",
             "transforms": {"key": PREFIX, "value": PREFIX}},
            {"key": "amount", "value": "amount", "tolerance_amount": 10,
             "tolerance_unit": "percent"},
            {"key": "date", "value": "date", "tolerance_amount": 21, "tolerance_unit": "day"},
        ],
    },
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Payments:
    """Bodies of records, as the files have them: the n-th sent is the n-th that arrived."""

    sent: Sequence[Json]
    arrived: Sequence[Json]


def read_payments(corpus: Path, count: int) -> Payments:
    """Read the first payments of the real set, and what arrived of them."""
    folder = corpus / "matching" / "splink_bank_transactions"
    sent = list(_rows(folder / "a.csv.gz"))[:count]
    became = {row["a_id"]: row["b_id"] for row in _rows(folder / "truth.csv.gz")}
    arrived = {row["b_id"]: row for row in _rows(folder / "b.csv.gz")}
    return Payments(
        sent=[_record("sent", row["a_id"], row) for row in sent],
        arrived=[_record("arrived", became[row["a_id"]], arrived[became[row["a_id"]]])
                 for row in sent],
    )  # fmt: skip


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text)


def _record(stream: str, number: str, row: dict[str, str]) -> Json:
    return {
        "data_stream_key": stream,
        "external_id": number,
        "amount": int(Decimal(row["amount"]) * 100),
        "currency": "GBP",
        "direction": "credit",
        "date": row["transaction_date"],
        "description": row["memo"],
    }


@dataclass(frozen=True, kw_only=True)
class Flow:
    api: PublicApi
    number: int

    async def add(self, records: Sequence[Json]) -> dict[str, int]:
        """Add records in bulk and wait until they are in; their numbers by external id."""
        begun = await self.api.post("/v1/records/bulk", {"records": list(records)})
        done = await until(
            lambda: self.api.get(f"/v1/bulk_requests/{begun['id']}"),
            lambda seen: seen["status"] == "completed",
        )
        assert done["successful_items"] == len(records), done
        added = await self.api.all_of("/v1/records", bulk_request_id=begun["id"], limit=200)
        return {one["external_id"]: int(one["id"]) for one in added}

    async def bucket(self, stream_key: str, status: str, records: int) -> Json:
        """Wait for the stream's exception of this status to show so many records."""

        async def found() -> list[Json]:
            listed = await self.api.all_of(BUCKETS, reconciliation_id=self.number, status=status)
            return [one for one in listed if one["data_stream_key"] == stream_key]

        seen = await until(
            found,
            lambda all_: [one["aggregates"]["record_count"] for one in all_[:1]] == [records],
        )
        return seen[0]

    async def shown(self, bucket: Json, status: str) -> Json:
        """Wait for an exception to have this status."""
        path = f"{BUCKETS}/{bucket['id']}"
        told: Json = await until(lambda: self.api.get(path), lambda one: one["status"] == status)
        return told

    async def patch(self, path: str, body: Json) -> Json:
        answer = await self.api.client.patch(path, json=body)
        assert answer.status_code == 200, answer.text
        told: Json = answer.json()
        return told

    async def open_of(self, side: str, count: int) -> list[int]:
        """Give records of a side that are neither matched nor suggested."""
        path = f"/v1/reconciliations/{self.number}/entries"
        listed = await self.api.all_of(path, status="unreconciled", limit=200)
        free = [
            int(one["id"])
            for one in listed
            if one["side"] == side and one["reason"]["code"] != "suggested"
        ]
        return free[:count]

    async def progress(self) -> Json:
        told: Json = await self.api.get(f"/v1/reconciliations/{self.number}/progress")
        return told


async def begin(api: PublicApi) -> Flow:
    """Make both streams, whose records are overdue as they come, and their reconciliation."""
    impatient = {"expected_days": 0, "arrival_grace_seconds": 0}
    streams = [await api.stream(key, **impatient) for key in ("sent", "arrived")]
    number = await api.reconciliation("Payments", side_a=streams[:1], side_b=streams[1:])
    return Flow(api=api, number=number)
