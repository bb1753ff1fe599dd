"""Relays that die, take over, lead for long, and send again from the journal (F4, F17)."""

import asyncio
import signal
import sys
from unittest import mock

import asyncpg
import pytest
from aiokafka import AIOKafkaProducer

from fixtures.kafka import KafkaForTest
from fixtures.postgres import Database
from integration.runtime.places import (
    ORGANIZATION,
    SERVICE,
    add_numbered,
    administrator,
    by_key,
    publish_all,
    read_topic,
    relay_for,
    settings_for,
)
from tieout_contracts.topics import DEAD_LETTERS, MATCHES
from tieout_runtime import outbox, run
from tieout_runtime.outbox import Relay
from tieout_runtime.postgres import Connection, Pool, transaction

# A service that dies after the broker acknowledged and before the database knows.
DYING_RELAY = """
import asyncio, sys
from tieout_runtime.failpoints import Failpoint
from tieout_runtime.kafka import start_producer
from tieout_runtime.outbox import Relay
from tieout_runtime.postgres import open_pool
from tieout_runtime.settings import CommonSettings
async def main():
    settings = CommonSettings()
    pool = await open_pool(settings, service="matcher", role="worker", max_connections=2)
    relay = Relay(pool=pool, producer=await start_producer(settings, service="matcher"),
                  topic_prefix=settings.topic_prefix, service="matcher",
                  failpoint=Failpoint(armed=settings.failpoint))
    await relay.run()
asyncio.run(main())
"""


async def test_of_two_relays_one_leads_and_the_other_takes_over(
    worker: Pool, producer: AIOKafkaProducer, kafka: KafkaForTest
) -> None:
    running = [asyncio.create_task(relay_for(worker, producer, kafka).run()) for _ in range(2)]
    for first in range(1, 41):
        async with transaction(worker) as connection:
            await add_numbered(connection, key="21", first=first, last=first)
    led = await read_topic(kafka, MATCHES, at_least=40)

    running[0].cancel()
    async with transaction(worker) as connection:
        await add_numbered(connection, key="21", first=41, last=45)
    all_of_them = await read_topic(kafka, MATCHES, at_least=45)

    running[1].cancel()
    await asyncio.gather(*running, return_exceptions=True)
    assert by_key(led) == {"21": list(range(1, 41))}
    assert by_key(all_of_them) == {"21": list(range(1, 46))}


async def test_relays_of_a_busy_service_lead_by_turns(
    worker: Pool, producer: AIOKafkaProducer, kafka: KafkaForTest
) -> None:
    relays = [relay_for(worker, producer, kafka) for _ in range(3)]
    led: list[Relay] = []

    async def noting(relay: Relay) -> None:
        publish = relay.publish_round

        async def publish_round(connection: Connection) -> int:
            published = await publish(connection)
            if published and led[-1:] != [relay]:
                led.append(relay)
            return published

        with mock.patch.object(relay, "publish_round", publish_round):
            await relay.run()

    running = [asyncio.create_task(noting(relay)) for relay in relays]
    last = 0
    async with asyncio.timeout(60):
        while set(led) != set(relays) or len(led) < 2 * len(relays):
            last += 1
            async with transaction(worker) as connection:
                await add_numbered(connection, key="21", first=last, last=last)
            await asyncio.sleep(0.01)
    records = await read_topic(kafka, MATCHES, at_least=last)

    for one in running:
        one.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    assert by_key(records) == {"21": list(range(1, last + 1))}


async def test_a_relay_killed_before_it_marks_publishes_again_and_in_order(
    worker: Pool,
    producer: AIOKafkaProducer,
    kafka: KafkaForTest,
    database: Database,
) -> None:
    async with transaction(worker) as connection:
        await add_numbered(connection, key="21", first=1, last=10)
        await add_numbered(connection, key="22", first=1, last=10)
    settings = settings_for(database, kafka)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", DYING_RELAY, env=_environment(settings.model_dump())
    )
    assert await process.wait() == -signal.SIGKILL

    await publish_all(relay_for(worker, producer, kafka), worker)

    twice = [*range(1, 11), *range(1, 11)]
    assert by_key(await read_topic(kafka, MATCHES, at_least=40)) == {"21": twice, "22": twice}
    async with worker.acquire() as connection:
        assert await outbox.oldest_unpublished_seconds(connection) == 0.0


def _environment(settings: dict[str, object]) -> dict[str, str]:
    secrets = {"postgres_url", "postgres_role_password", "internal_token"}
    plain = {
        name: value.get_secret_value() if name in secrets else value  # type: ignore[attr-defined]  # SecretStr
        for name, value in settings.items()
    }
    plain["failpoint"] = "relay_published"
    return {f"TIEOUT_{name.upper()}": str(value) for name, value in plain.items()}


async def test_numbers_are_sent_again_from_the_journal_by_their_range(
    worker: Pool, producer: AIOKafkaProducer, kafka: KafkaForTest
) -> None:
    relay = relay_for(worker, producer, kafka)
    async with transaction(worker) as connection:
        for first in (1, 4, 7):
            await add_numbered(connection, key="21", first=first, last=first + 2)
        await add_numbered(connection, key="22", first=1, last=9)
    await publish_all(relay, worker)

    async with transaction(worker) as connection:
        chunks = await outbox.resend(connection, topic=MATCHES, key="21", first_seq=5, last_seq=7)
    await publish_all(relay, worker)

    again = by_key(await read_topic(kafka, MATCHES, at_least=24))
    assert chunks == 2
    assert again == {"21": [*range(1, 10), *range(4, 10)], "22": list(range(1, 10))}


async def test_a_relay_that_leads_for_months_keeps_partitions_ahead(
    worker: Pool,
    producer: AIOKafkaProducer,
    kafka: KafkaForTest,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outbox, "PARTITIONS_EVERY_S", 0.0)
    monkeypatch.setattr(run, "POLL_S", 0.05)
    count = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'matcher.outbox'::regclass"
    running = asyncio.create_task(relay_for(worker, producer, kafka).run())
    async with administrator(database) as connection, asyncio.timeout(20):
        months = await connection.fetchval(count)
        newest = await connection.fetchval(
            "SELECT max(inhrelid::regclass::text) FROM pg_inherits"
            " WHERE inhparent = 'matcher.outbox'::regclass"
        )

        await connection.execute(f"DROP TABLE {newest}")
        while await connection.fetchval(count) < months:  # noqa: ASYNC110 - the server tells
            await asyncio.sleep(0.05)

    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert months == 3


async def test_readiness_sees_what_waits(worker: Pool) -> None:
    async with transaction(worker) as connection:
        assert await outbox.oldest_unpublished_seconds(connection) == 0.0
        await add_numbered(connection, key="21", first=1, last=1)
    async with worker.acquire() as connection:
        await connection.execute("UPDATE outbox SET created_at = created_at - interval '1 minute'")

        assert await outbox.oldest_unpublished_seconds(connection) >= 60


async def test_the_largest_dead_letter_does_not_stop_the_journal(
    worker: Pool, producer: AIOKafkaProducer, kafka: KafkaForTest
) -> None:
    incompressible = await worker.fetchval(
        "SELECT string_agg(uuid_send(gen_random_uuid()), '') FROM generate_series(1, 65536)"
    )
    async with transaction(worker) as connection:
        await outbox.add_raw(
            connection,
            topic=DEAD_LETTERS,
            key="tieout.transactions.v1:0",
            headers=[("reason", b"x" * 2000)],
            value=incompressible,
        )
        await add_numbered(connection, key="21", first=1, last=1)

    await publish_all(relay_for(worker, producer, kafka), worker)

    (letter,) = await read_topic(kafka, DEAD_LETTERS, at_least=1)
    assert letter.value == incompressible
    assert by_key(await read_topic(kafka, MATCHES, at_least=1)) == {"21": [1]}


async def test_the_worker_may_copy_into_a_tenant_table(worker: Pool) -> None:
    async with worker.acquire() as connection:
        try:
            await connection.copy_records_to_table(
                "idempotency_key",
                columns=["organization_id", "account_id", "method", "route", "key",
                         "fingerprint", "created_at"],
                records=[(ORGANIZATION, 1, "POST", "/x", "k", b"",
                          await connection.fetchval("SELECT now()"))],
            )  # fmt: skip
        except asyncpg.FeatureNotSupportedError:  # what row-level security would answer
            raise AssertionError(f"{SERVICE}'s worker cannot COPY: ADR 0004") from None
