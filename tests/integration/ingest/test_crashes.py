"""F1: ingest killed at any moment loses and doubles nothing, and answers the same key alike."""

import asyncio
import itertools

import msgspec

from tieout_contracts.config_events import ReconciliationConfig, StreamSide

from .program import Program
from .test_uploads import a_file

ROWS = 40_000


async def route(program: Program, stream_id: int, reconciliation_id: int = 5) -> None:
    """Tell of a reconciliation as the matcher does, and wait until ingest knows it."""
    config = ReconciliationConfig(
        organization_id=1,
        reconciliation_id=reconciliation_id,
        version=1,
        name="Bank to books",
        run_type="continuous",
        sign_mode="same",
        timezone="UTC",
        streams=[StreamSide(stream_id=stream_id, side="A")],
    )
    await program.publish("config.v1", msgspec.json.encode(config))
    await program.until(
        f"SELECT count(*) FROM route WHERE reconciliation_id = {reconciliation_id:d}",  # noqa: S608
        lambda count: count == 1,
    )


async def restart(program: Program) -> None:
    program.instance.kill()
    await asyncio.to_thread(program.instance.start)


async def test_an_import_survives_five_kills_and_is_exact(program: Program) -> None:
    stream_id = await program.make_stream()
    await route(program, stream_id)
    first = await program.upload(a_file(ROWS), key="f1")
    progress = []

    for _ in range(5):
        before = progress[-1] if progress else 0
        at = await program.until(
            "SELECT next_item FROM import_batch", lambda n, before=before: n > before
        )
        progress.append(at)
        await restart(program)
    await program.until("SELECT status FROM import_batch", lambda status: status == "completed")

    retry = await program.upload(a_file(ROWS), key="f1")
    batch = (await program.client.get(f"/internal/import_batches/{first.json()['id']}")).json()
    assert all(0 < at < ROWS for at in progress)  # every kill hit a load half done
    assert all(one < two for one, two in itertools.pairwise(progress))  # it went on, not anew
    assert (batch["rows_read"], batch["accepted"], batch["skipped"]) == (ROWS, ROWS, 0)
    assert (retry.status_code, retry.json()["id"]) == (202, batch["id"])
    assert await program.pool.fetchval("SELECT count(*) FROM record") == ROWS
    events = await program.record_events()
    accepted = {one["record_id"] for one in events if one["type"] == "record.accepted"}
    assert len(accepted) == ROWS
    assert [one["records"] for one in events if one["type"] == "import.completed"][-1] == ROWS


async def test_a_kill_behind_a_chunk_repeats_no_chunk(program: Program) -> None:
    stream_id = await program.make_stream()
    await route(program, stream_id)
    await asyncio.to_thread(program.instance.stop)
    dying = program.dying_at("import_chunk_committed")
    await asyncio.to_thread(dying.start)
    await program.upload(a_file(5000), key="f1")
    deaths = [await asyncio.to_thread(dying.running.process.wait, 30)]
    reached = [await program.pool.fetchval("SELECT next_item FROM import_batch")]
    again = program.dying_at("import_chunk_committed")
    again.start(wait=False)
    deaths.append(await asyncio.to_thread(again.running.process.wait, 30))
    reached.append(await program.pool.fetchval("SELECT next_item FROM import_batch"))

    await asyncio.to_thread(program.instance.start)
    await program.until("SELECT status FROM import_batch", lambda status: status == "completed")

    assert deaths == [-9, -9]
    assert reached == [2000, 4000]
    events = await program.record_events()
    ids = [one["record_id"] for one in events if one["type"] == "record.accepted"]
    assert len(set(ids)) == 5000
    assert await program.pool.fetchval("SELECT sum(messages) FROM outbox WHERE key = '5'") == 5001


async def test_a_backfill_killed_behind_a_chunk_goes_on(program: Program) -> None:
    stream_id = await program.make_stream()
    await program.upload(a_file(5000), key="f1")
    await program.until("SELECT status FROM import_batch", lambda status: status == "completed")
    await asyncio.to_thread(program.instance.stop)
    dying = program.dying_at("backfill_chunk_committed")
    await asyncio.to_thread(dying.start)

    await route(program, stream_id)
    died = await asyncio.to_thread(dying.running.process.wait, 30)
    left = await program.pool.fetchval("SELECT count(*) FROM backfill")
    await asyncio.to_thread(program.instance.start)
    await program.until("SELECT count(*) FROM backfill", lambda count: count == 0)

    assert (died, left) == (-9, 1)
    progress = (await program.client.get("/internal/reconciliations/5/progress")).json()
    assert progress == {"accepted": 5000, "routed": 5000, "backfilling": False}
    assert await program.pool.fetchval("SELECT sum(messages) FROM outbox WHERE key = '5'") == 5000


async def test_bulk_requests_survive_a_kill_between_two_streams(program: Program) -> None:
    for key in ("bank", "books"):
        await program.make_stream(key)
    await asyncio.to_thread(program.instance.stop)
    dying = program.dying_at("bulk_stream_committed")
    await asyncio.to_thread(dying.start)
    records = [
        {
            "data_stream_key": ("bank", "books")[n % 2],
            "amount": n,
            "direction": "credit",
            "date": "2024-03-05",
        }
        for n in range(100)
    ]
    answer = await program.client.post("/internal/records/bulk", json={"records": records})
    died = await asyncio.to_thread(dying.running.process.wait, 30)
    half = await program.pool.fetchval("SELECT count(*) FROM record")

    await asyncio.to_thread(program.instance.start)
    await program.until("SELECT status FROM bulk_request", lambda status: status == "completed")

    path = f"/internal/bulk_requests/{answer.json()['id']}?limit=1000"
    done = (await program.client.get(path)).json()
    assert (died, half) == (-9, 50)
    assert (done["successful_items"], done["failed_items"]) == (100, 0)
    assert await program.pool.fetchval("SELECT count(*) FROM record") == 100
