"""The outbox and its relay on a real broker: order, headers, nothing lost, nothing undone."""

from aiokafka import AIOKafkaProducer

from fixtures.kafka import KafkaForTest
from integration.runtime.places import (
    ORGANIZATION,
    add_numbered,
    by_key,
    publish_all,
    read_topic,
    relay_for,
)
from tieout_contracts.topics import CONFIG, MATCHES
from tieout_runtime import outbox
from tieout_runtime.logs import traced
from tieout_runtime.outbox import Message
from tieout_runtime.postgres import Pool, transaction

KEYS = [str(number) for number in range(21, 33)]
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


async def test_each_key_keeps_its_order_on_one_partition(
    worker: Pool, producer: AIOKafkaProducer, kafka: KafkaForTest
) -> None:
    for first in range(1, 301, 30):
        async with transaction(worker) as connection:
            for key in KEYS:
                await add_numbered(connection, key=key, first=first, last=first + 29)

    await publish_all(relay_for(worker, producer, kafka), worker)

    records = await read_topic(kafka, MATCHES, at_least=300 * len(KEYS))
    assert by_key(records) == {key: list(range(1, 301)) for key in KEYS}
    partitions = {(record.key, record.partition) for record in records}
    assert len(partitions) == len(KEYS)
    assert len({partition for _, partition in partitions}) > 1


async def test_a_key_goes_where_a_plain_send_would_put_it(
    worker: Pool, producer: AIOKafkaProducer, kafka: KafkaForTest
) -> None:
    topic = kafka.topic_prefix + MATCHES.suffix
    sent = {key: await producer.send_and_wait(topic, b"0", key=key.encode()) for key in KEYS}
    async with transaction(worker) as connection:
        for key in KEYS:
            await add_numbered(connection, key=key, first=1, last=1)

    await publish_all(relay_for(worker, producer, kafka), worker)

    records = await read_topic(kafka, MATCHES, at_least=2 * len(KEYS))
    assert {record.key.decode(): record.partition for record in records} == {
        key: place.partition for key, place in sent.items()
    }


async def test_every_header_is_there(
    worker: Pool, producer: AIOKafkaProducer, kafka: KafkaForTest
) -> None:
    async with transaction(worker) as connection:
        with traced(TRACE):
            await add_numbered(connection, key="21", first=1, last=1)
        await add_numbered(connection, key="21", first=2, last=2)

    await publish_all(relay_for(worker, producer, kafka), worker)

    first, second = await read_topic(kafka, MATCHES, at_least=2)
    assert dict(first.headers) == {
        "ce_specversion": b"1.0",
        "ce_id": b"21:1",
        "ce_type": b"entry.unmatched",
        "ce_subject": b"reconciliation/21",
        "ce_source": b"tieout/test",
        "ce_time": b"2026-11-02T09:30:00+00:00",
        "organization": str(ORGANIZATION).encode(),
        "content-type": b"application/json",
        "traceparent": TRACE.encode(),
    }
    assert dict(second.headers)["ce_id"] == b"21:2"
    assert "traceparent" not in dict(second.headers)


async def test_a_tombstone_travels_as_one(
    worker: Pool, producer: AIOKafkaProducer, kafka: KafkaForTest
) -> None:
    async with transaction(worker) as connection:
        await outbox.add(
            connection,
            outbox.Events(
                topic=CONFIG,
                key="stream:11",
                organization_id=ORGANIZATION,
                source="tieout/test",
                at=await connection.fetchval("SELECT now()"),
                messages=[Message(None, "stream:11:2", "stream", "stream:11")],
            ),
        )

    await publish_all(relay_for(worker, producer, kafka), worker)

    (record,) = await read_topic(kafka, CONFIG, at_least=1)
    assert (record.key, record.value) == (b"stream:11", None)


async def test_what_was_rolled_back_is_never_published(
    worker: Pool, producer: AIOKafkaProducer, kafka: KafkaForTest
) -> None:
    async with worker.acquire() as connection:
        undone = connection.transaction()
        await undone.start()
        await add_numbered(connection, key="21", first=1, last=5)
        await undone.rollback()
    async with transaction(worker) as connection:
        await add_numbered(connection, key="21", first=6, last=6)

    await publish_all(relay_for(worker, producer, kafka), worker)

    assert by_key(await read_topic(kafka, MATCHES, at_least=1)) == {"21": [6]}


async def test_a_chunk_that_commits_late_is_published_all_the_same(
    worker: Pool, producer: AIOKafkaProducer, kafka: KafkaForTest
) -> None:
    relay = relay_for(worker, producer, kafka)
    async with transaction(worker) as slow:
        await add_numbered(slow, key="21", first=1, last=1)
        async with transaction(worker) as fast:
            await add_numbered(fast, key="22", first=1, last=1)
        await publish_all(relay, worker)

    await publish_all(relay, worker)

    assert by_key(await read_topic(kafka, MATCHES, at_least=2)) == {"21": [1], "22": [1]}
