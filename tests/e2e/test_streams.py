"""End Close's streams, from making one to deleting it, through the routes alone."""

import httpx2

from fixtures.public_api import Json, PublicApi, until

BANK = """date,amount,currency,direction,description,external_id
2026-11-02,100.00,EUR,credit,invoice 1,bank-1
2026-11-02,250.50,EUR,credit,invoice 2,bank-2
2026-11-03,19.99,EUR,credit,unknown,bank-3
"""
STREAM = "/v1/data_streams/bank"


async def test_a_stream_is_emptied_filled_again_and_deleted(api: PublicApi) -> None:
    bank, books = await api.stream("bank"), await api.stream("books")
    number = await api.reconciliation("Bank to books", side_a=[bank], side_b=[books])
    await api.rule(number, "amount", "description")
    await api.imported((await api.upload("bank", "november.csv", BANK)).id)
    booked = {"data_stream_key": "books", "amount": 10000, "currency": "EUR",
              "direction": "credit", "date": "2026-11-02", "description": "invoice 1"}  # fmt: skip
    await api.post("/v1/records", booked)
    await api.decided(number, 4)
    (match,) = await api.all_of("/v1/reconciliation_matches", reconciliation_id=number, limit=10)

    refused = [await api.client.post(f"{STREAM}/reset"), await api.client.delete(STREAM)]
    await api.delete(f"/v1/reconciliation_matches/{match['id']}")
    await ended(api, await api.post(f"{STREAM}/reset", None))
    emptied = await withdrawn(api, number, 3)
    again = await api.imported((await api.upload("bank", "november.csv", BANK)).id)
    await until(lambda: entries(api, number), lambda seen: len(seen) == 4)
    health = await api.get(f"{STREAM}/health")
    linked = await api.client.delete(STREAM)
    left = {"side_a_stream_ids": [await api.stream("other")], "side_b_stream_ids": [books]}
    unlinked = await api.client.patch(f"/v1/reconciliations/{number}", json=left)
    gone = await until(
        lambda: api.client.delete(STREAM), lambda one: one.status_code != linked.status_code
    )

    assert [one.status_code for one in refused] == [409, 409]
    assert f"match {match['id']}" in told(refused[0])
    assert [one["data_stream_key"] for one in emptied] == ["books"]
    assert (again.accepted, again.duplicate) == (3, False)
    assert (health["records_count"], health["orphan_records_count"]) == (3, 0)
    assert linked.status_code == 409
    assert f"reconciliation {number}" in told(linked)
    assert (unlinked.status_code, gone.status_code) == (200, 204)


async def test_a_stream_that_nobody_relies_on_is_deleted(api: PublicApi) -> None:
    await api.stream("alone")
    await api.imported((await api.upload("alone", "november.csv", BANK)).id)
    (first, *_) = await api.all_of("/v1/records", data_stream_key="alone")

    answer = await api.client.delete("/v1/data_streams/alone")

    gone = await api.client.get("/v1/data_streams/alone")
    history = await api.get(f"/v1/records/{first['id']}/versions")
    assert (answer.status_code, answer.content) == (204, b"")
    assert gone.status_code == 404
    assert [one["change"] for one in history] == ["reported", "deleted"]
    await api.stream("alone")
    assert await api.all_of("/v1/records", data_stream_key="alone") == []


async def ended(api: PublicApi, operation: Json) -> None:
    path = f"{STREAM}/operations/{operation['id']}"
    done = await until(
        lambda: api.get(path), lambda seen: seen["status"] in {"completed", "failed"}
    )
    assert (done["status"], done["progress"]) == ("completed", 100)


async def entries(api: PublicApi, number: int) -> list[Json]:
    return await api.all_of(f"/v1/reconciliations/{number}/entries")


async def withdrawn(api: PublicApi, number: int, count: int) -> list[Json]:
    """Wait until so many entries have ended; those that are left then."""
    return await until(lambda: entries(api, number), lambda seen: len(seen) == 4 - count)


def told(answer: httpx2.Response) -> str:
    return str(answer.json()["message"])
