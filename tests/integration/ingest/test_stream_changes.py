"""A stream says something else from now on; what is there stays."""

from typing import Any

import lz4.frame
import msgspec

from tieout_runtime.outbox import Chunk

from .conftest import Ingest

PATH = "/internal/streams/bank"
DEFINITIONS = "/internal/property_definitions"


async def sent(ingest: Ingest, topic: str) -> list[Any]:
    """Read what the outbox holds for a topic, in order."""
    rows = await ingest.worker.fetch(
        "SELECT payload FROM outbox WHERE topic = $1 ORDER BY id", topic
    )
    chunks = [msgspec.msgpack.decode(lz4.frame.decompress(row[0]), type=Chunk) for row in rows]
    return [msgspec.json.decode(one.value) for chunk in chunks for one in chunk.messages]


async def announced(ingest: Ingest) -> list[tuple[str, int]]:
    """Read what the other services are told of streams: (name, version)."""
    return [(one["name"], one["version"]) for one in await sent(ingest, "config.v1")]


async def test_only_what_is_stated_changes_and_the_others_are_told(ingest: Ingest) -> None:
    made = await ingest.make_stream(description="as it was", expected_days=5)

    named = await ingest.client.patch(PATH, json={"name": "Main bank"})
    more = await ingest.client.patch(PATH, json={"description": None, "overlap": "append"})

    assert named.json() == made | {"name": "Main bank", "version": 2}
    assert more.json() == named.json() | {"description": None, "overlap": "append", "version": 3}
    assert (await ingest.client.get("/internal/streams/by-key/bank")).json() == more.json()
    assert await announced(ingest) == [("Bank", 1), ("Main bank", 2), ("Main bank", 3)]


async def test_what_changes_nothing_is_no_version(ingest: Ingest) -> None:
    made = await ingest.make_stream(profile={"csv": {"delimiter": ";"}})

    answers = [
        await ingest.client.patch(PATH, json={}),
        await ingest.client.patch(PATH, json={"name": "Bank", "expected_days": 2}),
        await ingest.client.patch(PATH, json={"profile": {"csv": {"delimiter": ";"}}}),
    ]

    assert [(one.status_code, one.json()) for one in answers] == [(200, made)] * 3
    assert len(await announced(ingest)) == 1


async def test_bad_changes_are_refused(ingest: Ingest) -> None:
    made = await ingest.make_stream()

    refused = [
        await ingest.client.patch(PATH, json=body)
        for body in (
            {"key": "other"}, {"type": "csv"}, {"name": None}, {"name": ""},
            {"expected_days": -1}, {"profile": {"csv": {"delimiter": ";;"}}},
        )
    ]  # fmt: skip
    nowhere = await ingest.client.patch("/internal/streams/none", json={"name": "x"})
    stranger = await ingest.client.patch(
        PATH, json={"name": "x"}, headers={"tieout-organization": "2"}
    )

    assert [one.status_code for one in refused] == [422] * 6
    assert refused[-1].json()["errors"][0]["path"] == "$.profile.csv.delimiter"
    assert [one.status_code for one in (nowhere, stranger)] == [404] * 2
    assert (await ingest.client.get("/internal/streams/by-key/bank")).json() == made


async def test_a_change_is_made_once_a_key(ingest: Ingest) -> None:
    await ingest.make_stream()
    headers = {"x-idempotency-key": "k"}

    first = await ingest.client.patch(PATH, json={"name": "One"}, headers=headers)
    await ingest.client.patch(PATH, json={"name": "Two"})
    again = await ingest.client.patch(PATH, json={"name": "One"}, headers=headers)

    assert again.content == first.content
    assert again.headers["x-idempotency-replayed"] == "true"
    assert (await ingest.client.get("/internal/streams/by-key/bank")).json()["name"] == "Two"


async def test_the_audit_is_told_what_was_and_what_is(ingest: Ingest) -> None:
    made = await ingest.make_stream()
    body = {"data_stream_key": "bank", "key": "branch", "name": "Branch", "type": "string"}

    named = (await ingest.client.patch(PATH, json={"name": "Main bank"})).json()
    definition = (await ingest.client.post(DEFINITIONS, json=body)).json()
    path = f"{DEFINITIONS}/{definition['id']}"
    looser = (await ingest.client.patch(path, json={"optional": True})).json()
    await ingest.client.delete(path)
    await ingest.client.patch(PATH, json={"name": None})  # refused: nothing is told
    operation = (await ingest.client.post(f"{PATH}/reset")).json()

    told = await sent(ingest, "audit.v1")
    assert [(one["action"], one.get("before"), one.get("after")) for one in told[:-1]] == [
        ("POST /internal/streams", None, made),
        (f"PATCH {PATH}", made, named),
        (f"POST {DEFINITIONS}", None, definition),
        (f"PATCH {path}", definition, looser),
        (f"DELETE {path}", looser, None),
    ]
    assert (told[-1]["action"], told[-1]["status"]) == (f"POST {PATH}/reset", 202)
    assert (told[-1]["after"]["id"], told[-1]["account_id"]) == (operation["id"], 7)
