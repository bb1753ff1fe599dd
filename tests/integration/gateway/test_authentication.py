from datetime import timedelta

import asyncpg
import pytest

from fixtures.postgres import Database
from integration.gateway.conftest import Gateway
from tieout_ops import organizations
from tieout_runtime.postgres import role_name, url_for

PATH = "/v1/data_streams"


@pytest.fixture(autouse=True)
def _streams(gateway: Gateway) -> None:
    gateway.ingest.answer("GET", "/internal/streams", [])


@pytest.mark.parametrize("form", ["x-api-key", "bearer", "both"])
async def test_a_key_opens_the_door_in_either_header(gateway: Gateway, form: str) -> None:
    own = {"x-api-key": gateway.api_key}
    bearer = {"authorization": f"Bearer {gateway.api_key}"}
    headers = {"x-api-key": own, "bearer": bearer, "both": own | bearer}[form]

    answer = await gateway.client.get(PATH, headers=headers)

    assert answer.status_code == 200
    (call,) = gateway.ingest.calls
    assert call.headers["tieout-organization"] == str(gateway.organization_id)
    assert int(call.headers["tieout-account"]) > 0
    assert gateway.api_key not in str(call.headers)


async def test_without_a_good_key_nothing_is_told_and_nobody_is_asked(gateway: Gateway) -> None:
    prefix = gateway.api_key.split("_")[1]
    bad = [
        {},
        {"x-api-key": "nonsense"},
        {"x-api-key": "tie_00000000_" + "x" * 43},
        {"x-api-key": f"tie_{prefix}_" + "x" * 43},
        {"authorization": f"Basic {gateway.api_key}"},
        {"x-api-key": gateway.api_key, "authorization": "Bearer another"},
    ]

    answers = [await gateway.client.get(PATH, headers=headers) for headers in bad]

    assert [answer.status_code for answer in answers] == [401] * len(bad)
    assert {answer.json()["code"] for answer in answers} == {"unauthorized"}
    assert {answer.headers["www-authenticate"] for answer in answers} == {"Bearer"}
    assert gateway.ingest.calls == []


async def test_a_body_is_not_read_before_the_caller_is_known(gateway: Gateway) -> None:
    answer = await gateway.client.post("/v1/records", content=b"{not json")

    assert answer.status_code == 401


async def test_an_unknown_key_costs_the_same_work_as_a_wrong_secret(gateway: Gateway) -> None:
    prefix = gateway.api_key.split("_")[1]
    unknown = {"x-api-key": "tie_00000000_" + "x" * 43}
    wrong = {"x-api-key": f"tie_{prefix}_" + "x" * 43}

    told = [(await gateway.client.get(PATH, headers=one)).json() for one in (unknown, wrong)]

    assert told[0]["detail"] == told[1]["detail"]


async def test_revocation_bites_within_the_seconds_a_key_is_believed(gateway: Gateway) -> None:
    key = await gateway.new_key("view")
    headers = {"x-api-key": key}
    assert (await gateway.client.get(PATH, headers=headers)).status_code == 200

    prefix = key.split("_")[1]
    await organizations.revoke_key(gateway.keys, prefix=prefix, at=gateway.clock())
    believed = await gateway.client.get(PATH, headers=headers)
    gateway.clock.pass_(seconds=2)
    refused = await gateway.client.get(PATH, headers=headers)

    assert (believed.status_code, refused.status_code) == (200, 401)


async def test_a_key_ends_when_it_expires_even_while_it_is_believed(gateway: Gateway) -> None:
    key = await gateway.new_key("view", expires_at=gateway.clock() + timedelta(seconds=1))
    assert (await gateway.client.get(PATH, headers={"x-api-key": key})).status_code == 200

    gateway.clock.pass_(seconds=1)

    assert (await gateway.client.get(PATH, headers={"x-api-key": key})).status_code == 401


async def test_the_use_of_a_key_is_noted_once_a_minute(
    gateway: Gateway, module_database: Database
) -> None:
    key = await gateway.new_key("view")
    prefix = key.split("_")[1]
    seen = []

    for seconds in (0, 30, 31):
        gateway.clock.pass_(seconds=seconds)
        await gateway.client.get(PATH, headers={"x-api-key": key})
        connection = await asyncpg.connect(module_database.url)
        question = "SELECT last_used_at FROM gateway.api_key WHERE prefix = $1"
        seen.append(await connection.fetchval(question, prefix))
        await connection.close()

    assert seen[0] == seen[1]
    assert seen[2] - seen[0] == timedelta(seconds=61)


async def test_the_secret_is_nowhere_in_the_database(
    gateway: Gateway, module_database: Database
) -> None:
    secret = gateway.api_key.split("_")[2]
    connection = await asyncpg.connect(module_database.url)

    rows = await connection.fetch("SELECT api_key::text AS row FROM gateway.api_key")

    await connection.close()
    assert rows
    assert all(secret not in row["row"] for row in rows)
    assert all(secret.encode().hex() not in row["row"] for row in rows)


async def test_the_organisation_named_has_to_be_the_keys_own(gateway: Gateway) -> None:
    own = {"x-organization-id": str(gateway.organization_id)}
    other = {"x-organization-id": str(gateway.organization_id + 1)}

    assert (await gateway.ask("GET", PATH, headers=own)).status_code == 200
    refused = await gateway.ask("GET", PATH, headers=other)

    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


async def test_a_key_does_only_what_its_scopes_say(gateway: Gateway) -> None:
    viewer = {"x-api-key": await gateway.new_key("view")}
    actor = {"x-api-key": await gateway.new_key("act")}

    answers = [
        await gateway.client.get(PATH, headers=viewer),
        await gateway.client.post(PATH, headers=viewer, json={"key": "k", "name": "n"}),
        await gateway.client.get(PATH, headers=actor),
        await gateway.client.post(PATH, headers=actor, json={"key": "k", "name": "n"}),
    ]

    assert [answer.status_code for answer in answers] == [200, 403, 403, 403]
    assert "'admin'" in answers[1].json()["detail"]


async def test_without_an_organisation_the_api_role_sees_no_key(module_database: Database) -> None:
    url = url_for(
        module_database.url,
        user=role_name("gateway", "api"),
        password=module_database.role_password,
    )
    connection = await asyncpg.connect(url, server_settings={"search_path": "gateway"})

    counts = [
        await connection.fetchval(f"SELECT count(*) FROM {table}")  # noqa: S608  # our own names
        for table in ("organization", "account", "api_key")
    ]

    await connection.close()
    assert counts == [0, 0, 0]
