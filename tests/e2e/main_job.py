"""The main job as its users do it: a bank's file, an upstream's events, exceptions worked off."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from e2e.upstream import register_upstream
from fixtures.public_api import PublicApi, until
from fixtures.stack import RunningStack

FILE = """date,amount,currency,direction,description,external_id
2026-11-02,100.00,EUR,credit,invoice 1,bank-1
2026-11-02,250.50,EUR,credit,invoice 2,bank-2
2026-11-03,75.25,EUR,debit,invoice 3,bank-3
2026-11-03,19.99,EUR,credit,unknown to the books,bank-4
2026-11-03,31.02,EUR,debit,a fee nobody booked,bank-5
"""
BOOKED = [
    {"external_id": f"book-{number}", "date": "2026-11-02", "currency": "EUR",
     "description": f"invoice {number}", "amount": amount, "direction": direction}
    for number, amount, direction in (
        (1, 10000, "credit"), (2, 25050, "credit"), (3, 7525, "debit"), (4, 80000, "credit"))
]  # fmt: skip
RECORDS = FILE.count("bank-") + len(BOOKED)


@dataclass(frozen=True, kw_only=True)
class Job:
    api: PublicApi
    reconciliation_id: int

    async def entries(self) -> dict[str, dict[str, Any]]:
        """Read all entries; by the bank's or the upstream's own identifier."""
        path = f"/v1/reconciliations/{self.reconciliation_id}/entries"
        return {one["external_id"]: one for one in await self.api.all_of(path)}

    async def entry(self, external_id: str) -> dict[str, Any]:
        return (await self.entries())[external_id]

    async def raised(self, external_id: str) -> dict[str, Any]:
        """Wait for an entry to have its break; the entry then."""
        return await until(lambda: self.entry(external_id), lambda one: "break_id" in one)

    async def mark_overdue(self, external_id: str) -> dict[str, Any]:
        record = (await self.entry(external_id))["id"]
        path = f"/v1/reconciliations/{self.reconciliation_id}/records/{record}/mark_overdue"
        await self.api.post(path, {})
        return await self.raised(external_id)

    async def exception(self, break_id: str) -> dict[str, Any]:
        told: dict[str, Any] = await self.api.get(f"/v1/exceptions/{break_id}")
        return told

    async def force_match(self, break_id: str, body: dict[str, Any], key: str) -> httpx2.Response:
        path, headers = f"/v1/exceptions/{break_id}/force-match", {"x-idempotency-key": key}
        return await self.api.client.post(path, json=body, headers=headers)

    async def matches_of(self, record_id: int) -> list[dict[str, Any]]:
        listed = await self.api.all_of(
            "/v1/reconciliation_matches", reconciliation_id=self.reconciliation_id, limit=100
        )
        return [one for one in listed if record_id in one["record_ids"]]


async def make_job(stack: RunningStack, api: PublicApi, folder: Path) -> Job:
    """Bring in the bank's file by REST and the books by the topic; nothing is late by itself."""
    streams = [await api.stream(key, expected_days=366) for key in ("bank", "books")]
    upstream = await register_upstream(stack, api, folder, stream_keys=["books"])
    number = await api.reconciliation("Bank to books", side_a=streams[:1], side_b=streams[1:])
    await api.rule(number, "amount", "description")
    batch = await api.upload("bank", "november.csv", FILE)
    await upstream.publish("books", BOOKED)
    await api.imported(batch.id)
    await api.decided(number, RECORDS)
    return Job(api=api, reconciliation_id=number)
