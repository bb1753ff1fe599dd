"""Bulk requests that are cancelled, and others that try again what is left of them."""

import asyncio
from datetime import timedelta
from typing import Any

from tieout_ingest.store import records
from tieout_runtime.postgres import transaction

from .conftest import Ingest, clock
from .test_bulk import send
from .test_records import a_record


def items(count: int, key: str = "bank") -> list[Any]:
    return [a_record(external_id=f"{key}-{n}", data_stream_key=key) for n in range(count)]


async def ask(ingest: Ingest, number: int, what: str, *, key: str | None = None) -> Any:
    headers = {} if key is None else {"x-idempotency-key": key}
    return await ingest.client.post(f"/internal/bulk_requests/{number}/{what}", headers=headers)


async def waiting(ingest: Ingest, records: list[Any]) -> int:
    """Send a request that nobody processes yet."""
    return int((await send(ingest, records)).json()["id"])


async def somebody_waits(ingest: Ingest) -> None:
    """Wait until a loader waits for the stream's turn."""
    sql = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    for _ in range(1000):
        if await ingest.worker.fetchval(sql):
            return
        await asyncio.sleep(0.02)
    raise AssertionError("nobody waits")


def process(ingest: Ingest) -> None:
    ingest.tasks.start("bulk", ingest.bulk.run)


async def test_a_request_that_waits_is_cancelled_and_stores_nothing(idle_ingest: Ingest) -> None:
    ingest = idle_ingest
    await ingest.make_stream()
    number = await waiting(ingest, items(3))

    asked = await ask(ingest, number, "cancel")
    again = await ask(ingest, number, "cancel")
    process(ingest)
    ended = await ingest.processed(number)
    after = await ask(ingest, number, "cancel")

    assert (asked.status_code, asked.json()["status"]) == (202, "pending")
    assert again.json()["cancellation_requested_at"] > asked.json()["cancellation_requested_at"]
    assert (ended["status"], ended["processed_items"], ended["results"]["data"]) == (
        "cancelled", 0, [],
    )  # fmt: skip
    assert (after.status_code, after.json()["status"]) == (202, "cancelled")
    assert await ingest.worker.fetchval("SELECT count(*) FROM record") == 0


async def test_a_request_stops_before_its_next_stream(idle_ingest: Ingest) -> None:
    ingest = idle_ingest
    stream = await ingest.make_stream()
    await ingest.make_stream("books")
    number = await waiting(ingest, [*items(2), *items(3, "books")])

    async with transaction(ingest.worker) as connection:
        await records.lock_stream(connection, stream["id"])
        process(ingest)
        await somebody_waits(ingest)
        await ask(ingest, number, "cancel")
    ended = await ingest.processed(number)

    assert (ended["status"], ended["successful_items"]) == ("cancelled", 2)
    assert {one["index"] for one in ended["results"]["data"]} == {0, 1}


async def test_what_has_ended_is_not_cancelled(ingest: Ingest) -> None:
    await ingest.make_stream()
    number = await waiting(ingest, items(1))
    await ingest.processed(number)

    refused = await ask(ingest, number, "cancel")
    nowhere = await ask(ingest, 999_999, "cancel")

    assert (refused.status_code, refused.json()["code"]) == (409, "not_cancellable")
    assert nowhere.status_code == 404


async def test_a_retry_takes_what_made_no_record_and_keeps_the_places(
    idle_ingest: Ingest,
) -> None:
    ingest = idle_ingest
    await ingest.make_stream()
    same = a_record(external_id="0")
    wrong, elsewhere = a_record(external_id="1", amount=-1), a_record(data_stream_key="books")
    first = await waiting(ingest, [same, wrong, same, elsewhere])
    process(ingest)
    await ingest.processed(first)
    await ingest.worker.execute("UPDATE bulk_request SET status = 'failed' WHERE id = $1", first)
    await ingest.make_stream("books")

    retry = await ask(ingest, first, "retry")
    ended = await ingest.processed(retry.json()["id"])

    assert retry.status_code == 202
    assert retry.json()["id"] != first
    assert (ended["parent_bulk_request_id"], ended["total_items"]) == (first, 3)
    told = [(one["index"], one["status"]) for one in ended["results"]["data"]]
    assert told == [(1, "failed"), (2, "skipped"), (3, "successful")]
    assert "$.records[1].amount" in ended["results"]["data"][0]["error"]


async def test_a_cancelled_request_is_retried_whole_and_once_a_key(idle_ingest: Ingest) -> None:
    ingest = idle_ingest
    await ingest.make_stream()
    first = await waiting(ingest, items(5))
    await ask(ingest, first, "cancel")
    early = await ask(ingest, first, "retry", key="k")
    process(ingest)
    await ingest.processed(first)

    retry = await ask(ingest, first, "retry", key="k")
    ended = await ingest.processed(retry.json()["id"])
    again = await ask(ingest, first, "retry", key="k")
    of_the_retry = await ask(ingest, ended["id"], "retry")

    assert (early.status_code, early.json()["code"]) == (409, "not_retryable")
    assert (ended["status"], ended["successful_items"]) == ("completed", 5)
    assert (again.json()["id"], again.json()["status"]) == (ended["id"], "completed")
    assert again.headers["x-idempotency-replayed"] == "true"
    assert of_the_retry.status_code == 409


async def test_a_request_that_gave_up_is_retried_behind_what_it_stored(ingest: Ingest) -> None:
    await ingest.make_stream()
    number = await waiting(ingest, items(2))
    await ingest.processed(number)
    await ingest.worker.execute("UPDATE bulk_request SET status = 'failed' WHERE id = $1", number)

    nothing_left = await ask(ingest, number, "retry")

    assert (nothing_left.status_code, nothing_left.json()["code"]) == (409, "not_retryable")


async def test_a_request_without_progress_for_five_minutes_is_stuck(idle_ingest: Ingest) -> None:
    ingest = idle_ingest
    await ingest.make_stream()
    number = await waiting(ingest, items(1))
    path = f"/internal/bulk_requests/{number}"

    async def stuck_after(minutes: float) -> bool:
        seen = clock() - timedelta(minutes=minutes)
        await ingest.worker.execute(
            "UPDATE bulk_request SET status = 'processing', last_progress_at = $1", seen
        )
        return bool((await ingest.client.get(path)).json()["stuck"])

    assert not await stuck_after(4.9)
    assert await stuck_after(5.1)


async def test_another_organization_cancels_and_retries_nothing(idle_ingest: Ingest) -> None:
    ingest = idle_ingest
    await ingest.make_stream()
    number = await waiting(ingest, items(1))
    other = {"tieout-organization": "2"}

    answers = [
        await ingest.client.post(f"/internal/bulk_requests/{number}/{what}", headers=other)
        for what in ("cancel", "retry")
    ]

    assert [one.status_code for one in answers] == [404] * 2
    asked = await ingest.worker.fetchval("SELECT cancellation_requested_at FROM bulk_request")
    assert asked is None
