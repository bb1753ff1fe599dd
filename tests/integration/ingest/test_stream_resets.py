"""A stream that is emptied: every record is withdrawn, and what comes afterwards stays."""

from typing import Any

import pytest

from tieout_ingest.loading.emptying import OperationRunner
from tieout_ingest.store.stream_operations import Work
from tieout_runtime.failpoints import Failpoint

from .conftest import Ingest, clock
from .record_changing import delete as delete_record
from .record_changing import patch, told, versions
from .stand_in_matcher import REFUSED
from .stream_ends import (
    IMPORTED,
    MATCHED,
    RECORDS,
    a_filled_stream,
    counted,
    ended,
    health,
    listed,
    reset,
)
from .test_records import post
from .test_uploads import a_file


async def test_every_record_is_withdrawn_and_the_stream_stays_as_it_is(ingest: Ingest) -> None:
    stream, _ = await a_filled_stream(ingest)
    await ingest.route(5, {stream["id"]: "A"})
    before = await listed(ingest)

    answer = await reset(ingest)
    operation = await ended(ingest, answer.json()["id"])

    assert (answer.status_code, answer.json()["kind"]) == (202, "reset")
    assert (operation["status"], operation["progress"]) == ("completed", 100)
    assert (operation["done"], operation["records"]) == (RECORDS, RECORDS)
    assert (len(before), await listed(ingest)) == (RECORDS, [])
    withdrawn = [one for one in await told(ingest) if one[0] == "record.withdrawn"]
    assert sorted(withdrawn) == [("record.withdrawn", number, 2) for number in before]
    changes = [one["change"] for one in await versions(ingest, {"id": before[0]})]
    assert changes == [None, "deletion"]
    assert (await ingest.client.get("/internal/streams/by-key/bank")).json() == stream
    sizes = [len(body["changes"]) for _, body in ingest.matcher.asked]
    assert (sum(sizes), max(sizes)) == (RECORDS, 500)
    assert await counted(ingest) == (0, 0)


async def test_afterwards_the_same_file_brings_its_records_again(ingest: Ingest) -> None:
    stream, batch = await a_filled_stream(ingest)
    before = await listed(ingest)
    await ended(ingest, (await reset(ingest)).json()["id"])
    await ingest.route(5, {stream["id"]: "A"})

    again = await ingest.upload(a_file(IMPORTED))
    loaded = await ingest.loaded(again.json()["id"])

    first = (await ingest.client.get(f"/internal/import_batches/{batch['id']}")).json()
    assert (again.status_code, loaded["id"] != batch["id"]) == (202, True)
    assert (loaded["accepted"], loaded["skipped"]) == (IMPORTED, 0)
    assert (first["reset_at"] is None, loaded["reset_at"]) == (False, None)
    assert await listed(ingest) == before[:IMPORTED]
    counts = await health(ingest)
    assert (counts["import_batches_count"], counts["import_batches_record_sum"]) == (1, IMPORTED)
    assert await counted(ingest) == (IMPORTED, 0)


async def test_a_matched_record_is_409_with_its_match_and_the_key_may_be_used_again(
    ingest: Ingest,
) -> None:
    await a_filled_stream(ingest)

    ingest.matcher.holds = {"reconciliation_ids": [5], "match": MATCHED}
    refused = await reset(ingest, key="k")
    left, asked = await listed(ingest), list(ingest.matcher.asked)
    ingest.matcher.holds = {"reconciliation_ids": [5], "match": None}
    taken = await reset(ingest, key="k")

    assert (refused.status_code, refused.json()["code"]) == (409, "already_matched")
    assert "match 1000" in refused.json()["detail"]
    assert (len(left), asked) == (RECORDS, [])
    assert (await ended(ingest, taken.json()["id"]))["done"] == RECORDS


async def test_what_is_matched_meanwhile_ends_it_and_the_rest_stays(ingest: Ingest) -> None:
    await a_filled_stream(ingest)
    ingest.matcher.says = REFUSED

    operation = await ended(ingest, (await reset(ingest)).json()["id"])
    ingest.matcher.says = {"status": "done"}
    left = await listed(ingest)
    same_file = await ingest.upload(a_file(IMPORTED))
    corrected = await patch(ingest, {"id": left[0]}, amount=7)
    second = await ended(ingest, (await reset(ingest)).json()["id"])

    assert (operation["status"], operation["error_code"]) == ("failed", "already_matched")
    assert operation["error_message"] == REFUSED["message"]
    assert len(left) == RECORDS
    assert same_file.json()["duplicate"] is True
    assert corrected.status_code == 200
    assert second["status"] == "completed"
    assert await counted(ingest) == (0, 0)


async def test_what_comes_while_it_runs_stays(idle_ingest: Ingest) -> None:
    ingest = idle_ingest
    await ingest.make_stream()
    same = (await post(ingest)).json()
    other = (await post(ingest, external_id="b")).json()
    number = (await reset(ingest)).json()["id"]
    early = await post(ingest)  # before its deletion is asked for
    async with ingest.worker.acquire() as connection:
        for _ in ("start", "ask"):
            assert await ingest.runner.step(connection, Work(organization_id=1, id=number))

    again = await post(ingest, external_id="b", amount=7)
    new = (await post(ingest, external_id="c")).json()
    refused = [
        await ingest.upload(a_file(1)), await patch(ingest, same, amount=8),
        await delete_record(ingest, new), await reset(ingest),
    ]  # fmt: skip
    ingest.tasks.start("stream_operations", ingest.runner.run)
    operation = await ended(ingest, number)

    assert (early.status_code, early.json()["version"]) == (201, 2)
    assert (again.status_code, again.json()["version"]) == (201, 3)
    assert [one.json()["code"] for one in refused] == ["operation_in_progress"] * 4
    assert operation["status"] == "completed"
    assert await listed(ingest) == [same["id"], other["id"], new["id"]]
    assert await counted(ingest) == (3, 3)


async def test_what_is_under_way_has_to_end_first(idle_ingest: Ingest) -> None:
    ingest = idle_ingest
    await ingest.make_stream()
    record = (await post(ingest)).json()
    ingest.matcher.is_down = True
    await patch(ingest, record, amount=7)

    away = await reset(ingest)
    ingest.matcher.is_down = False
    changing = await reset(ingest)
    await ingest.resumer.resume_due()
    await ingest.upload(a_file(1))
    importing = await reset(ingest)

    assert away.status_code == 503
    assert (changing.status_code, changing.json()["code"]) == (409, "change_in_progress")
    assert (importing.status_code, importing.json()["code"]) == (409, "import_in_progress")
    assert await ingest.worker.fetchval("SELECT count(*) FROM stream_operation") == 0


async def test_the_same_key_is_one_operation_and_answers_with_its_end(ingest: Ingest) -> None:
    await a_filled_stream(ingest)

    first = await reset(ingest, key="k")
    end = await ended(ingest, first.json()["id"])
    again = await reset(ingest, key="k")

    assert (again.status_code, again.json()) == (202, end)
    assert again.headers["x-idempotency-replayed"] == "true"
    assert await ingest.worker.fetchval("SELECT count(*) FROM stream_operation") == 1


class Breaking(Failpoint):
    """Breaks off at the armed place, as a crash would."""

    def hit(self, name: str) -> None:
        if name == self.armed:
            raise InterruptedError(name)


@pytest.mark.parametrize("place", ["asked", "decided", "committed"])
async def test_after_a_crash_at_any_step_it_goes_on_and_nothing_is_done_twice(
    idle_ingest: Ingest, place: str
) -> None:
    ingest = idle_ingest
    ingest.tasks.start("imports", ingest.imports.run)
    stream, _ = await a_filled_stream(ingest)
    await ingest.route(5, {stream["id"]: "A"})
    number = (await reset(ingest)).json()["id"]
    crashes = await carried_out(ingest, number, Breaking(armed=f"stream_chunk_{place}"))

    operation = await ended(ingest, number)

    assert crashes == 3
    assert (operation["status"], operation["done"]) == ("completed", RECORDS)
    withdrawn = [one for one in await told(ingest) if one[0] == "record.withdrawn"]
    assert len(withdrawn) == len(set(withdrawn)) == RECORDS
    assert await ingest.worker.fetchval("SELECT max(version) FROM record") == 2
    assert await counted(ingest) == (0, 0)


async def carried_out(ingest: Ingest, number: int, failpoint: Failpoint) -> int:
    """Carry out an operation; where the runner breaks off another goes on. Counts the breaks."""
    work, crashes = Work(organization_id=1, id=number), 0
    breaking = OperationRunner(
        pool=ingest.worker, matcher=ingest.deciding, clock=clock, failpoint=failpoint
    )
    async with ingest.worker.acquire() as connection:
        goes_on = True
        while goes_on:
            try:
                goes_on = await breaking.step(connection, work)
            except InterruptedError:
                crashes += 1
                goes_on = await ingest.runner.step(connection, work)
    return crashes


async def test_counts_are_those_of_the_versions_however_records_come_and_go(
    ingest: Ingest,
) -> None:
    await a_filled_stream(ingest)
    single = (await post(ingest, external_id="x")).json()
    imported = {"id": (await listed(ingest))[0]}
    seen: list[Any] = [await counted(ingest)]

    await delete_record(ingest, single)
    seen.append(await counted(ingest))
    await delete_record(ingest, imported)
    seen.append(await counted(ingest))
    await post(ingest, external_id="x")
    seen.append(await counted(ingest))
    await ingest.loaded((await ingest.upload(a_file(1, amount="7.00"))).json()["id"])
    seen.append(await counted(ingest))

    assert seen == [(1202, 2), (1201, 1), (1200, 1), (1201, 2), (1202, 2)]
