"""The patient consumer: what it reads ahead is handed out once, in order, and never committed."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import count
from typing import Any
from unittest import mock

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from fixtures.kafka import KafkaForTest
from tieout_contracts.topics import RECORDS
from tieout_ops.topics import create_topics
from tieout_runtime.kafka import READ_AHEAD_S, STEP_RECORDS, PatientConsumer, drop_headers

PARTITIONS = 2
RECORDS_A_TRANSACTION = 20
TRANSACTIONS = 5
ALL = RECORDS_A_TRANSACTION * TRANSACTIONS
AT_ONCE = 7


@pytest.fixture
async def topic(durable_kafka: KafkaForTest) -> str:
    """Give a topic of two partitions, numbers in both, with the markers of five transactions."""
    kafka = durable_kafka
    await create_topics(
        kafka.bootstrap, prefix=kafka.topic_prefix, partitions=PARTITIONS, replicas=1
    )
    name = kafka.topic_prefix + RECORDS.suffix
    producer = AIOKafkaProducer(bootstrap_servers=kafka.bootstrap, transactional_id=name)
    await producer.start()
    try:
        for first in range(0, ALL, RECORDS_A_TRANSACTION):
            async with producer.transaction():
                for number in range(first, first + RECORDS_A_TRANSACTION):
                    await producer.send(name, str(number).encode(), partition=number % PARTITIONS)
    finally:
        await producer.stop()
    return name


@asynccontextmanager
async def consuming(kafka: KafkaForTest, topic: str, **more: Any) -> AsyncIterator[PatientConsumer]:
    consumer = PatientConsumer(
        topic,
        **more,
        bootstrap_servers=kafka.bootstrap,
        group_id=f"{kafka.topic_prefix}patient",
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        enable_auto_commit=False,
        heartbeat_interval_ms=200,
    )
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.stop()


async def take(consumer: PatientConsumer) -> list[ConsumerRecord]:
    """Take a delivery, for so long that the next one is read ahead."""
    async with asyncio.timeout(20):
        batches = await consumer.getmany(max_records=AT_ONCE)
    await asyncio.sleep(3 * READ_AHEAD_S)
    return [record for batch in batches.values() for record in batch]


async def take_until(consumer: PatientConsumer, wanted: set[int]) -> list[ConsumerRecord]:
    found: list[ConsumerRecord] = []
    while not wanted <= set(numbers(found)):
        found += await take(consumer)
        await consumer.commit()
    return found


def numbers(records: list[ConsumerRecord]) -> list[int]:
    return [int(record.value) for record in records]


def by_partition(records: list[ConsumerRecord]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for record in records:
        found[record.partition].append(int(record.value))
    return dict(found)


async def test_each_record_comes_once_in_order_past_the_markers_of_transactions(
    durable_kafka: KafkaForTest, topic: str
) -> None:
    async with consuming(durable_kafka, topic) as consumer:
        found = await take_until(consumer, set(range(ALL)))

    assert by_partition(found) == {
        partition: list(range(partition, ALL, PARTITIONS)) for partition in range(PARTITIONS)
    }


async def test_a_delivery_of_several_steps_is_whole_in_order_and_light(
    kafka: KafkaForTest,
) -> None:
    await create_topics(kafka.bootstrap, prefix=kafka.topic_prefix, partitions=1, replicas=1)
    topic = kafka.topic_prefix + RECORDS.suffix
    wanted = 2 * STEP_RECORDS + 7
    async with AIOKafkaProducer(bootstrap_servers=kafka.bootstrap) as producer:
        for number in range(wanted + 5):
            await producer.send(topic, str(number).encode(), headers=[("ce_id", b"1:1")])
        await producer.flush()
    seen: list[int] = []

    def lighten(record: ConsumerRecord) -> None:
        drop_headers(record)
        seen.append(int(record.value))

    found: list[ConsumerRecord] = []
    async with consuming(kafka, topic, lighten={topic: lighten}) as consumer:
        while len(found) < wanted:
            batches = await consumer.getmany(max_records=wanted - len(found))
            found += [record for batch in batches.values() for record in batch]
            assert seen[: len(found)] == numbers(found)

    assert numbers(found) == list(range(wanted))
    assert {record.headers for record in found} == {()}


async def test_what_was_unpacked_before_an_error_is_handed_out_before_it(
    kafka: KafkaForTest,
) -> None:
    await create_topics(kafka.bootstrap, prefix=kafka.topic_prefix, partitions=1, replicas=1)
    topic = kafka.topic_prefix + RECORDS.suffix
    async with AIOKafkaProducer(bootstrap_servers=kafka.bootstrap) as producer:
        for number in range(3 * STEP_RECORDS):
            await producer.send(topic, str(number).encode())
        await producer.flush()
    read, calls = AIOKafkaConsumer.getmany, count(1)

    async def failing(*given: Any, **named: Any) -> Any:
        if next(calls) == 2:
            raise KafkaError("the second step fails")
        return await read(*given, **named)

    found: list[ConsumerRecord] = []
    errors = 0
    with suppress(TimeoutError), mock.patch.object(AIOKafkaConsumer, "getmany", failing):
        async with consuming(kafka, topic) as consumer, asyncio.timeout(20):
            while len(found) < 3 * STEP_RECORDS:
                try:
                    batches = await consumer.getmany(max_records=3 * STEP_RECORDS)
                except KafkaError:
                    errors += 1
                else:
                    found += [record for batch in batches.values() for record in batch]

    assert numbers(found) == list(range(3 * STEP_RECORDS))
    assert errors == 1


async def test_what_is_read_ahead_is_not_committed(durable_kafka: KafkaForTest, topic: str) -> None:
    async with consuming(durable_kafka, topic) as consumer:
        first = await take(consumer)
        await consumer.commit()
    async with consuming(durable_kafka, topic) as consumer:
        rest = await take_until(consumer, set(range(ALL)) - set(numbers(first)))

    assert sorted(numbers(first) + numbers(rest)) == list(range(ALL))


async def test_a_rewind_drops_what_was_read_ahead(durable_kafka: KafkaForTest, topic: str) -> None:
    async with consuming(durable_kafka, topic) as consumer:
        first = await take(consumer)
        for record in reversed(first):
            consumer.seek(TopicPartition(topic, record.partition), record.offset)
        found = await take_until(consumer, set(range(ALL)))

    assert by_partition(found) == {
        partition: list(range(partition, ALL, PARTITIONS)) for partition in range(PARTITIONS)
    }


async def test_a_member_that_joins_loses_no_record_that_was_read_ahead(
    durable_kafka: KafkaForTest, topic: str
) -> None:
    async with consuming(durable_kafka, topic) as one:
        found = await take(one)
        await one.commit()
        async with consuming(durable_kafka, topic) as other:
            while len(one.assignment()) == PARTITIONS:  # noqa: ASYNC110 - the group tells
                await asyncio.sleep(0.05)
            (own,) = {place.partition for place in one.assignment()}
            (others,) = {place.partition for place in other.assignment()}
            wanted = set(range(ALL)) - set(numbers(found))
            mine = await take_until(one, {number for number in wanted if number % 2 == own})
            theirs = await take_until(other, {number for number in wanted if number % 2 == others})

    assert {own, others} == {0, 1}
    assert {record.partition for record in mine} == {own}
    assert sorted(numbers(found) + numbers(mine) + numbers(theirs)) == list(range(ALL))


async def test_it_waits_for_records_and_never_answers_with_none(
    kafka: KafkaForTest,
) -> None:
    await create_topics(kafka.bootstrap, prefix=kafka.topic_prefix, partitions=1, replicas=1)
    topic = kafka.topic_prefix + RECORDS.suffix
    producer = AIOKafkaProducer(bootstrap_servers=kafka.bootstrap)
    await producer.start()
    try:
        async with consuming(kafka, topic) as consumer:
            waiting = asyncio.create_task(consumer.getmany(timeout_ms=1))
            await asyncio.sleep(1.5)
            assert not waiting.done()
            await producer.send_and_wait(topic, b"1")
            (batch,) = (await asyncio.wait_for(waiting, 20)).values()
    finally:
        await producer.stop()

    assert numbers(batch) == [1]
