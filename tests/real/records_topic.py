"""The topic of record events: who reads it, how far, and every event sent once more."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment
from aiokafka.partitioner import DefaultPartitioner

from fixtures.stack import RunningStack
from tieout_contracts.topics import RECORDS
from tieout_local.plan import LOCAL_PARTITIONS

_AGAIN = ("again", b"1")


@dataclass(kw_only=True)
class Repeater:
    """Sends each event a second time, somewhere behind where it stands in the log."""

    repeated: int = 0

    async def run(self, consumer: AIOKafkaConsumer, producer: AIOKafkaProducer) -> None:
        async for message in consumer:
            if _AGAIN not in message.headers:
                await producer.send(
                    message.topic,
                    message.value,
                    key=message.key,
                    partition=message.partition,
                    headers=[*message.headers, _AGAIN],
                )
                self.repeated += 1


@asynccontextmanager
async def repeating(stack: RunningStack) -> AsyncIterator[Repeater]:
    """Repeat every event that comes until the end of the block."""
    repeater = Repeater()
    producer = AIOKafkaProducer(bootstrap_servers=stack.kafka_bootstrap, acks="all")
    async with _consumer(stack) as consumer, producer:
        for partition, end in (await consumer.end_offsets(consumer.assignment())).items():
            consumer.seek(partition, end)
        task = asyncio.create_task(repeater.run(consumer, producer))
        try:
            yield repeater
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def behind(stack: RunningStack) -> int:
    """Count the events that the matchers have not committed, over all partitions."""
    async with _consumer(stack) as consumer:
        ends = await consumer.end_offsets(consumer.assignment())
    async with _administrator(stack) as admin:
        committed = await admin.list_consumer_group_offsets(_group(stack))
    return sum(end - max(committed[place].offset, 0) for place, end in ends.items() if end)


async def partitions_of_matchers(stack: RunningStack) -> list[set[int]]:
    """Tell which partitions each member of the matchers' group reads."""
    async with _administrator(stack) as admin:
        (answer,) = await admin.describe_consumer_groups([_group(stack)])
    ((_, _, _, _, _, members, *_),) = answer.groups
    assignments = [ConsumerProtocolMemberAssignment.decode(one[4]) for one in members if one[4]]
    return [
        {number for _, numbers in assignment.assignment for number in numbers}
        for assignment in assignments
    ]


def partition_of(reconciliation_id: int) -> int:
    """Tell where a reconciliation's events are, by the partitioner of all clients."""
    partitions = list(range(LOCAL_PARTITIONS))
    return int(DefaultPartitioner()(str(reconciliation_id).encode(), partitions, partitions))


@asynccontextmanager
async def _administrator(stack: RunningStack) -> AsyncIterator[AIOKafkaAdminClient]:
    client = AIOKafkaAdminClient(bootstrap_servers=stack.kafka_bootstrap)
    await client.start()
    try:
        yield client
    finally:
        await client.close()


def _group(stack: RunningStack) -> str:
    return f"{stack.topic_prefix}matcher"


@asynccontextmanager
async def _consumer(stack: RunningStack) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(
        bootstrap_servers=stack.kafka_bootstrap, enable_auto_commit=False, group_id=None
    )
    await consumer.start()
    try:
        topic = stack.topic_prefix + RECORDS.suffix
        consumer.assign([TopicPartition(topic, number) for number in range(LOCAL_PARTITIONS)])
        yield consumer
    finally:
        await consumer.stop()
