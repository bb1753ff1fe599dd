"""What a stream demands of metadata holds for every way that a record comes."""

from typing import Any

import httpx2

from .conftest import Ingest
from .record_changing import patch
from .service import Service
from .test_bulk import send
from .test_records import a_record, post
from .test_transactions import a_message, a_transaction, dead_letters, header, make_producer

PATH = "/internal/property_definitions"
PROFILE = {"csv": {"metadata": {"branch": "branch"}, "default_currency": "EUR"}}


async def demand(ingest: Ingest, key: str = "branch", **more: Any) -> httpx2.Response:
    body = {"data_stream_key": "bank", "key": key, "name": key.title(), "type": "string"}
    return await ingest.client.post(PATH, json=body | more)


async def test_definitions_are_made_listed_changed_and_removed(ingest: Ingest) -> None:
    await ingest.make_stream()

    made = await demand(ingest)
    await demand(ingest, "fee", type="number", optional=True)
    path = f"{PATH}/{made.json()['id']}"
    changed = await ingest.client.patch(path, json={"optional": True})
    listed = (await ingest.client.get(f"{PATH}?data_stream_key=bank")).json()
    gone = await ingest.client.delete(path)

    assert made.status_code == 201
    assert made.json() | {"id": 0} == {
        "id": 0, "key": "branch", "name": "Branch", "type": "string", "optional": False,
        "data_stream_key": "bank",
    }  # fmt: skip
    assert changed.json() == made.json() | {"optional": True}
    assert [(one["key"], one["optional"]) for one in listed] == [("branch", True), ("fee", True)]
    assert (gone.status_code, gone.content) == (204, b"")
    assert (await ingest.client.get(path)).status_code == 404
    assert (await ingest.client.delete(path)).status_code == 404


async def test_bad_definitions_are_refused_with_their_place(ingest: Ingest) -> None:
    await ingest.make_stream()
    made = (await demand(ingest)).json()
    path = f"{PATH}/{made['id']}"

    twice = await demand(ingest)
    nowhere = await demand(ingest, data_stream_key="none")
    kind = await demand(ingest, "x", type="money")
    null = await ingest.client.patch(path, json={"name": None})
    key = await ingest.client.patch(path, json={"key": "other"})

    assert (twice.status_code, twice.json()["code"]) == (422, "duplicate_key")
    assert twice.json()["errors"][0]["path"] == "$.key"
    assert nowhere.status_code == 404
    assert [one.status_code for one in (kind, null, key)] == [422] * 3
    assert (await ingest.client.get(path)).json() == made


async def test_a_definition_is_made_once_a_key(ingest: Ingest) -> None:
    await ingest.make_stream()
    body = {"data_stream_key": "bank", "key": "a", "name": "A", "type": "date"}
    headers = {"x-idempotency-key": "k"}

    first = await ingest.client.post(PATH, json=body, headers=headers)
    again = await ingest.client.post(PATH, json=body, headers=headers)
    other = await ingest.client.post(PATH, json=body | {"name": "B"}, headers=headers)

    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["x-idempotency-replayed"] == "true"
    assert other.json()["code"] == "idempotency_key_reused"


async def test_another_organization_sees_and_changes_no_definition(ingest: Ingest) -> None:
    await ingest.make_stream()
    path = f"{PATH}/{(await demand(ingest)).json()['id']}"
    other = {"tieout-organization": "2"}

    answers = [
        await ingest.client.get(path, headers=other),
        await ingest.client.patch(path, json={"optional": True}, headers=other),
        await ingest.client.delete(path, headers=other),
        await ingest.client.get(f"{PATH}?data_stream_key=bank", headers=other),
    ]

    assert [one.status_code for one in answers] == [404] * 4
    assert (await ingest.client.get(path)).json()["optional"] is False


async def test_a_single_record_without_it_is_422_with_its_path(ingest: Ingest) -> None:
    await ingest.make_stream()
    await demand(ingest)

    refused = await post(ingest)
    taken = await post(ingest, metadata={"branch": "north", "other": [1]})

    assert (refused.status_code, taken.status_code) == (422, 201)
    assert [one["path"] for one in refused.json()["errors"]] == ["$.metadata.branch"]


async def test_an_item_without_it_fails_and_the_others_go_in(ingest: Ingest) -> None:
    await ingest.make_stream()
    await ingest.make_stream("free")
    await demand(ingest)
    items = [a_record(), a_record(external_id="b", metadata={"branch": "north"}),
             a_record(external_id="c", data_stream_key="free")]  # fmt: skip

    done = await ingest.processed((await send(ingest, items)).json()["id"])

    first, second, third = done["results"]["data"]
    assert (first["status"], second["status"], third["status"]) == (
        "failed", "successful", "successful",
    )  # fmt: skip
    assert "$.records[0].metadata.branch" in first["error"]


async def test_a_row_without_it_is_rejected_in_the_preview_and_in_the_import(
    ingest: Ingest,
) -> None:
    await ingest.make_stream(profile=PROFILE)
    await demand(ingest, type="number")
    rows = b"date,amount,branch\n2024-03-01,5.00,7\n2024-03-02,6.00,\n2024-03-03,7.00,x\n"

    preview = await ingest.client.post(
        "/internal/streams/bank/imports/preview", files={"file": ("rows.csv", rows)}
    )
    batch = await ingest.loaded((await ingest.upload(rows)).json()["id"])

    assert (batch["rows_read"], batch["accepted"], batch["rejected"]) == (3, 1, 2)
    told = [(one["line"], one["code"]) for one in batch["rejections"]]
    assert told == [(3, "property_missing"), (4, "property_type")]
    assert all("'branch'" in one["message"] for one in batch["rejections"])
    assert preview.json()["rejections"] == batch["rejections"]


async def test_a_correction_of_metadata_keeps_what_is_demanded(ingest: Ingest) -> None:
    await ingest.make_stream()
    record = (await post(ingest)).json()
    await demand(ingest)

    elsewhere = await patch(ingest, record, amount=7)
    refused = await patch(ingest, record, metadata={"other": 1})
    taken = await patch(ingest, record, metadata={"branch": "north"})

    assert [one.status_code for one in (elsewhere, refused, taken)] == [200, 422, 200]
    assert [one["path"] for one in refused.json()["errors"]] == ["$.metadata.branch"]


async def test_a_transaction_without_it_is_a_dead_letter_of_its_own(service: Service) -> None:
    await service.make_stream()
    body = {"data_stream_key": "bank", "key": "branch", "name": "B", "type": "string"}
    await service.client.post(PATH, json=body)
    producer = await make_producer(service, None)
    value = a_message(a_transaction(1), a_transaction(2, metadata={"branch": "north"}))

    await service.publish(
        "transactions.v1", value, headers=[("tieout-producer", str(producer).encode())]
    )
    [letter] = await dead_letters(service, 1)

    assert "$.metadata.branch" in header(letter, "reason")
    assert await service.pool.fetchval("SELECT count(*) FROM record") == 1
