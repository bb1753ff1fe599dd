"""A commit that adds to the journal wakes the relay beside it, without a notification."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiokafka import AIOKafkaProducer

from fixtures.kafka import KafkaForTest
from fixtures.postgres import Database
from integration.runtime.places import (
    SERVICE,
    add_numbered,
    administrator,
    by_key,
    read_topic,
    relay_for,
    settings_for,
)
from tieout_contracts.topics import MATCHES
from tieout_runtime import run
from tieout_runtime.postgres import Connection, Pool, open_pool, transaction
from tieout_runtime.run import Wakeup

PROMPTLY_S = 20.0


class Told:
    """Counts the commits that somebody was told of."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> None:
        self.times += 1


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
async def telling(database: Database, told: Told) -> AsyncIterator[Pool]:
    """Give a pool that tells of its commits."""
    pool = await open_pool(
        settings_for(database), service=SERVICE, role="worker", max_connections=2, on_growth=told
    )
    yield pool
    await pool.close()


@pytest.fixture
async def notified(database: Database) -> AsyncIterator[list[str]]:
    """Collect what notifications wake relays."""
    heard: list[str] = []
    async with administrator(database) as connection:
        await connection.add_listener(f"outbox_{SERVICE}", lambda *_: heard.append("woken"))
        yield heard


async def add(connection: Connection, seq: int = 1) -> None:
    await add_numbered(connection, key="21", first=seq, last=seq)


async def settled(database: Database) -> None:
    """Let every notification that was sent before arrive: this one comes after them."""
    arrived = asyncio.Event()
    async with administrator(database) as connection:
        await connection.add_listener("last", lambda *_: arrived.set())
        await connection.execute("NOTIFY last")
        await asyncio.wait_for(arrived.wait(), PROMPTLY_S)


async def test_each_commit_is_told_of_once_and_notifies_nobody(
    telling: Pool, told: Told, notified: list[str], database: Database
) -> None:
    async with transaction(telling) as connection:
        async with connection.transaction():  # a savepoint
            await add(connection, 1)
        await add(connection, 2)
        before = told.times
    await settled(database)

    assert (before, told.times, notified) == (0, 1, [])


async def test_what_is_rolled_back_is_not_told_of(telling: Pool, told: Told) -> None:
    async def fail() -> None:
        async with transaction(telling) as connection:
            await add(connection)
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    async with transaction(telling) as connection:
        await connection.execute("SELECT 1")

    assert told.times == 0


async def test_who_has_no_relay_beside_it_notifies(
    worker: Pool, telling: Pool, told: Told, notified: list[str], database: Database
) -> None:
    async with transaction(worker) as connection:
        await add(connection, 1)
    async with administrator(database) as connection, connection.transaction():
        await connection.execute(f"SET LOCAL search_path = {SERVICE}")
        await add(connection, 2)
    async with telling.acquire() as connection:  # commits by itself: there is no end to wait for
        await add(connection, 3)
    await settled(database)

    assert notified == ["woken"] * 3
    assert told.times == 0


async def test_one_that_does_not_lead_has_the_leader_publish(
    database: Database,
    producer: AIOKafkaProducer,
    kafka: KafkaForTest,
    worker: Pool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody looks by itself here: what is published was asked for."""
    monkeypatch.setattr(run, "POLL_S", 3600.0)
    wakeups = [Wakeup(), Wakeup()]
    pools = [
        await open_pool(
            settings_for(database),
            service=SERVICE,
            role="worker",
            max_connections=2,
            on_growth=one.wake,
        )
        for one in wakeups
    ]
    relays = [relay_for(worker, producer, kafka, wakeup=one) for one in wakeups]
    running = [asyncio.create_task(one.run()) for one in relays]

    try:
        for seq, pool in enumerate([*pools, *pools], start=1):
            async with transaction(pool) as connection:
                await add(connection, seq)
            records = await read_topic(kafka, MATCHES, at_least=seq)
            assert by_key(records) == {"21": list(range(1, seq + 1))}
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        for pool in pools:
            await pool.close()
