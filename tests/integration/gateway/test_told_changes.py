"""What callers change of the gateway's own is told once, with what it was, and without a secret."""

from typing import Any

import asyncpg
import msgspec

from fixtures.postgres import Database
from integration.gateway.conftest import Gateway
from tieout_runtime.outbox import published


async def told(database: Database) -> list[dict[str, Any]]:
    connection = await asyncpg.connect(database.url)
    rows = await connection.fetch("SELECT payload FROM gateway.outbox ORDER BY id")
    await connection.close()
    return [
        msgspec.json.decode(value)
        for row in rows
        for _, value in published(row["payload"])
        if value is not None
    ]


async def test_each_change_is_told_once_with_what_was_before(
    gateway: Gateway, module_database: Database
) -> None:
    once = {"idempotency-key": "told once", "x-request-id": "r1"}
    new = {"name": "told", "scopes": ["view"]}
    person = {"subject": "told", "name": "Told"}

    key = (await gateway.ask("POST", "/v1/api_keys", json=new, headers=once)).json()
    await gateway.ask("POST", "/v1/api_keys", json=new, headers=once)
    await gateway.ask("POST", "/v1/api_keys", json={**new, "scopes": []})
    user = (await gateway.ask("POST", "/v1/users", json=person)).json()
    await gateway.ask("PATCH", f"/v1/users/{user['id']}", json={"name": "Retold"})
    await gateway.ask("DELETE", f"/v1/api_keys/{key['id']}")
    organization = f"/v1/organizations/{gateway.organization_id}"
    await gateway.ask("PATCH", organization, json={"name": "Acme Ltd"})
    entries = await told(module_database)

    assert [one["action"] for one in entries] == [
        "POST /v1/api_keys",
        "POST /v1/users",
        f"PATCH /v1/users/{user['id']}",
        f"DELETE /v1/api_keys/{key['id']}",
        f"PATCH {organization}",
    ]
    made, _, changed, ended, renamed = entries
    assert (made["service"], made["request_id"], made["status"]) == ("gateway", "r1", 201)
    assert made["after"] == {name: made["after"][name] for name in key if name != "key"}
    assert (changed["before"]["name"], changed["after"]["name"]) == ("Told", "Retold")
    assert ended["before"]["revoked_at"] is None
    assert ended["after"]["revoked_at"] is not None
    assert (renamed["before"]["name"], renamed["after"]["name"]) == ("Acme", "Acme Ltd")
    assert "seed" not in str(entries)
    assert key["key"].split("_")[2] not in str(entries)
