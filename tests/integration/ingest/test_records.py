import asyncio
from typing import Any

from .conftest import Ingest


def a_record(**more: Any) -> dict[str, Any]:
    document = {
        "data_stream_key": "bank",
        "amount": 1250,
        "currency": "eur",
        "direction": "credit",
        "date": "2024-03-05",
        "external_id": "inv-1",
    }
    return document | more


async def post(ingest: Ingest, *, key: str | None = None, **more: Any) -> Any:
    headers = {} if key is None else {"x-idempotency-key": key}
    return await ingest.client.post("/internal/records", json=a_record(**more), headers=headers)


async def test_a_record_is_stored_and_shown(ingest: Ingest) -> None:
    stream = await ingest.make_stream()

    made = await post(ingest, metadata={"order": {"id": 7}})
    shown = await ingest.client.get(f"/internal/records/{made.json()['id']}")

    assert made.status_code == 201
    assert shown.json() == made.json()
    assert made.json()["version"] == 1
    assert (made.json()["stream_id"], made.json()["source"]) == (stream["id"], "api")
    assert made.json()["fields"] == {
        "amount_minor": "1250",
        "exponent": 2,
        "currency": "EUR",
        "direction": "credit",
        "date": "2024-03-05",
        "external_id": "inv-1",
        "metadata": {"order": {"id": 7}},
    }


async def test_the_same_money_again_is_the_first_record_and_other_money_is_refused(
    ingest: Ingest,
) -> None:
    await ingest.make_stream()
    first = await post(ingest)

    again = await post(ingest, description="told differently")
    other = await post(ingest, amount=1251)
    nameless = [await post(ingest, external_id=None) for _ in range(2)]

    assert (again.status_code, again.json()) == (200, first.json())
    assert (other.status_code, other.json()["code"]) == (422, "external_id_conflict")
    assert [one.status_code for one in nameless] == [201, 201]
    assert nameless[0].json()["id"] != nameless[1].json()["id"]


async def test_an_amount_of_38_digits_stays_exact(ingest: Ingest) -> None:
    await ingest.make_stream()
    amount = 10**38 - 1

    made = await post(ingest, amount=amount)
    too_large = await post(ingest, amount=10**38, external_id="inv-2")

    assert made.json()["fields"]["amount_minor"] == str(amount)
    assert too_large.status_code == 422


async def test_bad_records_are_refused_with_their_paths(ingest: Ingest) -> None:
    await ingest.make_stream()

    wrong = await post(ingest, amount=12.5, direction="up", date="05/03/2024")
    unknown = await post(ingest, data_stream_key="nowhere")
    nul = await post(ingest, description="a\0b")
    surrogate = await ingest.client.post(
        "/internal/records", content=b'{"data_stream_key": "bank", "description": "\\ud800"}'
    )
    deep = await ingest.client.post("/internal/records", content=b"[" * 100_000)
    nul_key = await ingest.client.get("/internal/streams/by-key/a%00b")

    paths = {one["path"] for one in wrong.json()["errors"]}
    assert (wrong.status_code, paths) == (422, {"$.amount", "$.direction", "$.date"})
    assert unknown.status_code == 404
    assert (nul.status_code, surrogate.status_code, deep.status_code) == (422, 422, 422)
    assert nul_key.status_code == 404


async def test_fifty_requests_with_one_key_make_one_record(ingest: Ingest) -> None:
    await ingest.make_stream()

    answers = await asyncio.gather(*(post(ingest, key="once", external_id=None) for _ in range(50)))
    reused = await post(ingest, key="once", external_id=None, amount=1)

    assert {one.status_code for one in answers} <= {201, 409}
    assert len({one.text for one in answers if one.status_code == 201}) == 1
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency_key_reused")
    assert await ingest.worker.fetchval("SELECT count(*) FROM record") == 1


async def test_pages_show_every_record_once_newest_first(ingest: Ingest) -> None:
    bank, books = await ingest.make_stream(), await ingest.make_stream("books")
    await ingest.route(5, {bank["id"]: "A", books["id"]: "B"})
    for n in range(7):
        await post(ingest, external_id=f"inv-{n}", data_stream_key=("bank", "books")[n % 2])

    async def walk(query: str) -> list[str]:
        seen: list[str] = []
        cursor = ""
        while True:
            answer = await ingest.client.get(f"/internal/records?limit=2&{query}{cursor}")
            page = answer.json()
            seen += [one["fields"]["external_id"] for one in page["data"]]
            if page["next_cursor"] is None:
                return seen
            cursor = f"&cursor={page['next_cursor']}"

    assert await walk("reconciliation_id=5") == [f"inv-{n}" for n in range(6, -1, -1)]
    assert await walk("data_stream_key=books") == ["inv-5", "inv-3", "inv-1"]
    assert await walk("external_id=inv-3") == ["inv-3"]
    assert await walk("external_id=inv-3&data_stream_key=bank") == []
    assert await walk("source=bulk_api") == []
    assert await walk("source=api&created_after=2000-01-01T00:00:00Z") != []
    none = await ingest.client.get("/internal/records")
    wrong = await ingest.client.get("/internal/records?source=api&cursor=%00")
    assert (none.status_code, wrong.status_code) == (422, 422)


async def test_another_organization_sees_and_touches_nothing(ingest: Ingest) -> None:
    stream = await ingest.make_stream()
    made = (await post(ingest)).json()
    other = {"tieout-organization": "2"}

    answers = [
        await ingest.client.get(path, headers=other)
        for path in (
            f"/internal/records/{made['id']}",
            f"/internal/streams/{stream['id']}",
            "/internal/streams/by-key/bank",
            "/internal/records?data_stream_key=bank",
        )
    ]
    listed = await ingest.client.get(f"/internal/records?ids={made['id']}", headers=other)
    posted = await ingest.client.post("/internal/records", json=a_record(), headers=other)

    assert [one.status_code for one in answers] == [404] * 4
    assert listed.json()["data"] == []
    assert posted.status_code == 404


async def test_the_api_role_sees_no_row_without_an_organization(ingest: Ingest) -> None:
    await ingest.make_stream()
    await post(ingest)

    tables = await ingest.worker.fetch(
        "SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid"
        " WHERE attname = 'organization_id' AND relkind IN ('r', 'p') AND NOT relispartition"
        " AND relnamespace = 'ingest'::regnamespace"
    )

    assert len(tables) >= 9
    for table in tables:
        assert await ingest.api.fetchval(f"SELECT count(*) FROM {table['relname']}") == 0  # noqa: S608
