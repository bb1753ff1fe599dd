"""Writers and whoever empties or deletes a stream, at the same time."""

import asyncio
from typing import Any

from tieout_ingest.store import records, stream_operations
from tieout_runtime.postgres import transaction

from .conftest import Ingest
from .stream_ends import delete, ended, listed, reset
from .test_bulk_commands import somebody_waits
from .test_records import post
from .test_uploads import a_file

CLOSE = "UPDATE stream SET closed_at = now()"


async def test_a_post_that_waits_while_its_stream_is_closed_stores_nothing(
    ingest: Ingest,
) -> None:
    stream = await ingest.make_stream()

    async with transaction(ingest.worker) as connection:
        await records.lock_stream(connection, stream["id"])
        waiting = asyncio.create_task(post(ingest))
        await somebody_waits(ingest)
        await connection.execute(CLOSE)
    answer = await waiting

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert await ingest.worker.fetchval("SELECT count(*) FROM record") == 0


async def test_an_operation_waits_for_the_upload_that_keeps_its_stream(
    idle_ingest: Ingest,
) -> None:
    ingest = idle_ingest
    stream = await ingest.make_stream()
    names = {"organization_id": 1, "stream_id": stream["id"]}

    async with transaction(ingest.worker) as connection:
        assert await stream_operations.keep_stream(connection, **names)
        waiting = asyncio.create_task(reset(ingest))
        await asyncio.sleep(0.3)
        begun = await ingest.worker.fetchval("SELECT count(*) FROM stream_operation")
    answer = await waiting

    assert begun == 0
    assert answer.status_code == 202


async def test_however_uploads_posts_and_resets_meet_counts_and_records_agree(
    ingest: Ingest,
) -> None:
    await ingest.make_stream()
    answers: list[Any] = await asyncio.gather(
        *(ingest.upload(a_file(40)) for _ in range(3)),
        *(post(ingest, external_id=f"inv-{n}", amount=1000) for n in range(0, 40, 8)),
        *(reset(ingest) for _ in range(3)),
        *(post(ingest, external_id=f"x-{n}") for n in range(5)),
    )
    for one in answers:
        told = one.json()
        if "rows_read" in told:
            await ingest.loaded(told["id"])
        elif "kind" in told:
            await ended(ingest, told["id"])

    statuses = {one.status_code for one in answers}
    assert statuses <= {200, 201, 202, 409, 422}
    told = (await ingest.client.get("/internal/streams/bank/health")).json()
    assert told["records_count"] == len(await listed(ingest))
    assert (await delete(ingest)).status_code == 204
    last = await ingest.worker.fetch(
        "SELECT DISTINCT ON (id) change FROM record ORDER BY id, version DESC"
    )
    assert {row["change"] for row in last} == {"deletion"}
