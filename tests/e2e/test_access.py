"""Keys and users through the whole product: a rotated key is the same actor everywhere."""

from typing import Any

import httpx2

from fixtures.public_api import PublicApi, until

NEW = {"name": "loader", "scopes": ["act", "view"]}
RECORD = {
    "data_stream_key": "rotated",
    "amount": 1250,
    "currency": "EUR",
    "direction": "credit",
    "date": "2026-11-05",
}


async def test_a_record_sent_again_with_the_rotated_key_is_one_record(api: PublicApi) -> None:
    await api.stream("rotated")
    first = await api.post("/v1/api_keys", NEW)
    rotated = await api.post("/v1/api_keys", {**NEW, "user_id": first["user_id"]})
    bot = await api.post("/v1/users", {"kind": "service", "name": "another service"})
    other = await api.post("/v1/api_keys", {**NEW, "user_id": bot["id"]})

    sent = await _send(api, first)
    await api.delete(f"/v1/api_keys/{first['id']}")
    again = await _send(api, rotated)
    of_another = await _send(api, other)

    assert [one.headers["x-idempotency-replayed"] for one in (sent, again)] == ["false", "true"]
    assert again.content == sent.content
    assert of_another.headers["x-idempotency-replayed"] == "false"
    records = await api.all_of("/v1/records", data_stream_key="rotated")
    assert {one["id"] for one in records} == {sent.json()["id"], of_another.json()["id"]}


async def test_what_administrators_change_is_in_the_chain_of_changes(api: PublicApi) -> None:
    made = await api.post("/v1/api_keys", {**NEW, "name": "in the chain"})

    async def entry() -> list[Any]:
        told = await api.all_of("/v1/audit_entries")
        return [one for one in told if "in the chain" in str(one)]

    (found,) = await until(entry, lambda entries: len(entries) == 1)

    assert (found["service"], found["action"]) == ("gateway", "POST /v1/api_keys")
    assert made["key"].split("_")[2] not in str(found)


async def test_every_answer_says_where_the_caller_stands(api: PublicApi) -> None:
    answers = [await api.client.get("/v1/data_streams") for _ in range(2)]

    remaining = [int(one.headers["ratelimit-remaining"]) for one in answers]
    assert remaining[1] == remaining[0] - 1
    assert {int(one.headers["ratelimit-limit"]) for one in answers} == {100_000}


async def _send(api: PublicApi, key: dict[str, Any]) -> httpx2.Response:
    headers = {"x-api-key": key["key"], "idempotency-key": "sent once"}
    return await api.client.post("/v1/records", json=RECORD, headers=headers)
