"""F1: ingest killed at any moment loses and doubles nothing, and answers the same key alike."""

import itertools

import msgspec

from tieout_contracts.config_events import ReconciliationConfig, StreamSide

from .program import Program
from .service import Service
from .test_uploads import a_file

ROWS = 40_000
ROWS_KILLED = 5000  # two whole chunks and a part


async def route(service: Service, stream_id: int, reconciliation_id: int = 5) -> None:
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
    await service.publish("config.v1", msgspec.json.encode(config))
    await service.until(
        f"SELECT count(*) FROM route WHERE reconciliation_id = {reconciliation_id:d}",  # noqa: S608
        lambda count: count == 1,
    )


async def test_an_import_survives_five_kills_and_is_exact(program: Program) -> None:
    await program.start()
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
        program.instance.kill()
        await program.start()
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


async def test_killed_behind_a_chunk_of_whatever_it_does_it_repeats_none(program: Program) -> None:
    """Each start finishes what the death before it left, and dies of the next kind of work."""
    await program.start(dying_at="import_chunk_committed")
    stream_id = await program.make_stream()
    await an_import_killed_twice(program, stream_id)
    await program.start(dying_at="backfill_chunk_committed")
    await the_import_is_exact(program)
    await a_backfill_killed(program, stream_id)
    await program.start(dying_at="bulk_stream_committed")
    await the_backfill_is_exact(program)
    bulk_request_id = await a_bulk_request_killed(program)
    await program.start()
    await the_bulk_request_is_exact(program, bulk_request_id)


async def an_import_killed_twice(program: Program, stream_id: int) -> None:
    await route(program, stream_id, 5)
    await program.upload(a_file(ROWS_KILLED), key="f1")
    deaths = [await program.died()]
    reached = [await program.pool.fetchval("SELECT next_item FROM import_batch")]
    await program.start(dying_at="import_chunk_committed", wait=False)
    deaths.append(await program.died())
    reached.append(await program.pool.fetchval("SELECT next_item FROM import_batch"))

    assert deaths == [-9, -9]
    assert reached == [2000, 4000]


async def the_import_is_exact(program: Program) -> None:
    await program.until("SELECT status FROM import_batch", lambda status: status == "completed")

    events = await program.record_events()
    ids = [one["record_id"] for one in events if one["type"] == "record.accepted"]
    assert len(set(ids)) == ROWS_KILLED
    told = await program.pool.fetchval("SELECT sum(messages) FROM outbox WHERE key = '5'")
    assert told == ROWS_KILLED + 1  # and that it has ended


async def a_backfill_killed(program: Program, stream_id: int) -> None:
    await route(program, stream_id, 6)
    died = await program.died()
    left = await program.pool.fetchval("SELECT count(*) FROM backfill")

    assert (died, left) == (-9, 1)


async def the_backfill_is_exact(program: Program) -> None:
    await program.until("SELECT count(*) FROM backfill", lambda count: count == 0)

    progress = (await program.client.get("/internal/reconciliations/6/progress")).json()
    assert progress == {"accepted": ROWS_KILLED, "routed": ROWS_KILLED, "backfilling": False}
    told = await program.pool.fetchval("SELECT sum(messages) FROM outbox WHERE key = '6'")
    assert told == ROWS_KILLED


async def a_bulk_request_killed(program: Program) -> int:
    """Let it die between two streams; gives the request's number."""
    for key in ("cards", "books"):
        await program.make_stream(key)
    records = [
        {
            "data_stream_key": ("cards", "books")[n % 2],
            "amount": n,
            "direction": "credit",
            "date": "2024-03-05",
        }
        for n in range(100)
    ]
    answer = await program.client.post("/internal/records/bulk", json={"records": records})
    died = await program.died()
    stored = await program.pool.fetchval("SELECT count(*) FROM record")

    assert (died, stored - ROWS_KILLED) == (-9, 50)
    return int(answer.json()["id"])


async def the_bulk_request_is_exact(program: Program, bulk_request_id: int) -> None:
    await program.until("SELECT status FROM bulk_request", lambda status: status == "completed")

    path = f"/internal/bulk_requests/{bulk_request_id}?limit=1000"
    done = (await program.client.get(path)).json()
    assert (done["successful_items"], done["failed_items"]) == (100, 0)
    stored = await program.pool.fetchval("SELECT count(*) FROM record")
    assert stored - ROWS_KILLED == 100
