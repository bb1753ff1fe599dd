"""Keys over the API: made, shown once, listed, revoked; and what a repeated request says."""

from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from fixtures.postgres import Database
from integration.gateway.conftest import Gateway

PATH = "/v1/api_keys"
NEW = {"name": "nightly", "scopes": ["act", "view"]}


async def made(gateway: Gateway, key: str = "", **members: Any) -> dict[str, Any]:
    headers = {"x-idempotency-key": key} if key else {}
    answer = await gateway.ask("POST", PATH, json={**NEW, **members}, headers=headers)
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def test_a_key_that_was_made_opens_the_door_as_far_as_its_scopes(gateway: Gateway) -> None:
    gateway.ingest.answer("GET", "/internal/streams", [])

    created = await made(gateway)
    headers = {"x-api-key": created["key"]}
    looked = await gateway.client.get("/v1/data_streams", headers=headers)
    asked_for_more = await gateway.client.get(PATH, headers=headers)

    assert created["key"].startswith(f"tie_{created['prefix']}_")
    assert created["scopes"] == ["view", "act"]
    assert (created["expires_at"], created["revoked_at"], created["last_used_at"]) == (None,) * 3
    assert (looked.status_code, asked_for_more.status_code) == (200, 403)


async def test_the_whole_key_is_shown_once_and_is_nowhere_in_the_database(
    gateway: Gateway, module_database: Database
) -> None:
    created = await made(gateway, key="kept for a week")
    secret = created["key"].split("_")[2]

    shown = await gateway.ask("GET", f"{PATH}/{created['id']}")
    listed = await gateway.ask("GET", PATH)
    connection = await asyncpg.connect(module_database.url)
    rows = await connection.fetch(
        "SELECT api_key::text AS row FROM gateway.api_key"
        " UNION ALL SELECT convert_from(body, 'UTF8') FROM gateway.idempotency_key"
    )
    await connection.close()

    assert shown.json() == {name: created[name] for name in created if name != "key"}
    assert secret not in shown.text + listed.text
    assert created["key"] not in listed.text
    assert any("seed" in row["row"] for row in rows)
    assert all(secret not in row["row"] for row in rows)


async def test_a_repeated_request_is_answered_with_the_same_key_and_makes_one(
    gateway: Gateway,
) -> None:
    headers = {"idempotency-key": "once"}

    first = await gateway.ask("POST", PATH, json=NEW, headers=headers)
    again = await gateway.ask("POST", PATH, json=NEW, headers=headers)
    other = await gateway.ask("POST", PATH, json={**NEW, "name": "other"}, headers=headers)
    without = [await made(gateway), await made(gateway)]

    assert again.content == first.content
    assert [one.headers["x-idempotency-replayed"] for one in (first, again)] == ["false", "true"]
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert without[0]["id"] != without[1]["id"]
    listed = (await gateway.ask("GET", PATH)).json()["data"]
    assert [one["id"] for one in listed].count(first.json()["id"]) == 1


async def test_a_rotated_key_is_the_same_actor_and_repeats_nothing(gateway: Gateway) -> None:
    """Semantics 9: the claim belongs to the service user, not to the key."""
    first = await made(gateway, scopes=["view", "act", "admin"])
    rotated = await made(gateway, scopes=["view", "act", "admin"], user_id=first["user_id"])
    headers = {"idempotency-key": "over a rotation"}

    answers = [
        await gateway.client.post(PATH, json=NEW, headers={"x-api-key": one["key"], **headers})
        for one in (first, rotated)
    ]

    assert first["user_id"] == rotated["user_id"]
    assert [one.headers["x-idempotency-replayed"] for one in answers] == ["false", "true"]
    assert answers[0].content == answers[1].content


async def test_an_idempotency_key_of_another_service_user_is_another_request(
    gateway: Gateway,
) -> None:
    service = {"kind": "service", "name": "another"}
    user = (await gateway.ask("POST", "/v1/users", json=service)).json()
    other = await made(gateway, scopes=["view", "act", "admin"], user_id=user["id"])
    headers = {"idempotency-key": "of two users"}

    ours = await gateway.ask("POST", PATH, json=NEW, headers=headers)
    theirs = await gateway.client.post(
        PATH, json=NEW, headers={"x-api-key": other["key"], **headers}
    )

    assert theirs.headers["x-idempotency-replayed"] == "false"
    assert theirs.json()["id"] != ours.json()["id"]


async def test_a_revoked_key_is_refused_and_still_listed(gateway: Gateway) -> None:
    created = await made(gateway, scopes=["admin"])
    headers = {"x-api-key": created["key"]}
    assert (await gateway.client.get(PATH, headers=headers)).status_code == 200

    ended = await gateway.ask("DELETE", f"{PATH}/{created['id']}")
    at = (await gateway.ask("GET", f"{PATH}/{created['id']}")).json()["revoked_at"]
    gateway.clock.pass_(seconds=10)
    again = await gateway.ask("DELETE", f"{PATH}/{created['id']}")
    refused = await gateway.client.get(PATH, headers=headers)
    shown = (await gateway.ask("GET", f"{PATH}/{created['id']}")).json()

    assert (ended.status_code, again.status_code, refused.status_code) == (204, 204, 401)
    assert ended.content == b""
    assert shown["revoked_at"] == at is not None


async def test_a_caller_gives_no_scope_that_it_lacks(gateway: Gateway) -> None:
    admin = {"x-api-key": await gateway.new_key("admin", "view")}

    refused = await gateway.client.post(PATH, headers=admin, json={**NEW, "scopes": ["approve"]})
    given = await gateway.client.post(PATH, headers=admin, json={**NEW, "scopes": ["view"]})

    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert "approve" in refused.json()["detail"]
    assert given.status_code == 201


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"scopes": []}, "$.scopes"),
        ({"scopes": ["root"]}, "$.scopes[0]"),
        ({"name": ""}, "$.name"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "$.expires_at"),
        ({"expires_at": "2027-01-01T00:00:00"}, "$.expires_at"),
        ({"user_id": 999_999}, "$.user_id"),
        ({"scope": ["view"]}, "$.scope"),
    ],
)
async def test_a_wrong_member_is_named(gateway: Gateway, wrong: dict[str, Any], path: str) -> None:
    answer = await gateway.ask("POST", PATH, json={**NEW, **wrong})

    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")
    assert answer.json()["errors"][0]["path"] == path


async def test_a_key_expires(gateway: Gateway) -> None:
    gateway.ingest.answer("GET", "/internal/streams", [])
    until = gateway.clock() + timedelta(minutes=5)
    created = await made(gateway, expires_at=until.isoformat())
    headers = {"x-api-key": created["key"]}

    before = await gateway.client.get("/v1/data_streams", headers=headers)
    gateway.clock.pass_(minutes=5)
    after = await gateway.client.get("/v1/data_streams", headers=headers)

    assert (before.status_code, after.status_code) == (200, 401)


async def test_pages_hold_every_key_once_newest_first(gateway: Gateway) -> None:
    for _ in range(5):
        await made(gateway)
    whole = (await gateway.ask("GET", PATH, params={"limit": 200})).json()
    pages: list[Any] = []
    params: dict[str, Any] = {"limit": 2}

    while True:
        page = (await gateway.ask("GET", PATH, params=params)).json()
        pages += page["data"]
        if page["next_cursor"] is None:
            break
        params["cursor"] = page["next_cursor"]

    assert pages == whole["data"]
    assert whole["next_cursor"] is None
    numbers = [one["id"] for one in pages]
    assert numbers == sorted(set(numbers), reverse=True)


async def test_a_cursor_of_another_list_is_refused(gateway: Gateway) -> None:
    answer = await gateway.ask("GET", PATH, params={"cursor": "b3RoZXI6NDE="})

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "query.cursor")
