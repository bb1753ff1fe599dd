"""A consumer that reads nothing for a while goes on with what came since it is wanted again."""

from datetime import UTC, datetime, timedelta

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from fixtures.kafka import KafkaForTest
from fixtures.postgres import Database
from fixtures.public_api import until
from integration.runtime.places import settings_for
from tieout_contracts.topics import RECORDS
from tieout_gateway.webhooks.skipping import skip_to
from tieout_ops.topics import create_topics
from tieout_runtime.settings import CommonSettings

PARTITIONS = 2
GROUP = "reader"
BEGIN = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture
async def settings(durable_kafka: KafkaForTest, database: Database) -> CommonSettings:
    """Give the settings of a service, and a topic with a record a minute in partition 0."""
    kafka = durable_kafka
    await create_topics(
        kafka.bootstrap, prefix=kafka.topic_prefix, partitions=PARTITIONS, replicas=1
    )
    async with AIOKafkaProducer(bootstrap_servers=kafka.bootstrap) as producer:
        for number in range(10):
            at = int((BEGIN + timedelta(minutes=number)).timestamp() * 1000)
            topic = kafka.topic_prefix + RECORDS.suffix
            await producer.send_and_wait(topic, b"x", partition=0, timestamp_ms=at)
    return settings_for(database, kafka)


def reader(settings: CommonSettings, *topics: str) -> AIOKafkaConsumer:
    return AIOKafkaConsumer(
        *topics,
        bootstrap_servers=settings.kafka_bootstrap,
        group_id=f"{settings.topic_prefix}{GROUP}",
        enable_auto_commit=False,
    )


async def committed(settings: CommonSettings) -> list[int | None]:
    async with reader(settings) as consumer:
        topic = settings.topic_prefix + RECORDS.suffix
        return [await consumer.committed(TopicPartition(topic, one)) for one in range(PARTITIONS)]


async def skip(settings: CommonSettings, *, minutes: int) -> None:
    since = BEGIN + timedelta(minutes=minutes)
    await skip_to(since, topic=RECORDS, settings=settings, service=GROUP)


async def test_it_goes_forward_to_the_time_and_never_back(settings: CommonSettings) -> None:
    found = [await committed(settings)]
    for minutes in (0, 4, 2, 60):
        await skip(settings, minutes=minutes)
        found.append(await committed(settings))

    assert found == [[None, None], [None, None], [4, None], [4, None], [10, None]]


async def test_who_reads_already_reads_on(settings: CommonSettings) -> None:
    async with reader(settings, settings.topic_prefix + RECORDS.suffix) as consumer:
        await until(lambda: _assigned(consumer), lambda count: count == PARTITIONS)
        await skip(settings, minutes=4)

        assert await committed(settings) == [None, None]


async def _assigned(consumer: AIOKafkaConsumer) -> int:
    return len(consumer.assignment())
