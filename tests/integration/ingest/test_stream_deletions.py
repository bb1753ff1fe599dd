"""A stream that is deleted: refused while anybody relies on it, then gone with all it had."""

from typing import Any

import pytest

from .conftest import Ingest
from .record_changing import versions
from .stand_in_matcher import REFUSED
from .stream_ends import MATCHED, RECORDS, a_filled_stream, delete, ended, listed, reset
from .test_records import a_record, post
from .test_uploads import a_file

OPERATION = "SELECT max(id) FROM stream_operation"


async def test_a_deleted_stream_is_gone_with_its_records_and_definitions(ingest: Ingest) -> None:
    stream, _ = await a_filled_stream(ingest)
    before = await listed(ingest)
    body = {"data_stream_key": "bank", "key": "b", "name": "B", "type": "string", "optional": True}
    definition = (await ingest.client.post("/internal/property_definitions", json=body)).json()

    answer = await delete(ingest)

    assert (answer.status_code, answer.content) == (204, b"")
    paths = [
        "streams/by-key/bank", f"streams/{stream['id']}", "streams/bank/health",
        "streams/bank/import_batches", f"records/{before[0]}",
        f"property_definitions/{definition['id']}", "records?data_stream_key=bank",
    ]  # fmt: skip
    statuses = [(await ingest.client.get(f"/internal/{path}")).status_code for path in paths]
    assert statuses == [404] * len(paths)
    assert (await ingest.client.get("/internal/streams")).json() == []
    writes = [await post(ingest), await ingest.upload(a_file(1)), await delete(ingest),
              await reset(ingest)]  # fmt: skip
    assert [one.status_code for one in writes] == [404] * 4
    assert [one["change"] for one in await versions(ingest, {"id": before[0]})] == [
        None, "deletion",
    ]  # fmt: skip
    operation = await ended(ingest, await ingest.worker.fetchval(OPERATION))
    assert (operation["kind"], operation["status"], operation["done"]) == (
        "delete", "completed", RECORDS,
    )  # fmt: skip


async def test_its_key_is_free_for_another_stream(ingest: Ingest) -> None:
    old, _ = await a_filled_stream(ingest)
    await delete(ingest)

    new = await ingest.make_stream()
    record = await post(ingest, external_id="single")

    assert new["id"] != old["id"]
    assert (record.status_code, record.json()["version"]) == (201, 1)
    assert await listed(ingest) == [record.json()["id"]]


async def test_a_linked_stream_is_409_and_stays(ingest: Ingest) -> None:
    stream, _ = await a_filled_stream(ingest)
    ingest.matcher.holds = {"reconciliation_ids": [5], "match": None}
    by_the_matcher = await delete(ingest)
    ingest.matcher.holds = {"reconciliation_ids": [], "match": None}
    await ingest.route(6, {stream["id"]: "A"})
    by_its_route = await delete(ingest, query="?async=true")

    answers = [by_the_matcher, by_its_route]
    assert [(one.status_code, one.json()["code"]) for one in answers] == [
        (409, "stream_linked"), (409, "stream_linked"),
    ]  # fmt: skip
    assert "reconciliation 5" in by_the_matcher.json()["detail"]
    assert "reconciliation 6" in by_its_route.json()["detail"]
    assert len(await listed(ingest)) == RECORDS


async def test_a_match_of_a_reconciliation_that_it_left_holds_it(ingest: Ingest) -> None:
    stream, _ = await a_filled_stream(ingest)
    await ingest.route(6, {stream["id"]: "A"})
    await ingest.route(6, {}, version=2)
    ingest.matcher.holds = {"reconciliation_ids": [], "match": MATCHED}

    refused = await delete(ingest)

    assert (refused.status_code, refused.json()["code"]) == (409, "already_matched")
    assert len(await listed(ingest)) == RECORDS


async def test_more_than_ten_thousand_records_need_async(ingest: Ingest) -> None:
    await a_filled_stream(ingest)
    at_most = await asked_with(ingest, 10_001)
    answer = await delete(ingest, query="?async=true", key="k")
    end = await ended(ingest, answer.json()["id"])
    again = await delete(ingest, query="?async=true", key="k")

    assert (at_most.status_code, at_most.json()["code"]) == (409, "async_required")
    assert "?async=true" in at_most.json()["detail"]
    assert (answer.status_code, answer.json()["kind"]) == (202, "delete")
    assert end["status"] == "completed"
    assert (again.status_code, again.json()) == (202, end)


async def test_ten_thousand_records_are_deleted_at_once(ingest: Ingest) -> None:
    await a_filled_stream(ingest)

    assert (await asked_with(ingest, 10_000)).status_code == 204


async def asked_with(ingest: Ingest, records: int) -> Any:
    """Ask for a deletion as if the stream had so many records."""
    await ingest.worker.execute("UPDATE stream SET records = $1", records)
    return await delete(ingest)


async def test_the_same_key_deletes_once_and_answers_the_same(ingest: Ingest) -> None:
    await a_filled_stream(ingest)

    first = await delete(ingest, key="k")
    await ingest.make_stream()
    again = await delete(ingest, key="k")

    assert (first.status_code, again.status_code, again.content) == (204, 204, b"")
    assert again.headers["x-idempotency-replayed"] == "true"
    assert (await ingest.client.get("/internal/streams/by-key/bank")).status_code == 200


async def test_a_match_made_meanwhile_refuses_it_and_the_stream_is_seen_again(
    ingest: Ingest,
) -> None:
    await a_filled_stream(ingest)
    ingest.matcher.says = REFUSED

    refused = await delete(ingest, key="k")
    seen = await ingest.client.get("/internal/streams/by-key/bank")
    ingest.matcher.says = {"status": "done"}
    taken = await delete(ingest, key="k")

    assert (refused.status_code, refused.json()["code"]) == (409, "already_matched")
    assert seen.status_code == 200
    assert taken.status_code == 204


async def test_a_link_made_meanwhile_refuses_it(idle_ingest: Ingest) -> None:
    ingest = idle_ingest
    await ingest.make_stream()
    await post(ingest)
    waiting = await delete(ingest, key="k")
    hidden = await ingest.client.get("/internal/streams/by-key/bank")
    key_taken = await ingest.client.post("/internal/streams", json={"key": "bank", "name": "b"})

    ingest.matcher.holds = {"reconciliation_ids": [5], "match": None}
    ingest.tasks.start("stream_operations", ingest.runner.run)
    operation = await ended(ingest, await ingest.worker.fetchval(OPERATION))

    assert (waiting.status_code, waiting.json()["code"]) == (503, "operation_pending")
    assert (hidden.status_code, key_taken.json()["code"]) == (404, "duplicate_key")
    assert (operation["status"], operation["error_code"]) == ("failed", "stream_linked")
    assert len(await listed(ingest)) == 1


async def test_nothing_is_stored_in_a_stream_that_is_being_deleted(idle_ingest: Ingest) -> None:
    ingest = idle_ingest
    await ingest.make_stream()
    bulk = await ingest.client.post("/internal/records/bulk", json={"records": [a_record()]})

    await delete(ingest)
    ingest.start()
    done = await ingest.processed(bulk.json()["id"])
    await ended(ingest, await ingest.worker.fetchval(OPERATION))

    [result] = done["results"]["data"]
    assert (result["status"], result["error"].split(":")[0]) == ("failed", "unknown_data_stream")
    assert await ingest.worker.fetchval("SELECT count(*) FROM record") == 0


@pytest.mark.parametrize("method", ["DELETE", "POST", "GET"])
async def test_another_organization_ends_and_sees_nothing(ingest: Ingest, method: str) -> None:
    await a_filled_stream(ingest)
    number = (await reset(ingest)).json()["id"]
    await ended(ingest, number)
    rest = {"DELETE": "", "POST": "/reset", "GET": f"/operations/{number}"}[method]

    answer = await ingest.client.request(
        method, f"/internal/streams/bank{rest}", headers={"tieout-organization": "2"}
    )

    assert answer.status_code == 404
    assert (await ingest.client.get("/internal/streams/by-key/bank")).status_code == 200
