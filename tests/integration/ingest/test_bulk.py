from typing import Any

from .conftest import Ingest
from .test_records import a_record


async def send(ingest: Ingest, records: list[Any], *, key: str | None = None, **more: Any) -> Any:
    headers = {} if key is None else {"x-idempotency-key": key}
    return await ingest.client.post(
        "/internal/records/bulk", json={"records": records, **more}, headers=headers
    )


async def test_each_item_succeeds_or_fails_by_itself(ingest: Ingest) -> None:
    await ingest.make_stream()
    await ingest.make_stream("books")
    items: list[Any] = [a_record(external_id=f"x-{n}") for n in range(997)]
    items[5] = a_record(external_id="x-5", amount=-1)
    items[6] = a_record(data_stream_key="nowhere")
    items[7] = "no object"
    items[8] = a_record(data_stream_key="books")

    answer = await send(ingest, items)
    done = await ingest.processed(answer.json()["id"])

    assert answer.status_code == 202
    assert (done["status"], done["total_items"], done["processed_items"]) == (
        "completed", 997, 997,
    )  # fmt: skip
    assert (done["successful_items"], done["failed_items"], done["progress"]) == (994, 3, 100)
    failed = {one["index"]: one["error"] for one in done["results"]["data"] if "error" in one}
    assert set(failed) == {5, 6, 7}
    assert [one["index"] for one in done["results"]["data"]] == list(range(997))
    page = await ingest.client.get(
        f"/internal/records?bulk_request_id={done['id']}&data_stream_key=books"
    )
    assert [one["source"] for one in page.json()["data"]] == ["bulk_api"]


async def test_what_exists_is_skipped_or_an_error_and_other_money_always_fails(
    ingest: Ingest,
) -> None:
    await ingest.make_stream()
    await ingest.client.post("/internal/records", json=a_record())
    items = [a_record(), a_record(amount=1), a_record(external_id="new")]

    skip = await ingest.processed((await send(ingest, items)).json()["id"])
    error = await ingest.processed((await send(ingest, items, on_conflict="error")).json()["id"])

    def statuses(view: dict[str, Any]) -> list[str]:
        return [one["status"] for one in view["results"]["data"]]

    assert statuses(skip) == ["skipped", "failed", "successful"]
    assert statuses(error) == ["failed", "failed", "failed"]
    assert skip["results"]["data"][1]["error"].startswith("external_id_conflict")


async def test_equal_items_in_one_request_make_one_record(ingest: Ingest) -> None:
    await ingest.make_stream()

    done = await ingest.processed((await send(ingest, [a_record()] * 60)).json()["id"])

    assert (done["successful_items"], done["skipped_items"]) == (1, 59)


async def test_a_used_key_returns_the_request_as_it_stands_whatever_the_body(
    ingest: Ingest,
) -> None:
    await ingest.make_stream()

    first = await send(ingest, [a_record()], key="k")
    await ingest.processed(first.json()["id"])
    again = await ingest.client.post(
        "/internal/records/bulk",
        json={"records": [a_record(external_id="other")]},
        headers={"x-idempotency-key": "k", "tieout-account": "8"},
    )

    assert (again.status_code, again.headers["x-idempotency-replayed"]) == (202, "true")
    assert (again.json()["id"], again.json()["status"]) == (first.json()["id"], "completed")


async def test_requests_are_listed_newest_first(ingest: Ingest) -> None:
    await ingest.make_stream()
    numbers = [(await send(ingest, [a_record(external_id=str(n))])).json()["id"] for n in range(3)]
    for number in numbers:
        await ingest.processed(number)

    first = (
        await ingest.client.get(
            "/internal/bulk_requests?data_stream_key=bank&status=completed&limit=2"
        )
    ).json()
    second = (
        await ingest.client.get(f"/internal/bulk_requests?limit=2&cursor={first['next_cursor']}")
    ).json()

    assert [one["id"] for one in first["data"] + second["data"]] == numbers[::-1]
    assert second["next_cursor"] is None


async def test_malformed_requests_are_refused(ingest: Ingest) -> None:
    await ingest.make_stream()

    too_many = await send(ingest, [a_record()] * 1001)
    none = await send(ingest, [])
    policy = await send(ingest, [a_record()], on_conflict="ignore")

    assert (too_many.status_code, none.status_code, policy.status_code) == (422, 422, 400)
