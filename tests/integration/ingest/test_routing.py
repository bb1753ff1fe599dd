import asyncio
from datetime import UTC, datetime

from tieout_ingest.loading.chunk import ROWS
from tieout_ingest.store import routes
from tieout_runtime.failpoints import Failpoint

from .conftest import Ingest
from .test_uploads import a_file


async def settled(ingest: Ingest, reconciliation_id: int) -> None:
    for _ in range(1000):
        path = f"/internal/reconciliations/{reconciliation_id}/progress"
        progress = (await ingest.client.get(path)).json()
        if not progress["backfilling"]:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"reconciliation {reconciliation_id} is still being backfilled")


async def routed_ids(ingest: Ingest, reconciliation_id: int) -> list[int]:
    events = await ingest.events(reconciliation_id)
    return [one["record_id"] for one in events if one["type"] == "record.accepted"]


async def test_a_route_made_while_an_upload_runs_loses_and_doubles_nothing(
    ingest: Ingest,
) -> None:
    stream = await ingest.make_stream()
    first = (await ingest.upload(a_file(10_000))).json()["id"]
    second = (await ingest.upload(a_file(10_000, start=10_000))).json()["id"]

    for number in range(5, 10):
        await asyncio.sleep(0.05)
        await ingest.route(number, {stream["id"]: "A"})
    batches = [await ingest.loaded(number) for number in (first, second)]

    assert [one["accepted"] for one in batches] == [10_000, 10_000]
    stored = {row["id"] for row in await ingest.worker.fetch("SELECT id FROM record")}
    interrupted = 0
    for number in range(5, 10):
        await settled(ingest, number)
        ids = await routed_ids(ingest, number)
        assert len(ids) == len(set(ids)) == 20_000
        assert set(ids) == stored
        interrupted += ids != sorted(ids)
        events = await ingest.events(number)
        places = [n for n, one in enumerate(events) if one["type"] == "import.completed"]
        for place in places:
            batch = events[place]["import_batch_id"]
            after = {one.get("import_batch_id") for one in events[place + 1 :]}
            assert batch not in after  # the marker follows all of its records
        progress = await ingest.client.get(f"/internal/reconciliations/{number}/progress")
        assert progress.json() == {"accepted": 20_000, "routed": 20_000, "backfilling": False}
    assert interrupted > 0  # some route really was made in the middle


async def test_a_backfill_goes_on_behind_its_last_chunk(idle_ingest: Ingest) -> None:
    ingest = idle_ingest
    stream = await ingest.make_stream()
    ingest.tasks.start("imports", ingest.imports.run)
    await ingest.loaded((await ingest.upload(a_file(2 * ROWS + 7))).json()["id"])
    await ingest.route(5, {stream["id"]: "B"})
    async with ingest.worker.acquire() as connection:
        [waiting] = await routes.backfills_waiting(connection)

    assert await ingest.backfiller.send_chunk(waiting)
    half = await routed_ids(ingest, 5)
    later = type(ingest.backfiller)(
        pool=ingest.worker, clock=lambda: datetime(2024, 1, 1, tzinfo=UTC), failpoint=Failpoint()
    )
    while await later.send_chunk(waiting):
        pass

    ids = await routed_ids(ingest, 5)
    assert len(half) == ROWS
    assert len(ids) == len(set(ids)) == 2 * ROWS + 7


async def test_a_stream_that_left_and_came_back_is_sent_what_it_missed(ingest: Ingest) -> None:
    stream = await ingest.make_stream()
    other = await ingest.make_stream("books")
    await ingest.route(5, {stream["id"]: "A"})
    for n, streams in enumerate(
        ({stream["id"]: "A"}, {other["id"]: "B"}, {stream["id"]: "A", other["id"]: "B"})
    ):
        await ingest.route(5, streams, version=n + 2)  # type: ignore[arg-type]  # int keys
        batch = await ingest.upload(a_file(10, start=10 * n))
        await ingest.loaded(batch.json()["id"])
    await settled(ingest, 5)

    ids = await routed_ids(ingest, 5)

    assert len(ids) == len(set(ids)) == 30


async def test_an_older_version_changes_nothing_and_a_foreign_stream_is_refused(
    ingest: Ingest,
) -> None:
    stream = await ingest.make_stream()
    await ingest.route(5, {stream["id"]: "A"}, version=3)

    await ingest.route(5, {stream["id"]: "B"}, version=2)
    refused = await ingest.route(6, {stream["id"] + 1000: "A"})

    assert await ingest.worker.fetchval("SELECT side FROM route") == "A"
    assert list(refused) == [0]
    assert "unknown streams" in refused[0]
