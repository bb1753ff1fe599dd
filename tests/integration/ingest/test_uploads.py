import asyncio
from pathlib import Path

import pytest

from fixtures.postgres import Database

from .conftest import Ingest, open_ingest

HEADER = "date,amount,currency,direction,description,external_id\n"


def a_file(rows: int, *, start: int = 0, amount: str = "10.00") -> bytes:
    lines = [
        f"2024-03-{1 + n % 28:02},{amount},EUR,{('credit', 'debit')[n % 2]},Payment {n},inv-{n}\n"
        for n in range(start, start + rows)
    ]
    return (HEADER + "".join(lines)).encode()


async def test_every_row_is_accepted_skipped_or_rejected(ingest: Ingest) -> None:
    await ingest.make_stream()
    broken = b"2024-03-01,ten,EUR,credit,broken,inv-x\n"

    answer = await ingest.upload(a_file(4500) + broken)
    batch = await ingest.loaded(answer.json()["id"])

    assert answer.status_code == 202
    assert (batch["status"], batch["source"]) == ("completed", "csv_upload")
    assert (batch["rows_read"], batch["accepted"], batch["skipped"]) == (4501, 4500, 0)
    assert [one["code"] for one in batch["rejections"]] == ["unreadable_amount"]
    assert batch["rejections"][0]["line"] == 4502
    [eur] = batch["by_currency"]
    assert (eur["total_credits"], eur["total_debits"], eur["net_amount"]) == (
        "2250000", "2250000", "0",
    )  # fmt: skip
    assert (batch["date_range_start"], batch["date_range_end"]) == ("2024-03-01", "2024-03-28")
    assert ingest.spool_files() == []


async def test_the_same_file_is_a_duplicate_and_loads_nothing(ingest: Ingest) -> None:
    await ingest.make_stream()
    first = await ingest.upload(a_file(10))
    await ingest.loaded(first.json()["id"])

    second = await ingest.upload(a_file(10))

    assert second.status_code == 200
    assert (second.json()["duplicate"], second.json()["imported"]) == (True, 0)
    assert second.json()["id"] == first.json()["id"]
    assert await ingest.worker.fetchval("SELECT count(*) FROM record") == 10


async def test_the_same_file_uploaded_at_once_is_loaded_once(ingest: Ingest) -> None:
    await ingest.make_stream()

    answers = await asyncio.gather(*(ingest.upload(a_file(3000)) for _ in range(6)))

    assert sorted(one.status_code for one in answers) == [200] * 5 + [202]
    [number] = {one.json()["id"] for one in answers}
    assert (await ingest.loaded(number))["accepted"] == 3000
    assert await ingest.worker.fetchval("SELECT count(*) FROM record") == 3000


async def test_an_overlapping_export_adds_only_what_is_new(ingest: Ingest) -> None:
    await ingest.make_stream()
    first = await ingest.upload(a_file(3000))
    await ingest.loaded(first.json()["id"])

    second = await ingest.upload(a_file(3000, start=1500))
    batch = await ingest.loaded(second.json()["id"])

    assert (batch["rows_read"], batch["accepted"], batch["skipped"]) == (3000, 1500, 1500)
    assert await ingest.worker.fetchval("SELECT count(*) FROM record") == 4500


async def test_the_same_identity_with_other_money_is_rejected(ingest: Ingest) -> None:
    await ingest.make_stream()
    first = await ingest.upload(a_file(3))
    await ingest.loaded(first.json()["id"])

    second = await ingest.upload(a_file(3, amount="11.00"))
    batch = await ingest.loaded(second.json()["id"])

    assert (batch["accepted"], batch["skipped"], batch["rejected"]) == (0, 0, 3)
    assert {one["code"] for one in batch["rejections"]} == {"external_id_conflict"}
    assert [one["line"] for one in batch["rejections"]] == [2, 3, 4]


async def test_a_stream_that_appends_takes_equal_rows_again(ingest: Ingest) -> None:
    await ingest.make_stream(overlap="append")
    row = "2024-03-01,5.00,EUR,credit,coffee,\n"

    for content in (HEADER + row + row, HEADER + row):
        answer = await ingest.upload(content.encode())
        assert (await ingest.loaded(answer.json()["id"]))["skipped"] == 0

    assert await ingest.worker.fetchval("SELECT count(*) FROM record") == 3


async def test_a_wrong_structure_leaves_nothing_behind(ingest: Ingest) -> None:
    await ingest.make_stream()

    answer = await ingest.upload(b"<?xml version='1.0'?><!DOCTYPE x><Document/>")
    batch = await ingest.loaded(answer.json()["id"])
    again = await ingest.upload(b"<?xml version='1.0'?><!DOCTYPE x><Document/>")

    assert batch["status"] == "failed"
    assert batch["error"]["code"]
    assert batch["rows_read"] == 0
    assert await ingest.worker.fetchval("SELECT count(*) FROM record") == 0
    assert again.status_code == 202  # a refused file may come again


async def test_pending_is_sent_and_its_booking_is_a_new_version(ingest: Ingest) -> None:
    stream = await ingest.make_stream()
    await ingest.route(5, {stream["id"]: "A"})
    header = "date,amount,currency,direction,external_id,status\n"

    for status in ("pending", "posted"):
        row = f"2024-03-0{1 + len(status) % 2},5.00,EUR,credit,tx-1,{status}\n"
        answer = await ingest.upload((header + row).encode())
        assert (await ingest.loaded(answer.json()["id"]))["accepted"] == 1
    page = (await ingest.client.get("/internal/records?data_stream_key=bank")).json()["data"]
    routed = [one for one in await ingest.events(5) if one["type"] == "record.accepted"]

    assert [(one["version"], one["fields"].get("status", "posted")) for one in page] == [
        (2, "posted")
    ]
    assert [(one["record_id"], one["version"]) for one in routed] == [
        (page[0]["id"], 1), (page[0]["id"], 2),
    ]  # fmt: skip
    progress = await ingest.client.get("/internal/reconciliations/5/progress")
    assert progress.json() == {"accepted": 1, "routed": 1, "backfilling": False}


async def test_every_route_hears_of_every_record_and_then_of_the_end(ingest: Ingest) -> None:
    stream = await ingest.make_stream(expected_days=3)
    await ingest.route(5, {stream["id"]: "A"})
    await ingest.route(6, {stream["id"]: "B"})

    batch = await ingest.loaded((await ingest.upload(a_file(2500))).json()["id"])

    for number, side in ((5, "A"), (6, "B")):
        *accepted, last = await ingest.events(number)
        assert {one["side"] for one in accepted} == {side}
        assert len({one["record_id"] for one in accepted}) == len(accepted) == 2500
        assert (accepted[0]["fields"]["date"], accepted[0]["due_date"]) == (
            "2024-03-01", "2024-03-04",
        )  # fmt: skip
        assert (last["type"], last["records"], last["import_batch_id"]) == (
            "import.completed", 2500, batch["id"],
        )  # fmt: skip
        progress = await ingest.client.get(f"/internal/reconciliations/{number}/progress")
        assert progress.json() == {"accepted": 2500, "routed": 2500, "backfilling": False}


async def test_one_key_names_one_import(ingest: Ingest) -> None:
    await ingest.make_stream()
    key = {"x-idempotency-key": "upload-1"}

    first = await ingest.upload(a_file(10), **key)
    await ingest.loaded(first.json()["id"])
    replay = await ingest.upload(a_file(10), **key)
    other = await ingest.upload(a_file(11), **key)

    assert first.headers["x-idempotency-replayed"] == "false"
    assert (replay.status_code, replay.headers["x-idempotency-replayed"]) == (202, "true")
    assert (replay.json()["id"], replay.json()["status"]) == (first.json()["id"], "completed")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert ingest.spool_files() == []


async def test_an_upload_no_instance_has_fails_after_a_grace(
    database: Database, tmp_path: Path
) -> None:
    async with open_ingest(database, tmp_path / "one") as here:
        await here.make_stream()
        number = (await here.upload(a_file(10))).json()["id"]
    async with open_ingest(database, tmp_path / "other") as elsewhere:
        elsewhere.start()

        batch = await elsewhere.loaded(number)
        again = await elsewhere.upload(a_file(10))
        second = await elsewhere.loaded(again.json()["id"])

    assert (batch["status"], batch["error"]["code"]) == ("failed", "upload_again")
    assert (second["status"], second["accepted"]) == ("completed", 10)


async def test_two_instances_on_one_spool_load_a_batch_once(
    database: Database, tmp_path: Path
) -> None:
    async with (
        open_ingest(database, tmp_path / "spool") as one,
        open_ingest(database, tmp_path / "spool") as two,
    ):
        stream = await one.make_stream()
        await one.route(5, {stream["id"]: "A"})
        numbers = [(await one.upload(a_file(9000, start=n * 9000))).json()["id"] for n in range(3)]

        one.start()
        two.start()
        batches = [await one.loaded(number) for number in numbers]
        events = await one.events(5)

    assert [(b["status"], b["accepted"]) for b in batches] == [("completed", 9000)] * 3
    ids = [e["record_id"] for e in events if e["type"] == "record.accepted"]
    assert len(ids) == len(set(ids)) == 27_000


@pytest.mark.parametrize("rows", [0, 1, 2000, 2001, 4000])
async def test_chunk_boundaries_lose_nothing(ingest: Ingest, rows: int) -> None:
    await ingest.make_stream()

    batch = await ingest.loaded((await ingest.upload(a_file(rows))).json()["id"])

    assert (batch["rows_read"], batch["accepted"]) == (rows, rows)


async def test_a_preview_writes_nothing(ingest: Ingest) -> None:
    await ingest.make_stream()

    answer = await ingest.client.post(
        "/internal/streams/bank/imports/preview",
        files={"file": ("rows.csv", a_file(3) + b"2024-03-01,ten,EUR,credit,broken,x\n")},
    )

    assert [one["line"] for one in answer.json()["rows"]] == [2, 3, 4]
    assert [one["code"] for one in answer.json()["rejections"]] == ["unreadable_amount"]
    for table in ("record", "import_batch"):
        assert await ingest.worker.fetchval(f"SELECT count(*) FROM {table}") == 0  # noqa: S608
    assert ingest.spool_files() == []


async def test_uploads_are_refused_with_a_reason(ingest: Ingest) -> None:
    await ingest.make_stream()
    path = "/internal/streams/bank/imports"

    unknown = await ingest.upload(a_file(1), key="nowhere")
    no_file = await ingest.client.post(path, files={"profile": (None, "{}")})
    not_form = await ingest.client.post(path, content=b"date,amount")
    bad_profile = await ingest.client.post(
        path, files={"file": ("a.csv", a_file(1)), "profile": (None, '{"csv": {"delimiter": ""}}')}
    )
    cut = await ingest.client.post(
        path,
        content=b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nabc',
        headers={"content-type": "multipart/form-data; boundary=x"},
    )

    assert unknown.status_code == 404
    assert (no_file.status_code, no_file.json()["errors"][0]["path"]) == (422, "$.file")
    assert not_form.status_code == 415
    assert bad_profile.status_code == 422
    assert bad_profile.json()["errors"][0]["path"] == "$.profile.csv.delimiter"
    assert (cut.status_code, cut.json()["code"]) == (422, "broken_upload")
