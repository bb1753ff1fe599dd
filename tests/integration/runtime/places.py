"""The plumbing of one service, on a database and a broker of the test's own."""

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord

from fixtures.kafka import KafkaForTest
from fixtures.postgres import Database
from tieout_contracts.topics import MATCHES, Topic
from tieout_runtime import outbox
from tieout_runtime.failpoints import Failpoint
from tieout_runtime.outbox import Message, Relay
from tieout_runtime.postgres import Connection, Pool
from tieout_runtime.run import Wakeup
from tieout_runtime.settings import CommonSettings

SERVICE = "matcher"  # any would do: the plumbing is the same in every schema
ORGANIZATION = 7
NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def settings_for(database: Database, kafka: KafkaForTest | None = None) -> CommonSettings:
    """Give the common settings; without a broker, one where nothing listens."""
    return CommonSettings.model_validate(
        {
            "postgres_url": database.url,
            "postgres_role_password": database.role_password,
            "kafka_bootstrap": kafka.bootstrap if kafka else "127.0.0.1:9",
            "kafka_idempotent": kafka.idempotent if kafka else True,
            "topic_prefix": kafka.topic_prefix if kafka else "none.",
            "internal_token": "a-token-of-the-test",
            "ingest_url": "http://127.0.0.1:9",
            "matcher_url": "http://127.0.0.1:9",
            "exceptions_url": "http://127.0.0.1:9",
        }
    )


@asynccontextmanager
async def administrator(database: Database) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(database.url)
    try:
        yield connection
    finally:
        await connection.close()


def relay_for(
    pool: Pool, producer: AIOKafkaProducer, kafka: KafkaForTest, *, wakeup: Wakeup | None = None
) -> Relay:
    return Relay(
        pool=pool,
        producer=producer,
        topic_prefix=kafka.topic_prefix,
        service=SERVICE,
        failpoint=Failpoint(),
        wakeup=wakeup,
    )


async def add_numbered(connection: Connection, *, key: str, first: int, last: int) -> None:
    """Append one chunk of the outcomes `first`..`last` of a key."""
    messages = [
        Message(str(seq).encode(), f"{key}:{seq}", "entry.unmatched", f"reconciliation/{key}")
        for seq in range(first, last + 1)
    ]
    await outbox.add(
        connection,
        outbox.Events(
            topic=MATCHES,
            key=key,
            organization_id=ORGANIZATION,
            source="tieout/test",
            at=NOW,
            messages=messages,
            seqs=(first, last),
        ),
    )


async def publish_all(relay: Relay, pool: Pool) -> None:
    async with pool.acquire() as connection:
        while await relay.publish_round(connection):
            pass


async def read_topic(kafka: KafkaForTest, topic: Topic, *, at_least: int) -> list[ConsumerRecord]:
    """Read from the beginning until so many are there and nothing more comes."""
    consumer = AIOKafkaConsumer(
        kafka.topic_prefix + topic.suffix,
        bootstrap_servers=kafka.bootstrap,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        max_partition_fetch_bytes=4 * 1024 * 1024,
    )
    await consumer.start()
    found: list[ConsumerRecord] = []
    empty_polls = 0
    try:
        while empty_polls < (3 if len(found) >= at_least else 60):
            batches = await consumer.getmany(timeout_ms=150)
            empty_polls = 0 if batches else empty_polls + 1
            found += [record for batch in batches.values() for record in batch]
    finally:
        await consumer.stop()
    return found


def by_key(records: Sequence[ConsumerRecord]) -> dict[str, list[int]]:
    """Collect the numbers of each key in the order of its partition."""
    found: dict[str, list[int]] = defaultdict(list)
    for record in records:
        found[record.key.decode()].append(int(record.value))
    return dict(found)
