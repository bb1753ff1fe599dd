"""The command line as an operator and a program use it."""

import asyncio
import json
from collections.abc import Awaitable, Callable

import asyncpg
from aiokafka.admin import AIOKafkaAdminClient

from fixtures.kafka import KafkaForTest
from fixtures.postgres import Database
from fixtures.run import current_run
from integration.ops.command_line import Ended, tieout
from tieout_contracts.topics import TOPICS

Run = Callable[..., Awaitable[Ended]]
PEPPER = "a pepper of sixteen characters"


def run_on(database: Database) -> Run:
    settings = {**database.settings, "TIEOUT_GATEWAY_KEY_PEPPER": PEPPER}

    async def run(*arguments: str, **more: str) -> Ended:
        return await asyncio.to_thread(tieout, arguments, settings | more)

    return run


async def _fetch(database: Database, question: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(database.url)
    try:
        return list(await connection.fetch(question))
    finally:
        await connection.close()


async def test_from_an_empty_database_to_a_revoked_key(empty_database: Database) -> None:
    run = run_on(empty_database)
    with current_run().lock("template"):  # roles belong to the server
        migrated = await run("migrate")
        again = await run("migrate")
    made = await run("create-organization", "Acme Ltd")
    organization = json.loads(made.stdout.splitlines()[-1])
    more = await run(
        "create-key", str(organization["organization_id"]), "--name", "ci", "--scopes", "view"
    )
    second = json.loads(more.stdout.splitlines()[-1])
    revoked = await run("revoke-key", organization["api_key"].rpartition("_")[0])

    assert [one.returncode for one in (migrated, again, made, more, revoked)] == [0] * 5
    assert again.stderr.count("at head") == 4
    assert second["organization_id"] == organization["organization_id"]
    secrets = [one["api_key"].rpartition("_")[2] for one in (organization, second)]
    assert not any(secret in made.stderr + more.stderr + revoked.stderr for secret in secrets)
    rows = await _fetch(
        empty_database,
        "SELECT scopes, revoked_at IS NOT NULL AS revoked, account_id"
        " FROM gateway.api_key ORDER BY api_key_id",
    )
    assert [(row["scopes"], row["revoked"]) for row in rows] == [
        (["view", "act", "approve", "admin"], True),
        (["view"], False),
    ]
    assert rows[0]["account_id"] == rows[1]["account_id"], "a new key acts as the same account"


async def test_what_does_not_exist_is_told_in_one_line(database: Database) -> None:
    run = run_on(database)

    answers = [
        await run("create-key", "999"),
        await run("revoke-key", "tie_00000000"),
        await run("create-organization", "Acme", TIEOUT_GATEWAY_KEY_PEPPER="short"),
        await run("migrate", TIEOUT_POSTGRES_URL="postgresql://nobody@127.0.0.1:1/none"),
    ]

    assert [one.returncode for one in answers] == [1] * 4
    assert all(len(one.stderr.splitlines()) == 1 for one in answers)
    assert "TIEOUT_GATEWAY_KEY_PEPPER" in answers[2].stderr
    assert "Traceback" not in "".join(one.stderr for one in answers)


async def test_topics_are_made_once(database: Database, kafka: KafkaForTest) -> None:
    run = run_on(database)
    settings = {
        "TIEOUT_KAFKA_BOOTSTRAP": kafka.bootstrap,
        "TIEOUT_TOPIC_PREFIX": f"{kafka.topic_prefix}ops.",
    }

    first = await run("create-topics", "--partitions", "3", "--replicas", "1", **settings)
    second = await run("create-topics", "--partitions", "3", "--replicas", "1", **settings)

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert await _partitions(kafka.bootstrap, settings["TIEOUT_TOPIC_PREFIX"]) == {
        topic.suffix: 3 for topic in TOPICS
    }


async def _partitions(bootstrap: str, prefix: str) -> dict[str, int]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        described = await admin.describe_topics([prefix + topic.suffix for topic in TOPICS])
    finally:
        await admin.close()
    return {one["topic"].removeprefix(prefix): len(one["partitions"]) for one in described}
