"""Ingest killed at each step of a chunk while it empties a stream, with the real matcher."""

import asyncio
from contextlib import suppress
from typing import Any

import httpx2
import pytest

from faults.product import Product, arm, death_of, rows_of
from fixtures.public_api import until

RECORDS, CHUNK = 700, 500
# failpoint → (records of which the matcher, and ingest, say at its death that they are no more)
STEPS = {
    "stream_chunk_asked": (0, 0),
    "stream_chunk_decided": (CHUNK, 0),
    "stream_chunk_committed": (CHUNK, CHUNK),
}
ENDED = "SELECT count(*) FROM matcher.entry WHERE stream_id = $1 AND ended = 'withdrawn'"
WRITTEN = "SELECT count(*) FROM ingest.record WHERE stream_id = $1 AND change = 'deletion'"


@pytest.mark.parametrize("failpoint", STEPS)
async def test_killed_at_any_step_it_is_completed_once_by_itself(
    product: Product, failpoint: str
) -> None:
    ledger = await product.ledger(f"{failpoint.replace('_', '-')}-paired")
    for stream in (ledger.key_a, ledger.key_b):
        await product.upload(stream, rows_of(1, 1), key=stream)
    await product.all_matched(ledger, 1)
    emptied = await product.ledger(f"{failpoint.replace('_', '-')}-emptied")
    await product.upload(emptied.key_a, rows_of(1, RECORDS), key=emptied.key_a)
    await product.api.decided(emptied.reconciliation_id, RECORDS)
    path, headers = f"/v1/data_streams/{emptied.key_a}/reset", {"x-idempotency-key": failpoint}

    async def ask() -> httpx2.Response:
        return await product.api.client.post(path, headers=headers)

    async def followed() -> Any:
        answer = await ask()
        return answer.json().get("status") if answer.is_success else None

    ingest = product.first("ingest")
    arm(ingest, failpoint)
    with suppress(httpx2.TransportError):
        await ask()
    died = await death_of(ingest)
    at_death = (
        await product.one(ENDED, emptied.stream_a),
        await product.one(WRITTEN, emptied.stream_a),
    )
    await asyncio.to_thread(ingest.start)
    status = await until(followed, lambda now: now in {"completed", "failed"})

    assert died == -9
    assert at_death == STEPS[failpoint], "it died where the failpoint says"
    assert status == "completed"
    assert await product.one(ENDED, emptied.stream_a) == RECORDS
    assert await product.one(WRITTEN, emptied.stream_a) == RECORDS
    await product.holds()
