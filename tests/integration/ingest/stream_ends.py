"""Streams emptied and deleted as the gateway asks for it, and what is seen of it."""

import asyncio
from typing import Any

import httpx2

from .conftest import Ingest
from .test_records import post
from .test_uploads import a_file

MATCHED = {"reconciliation_id": 5, "record_id": 1, "match_id": 1000}
IMPORTED = 1200
RECORDS = IMPORTED + 1


async def a_filled_stream(ingest: Ingest) -> tuple[dict[str, Any], dict[str, Any]]:
    """Make a stream with an import of 1,200 records and a single one; answers both."""
    stream = await ingest.make_stream()
    batch = await ingest.loaded((await ingest.upload(a_file(IMPORTED))).json()["id"])
    await post(ingest, external_id="single")
    return stream, batch


async def reset(ingest: Ingest, *, key: str | None = None) -> httpx2.Response:
    headers = {} if key is None else {"x-idempotency-key": key}
    return await ingest.client.post("/internal/streams/bank/reset", headers=headers)


async def delete(ingest: Ingest, *, key: str | None = None, query: str = "") -> httpx2.Response:
    headers = {} if key is None else {"x-idempotency-key": key}
    return await ingest.client.delete(f"/internal/streams/bank{query}", headers=headers)


async def ended(ingest: Ingest, operation_id: int) -> dict[str, Any]:
    """Wait for the end of an operation."""
    path = f"/internal/streams/bank/operations/{operation_id}"
    for _ in range(3000):
        told = (await ingest.client.get(path)).json()
        if told["status"] in {"completed", "failed"}:
            return dict(told)
        await asyncio.sleep(0.02)
    raise AssertionError(f"it did not end: {told}")


async def listed(ingest: Ingest) -> list[int]:
    """Read the numbers of the stream's records, oldest first."""
    numbers: list[int] = []
    query = "data_stream_key=bank&limit=1000"
    while True:
        page = (await ingest.client.get(f"/internal/records?{query}")).json()
        numbers += [one["id"] for one in page["data"]]
        if page["next_cursor"] is None:
            return sorted(numbers)
        query = f"data_stream_key=bank&limit=1000&cursor={page['next_cursor']}"


async def health(ingest: Ingest) -> dict[str, Any]:
    return dict((await ingest.client.get("/internal/streams/bank/health")).json())


async def counted(ingest: Ingest) -> tuple[int, int]:
    """Read the records and orphans that health tells, which are those of the versions."""
    told = await health(ingest)
    rows = await ingest.worker.fetch(
        "SELECT id, version, change, import_batch_id FROM record ORDER BY id, version"
    )
    first = {row["id"]: row for row in reversed(rows)}
    last = {row["id"]: row for row in rows}
    there = [number for number, row in last.items() if row["change"] != "deletion"]
    orphans = [number for number in there if first[number]["import_batch_id"] is None]
    assert (told["records_count"], told["orphan_records_count"]) == (len(there), len(orphans))
    return len(there), len(orphans)
