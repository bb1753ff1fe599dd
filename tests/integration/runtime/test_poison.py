"""Seven kinds of poison through a real broker (F15): each once a dead letter, neighbours go in."""

import asyncio
from collections.abc import Sequence

import pytest
from aiokafka import AIOKafkaProducer, ConsumerRecord
from faststream.kafka import KafkaBroker

from fixtures.kafka import KafkaForTest
from fixtures.postgres import Database
from integration.runtime.deliveries import (
    an_intake,
    effects,
    letters,
    make_effect_table,
)
from integration.runtime.places import publish_all, read_topic, relay_for, settings_for
from tieout_contracts.topics import DEAD_LETTERS, RECORDS
from tieout_runtime import intake
from tieout_runtime.kafka import make_broker, subscribe
from tieout_runtime.postgres import Pool

GOOD_HEADERS = [("organization", b"7")]
POISON: dict[str, tuple[bytes, list[tuple[str, bytes]]]] = {
    "random bytes": (bytes(range(256)) * 3, GOOD_HEADERS),
    "truncated JSON": (b'{"number":1,"te', GOOD_HEADERS),
    "wrong schema": (b'{"number":"one"}', GOOD_HEADERS),
    "a megabyte": (b"\xf0" * (1024 * 1024 - 200), GOOD_HEADERS),
    "NUL": (b'{"number":1001,"text":"a\\u0000b"}', GOOD_HEADERS),
    "deep nesting": (b'{"number":1,"more":' + b"[" * 100_000, GOOD_HEADERS),
    "bad headers": (b'{"number":1002}', [("organization", b"\xff\xfe"), ("\N{SNOWMAN}", b"\x00")]),
}
REASONS = {
    "random bytes": "not decodable: ",
    "truncated JSON": "not decodable: Input data was truncated",
    "wrong schema": "not decodable: Expected `int`, got `str`",
    "a megabyte": "not decodable: ",
    "NUL": "failed 5 times: CharacterNotInRepertoireError",
    "deep nesting": "not decodable: maximum recursion depth exceeded",
    "bad headers": "not decodable: invalid literal for int()",
}


async def consume_all(
    database: Database, kafka: KafkaForTest, pool: Pool, *, group: str, wanted: int
) -> None:
    """Run a consumer, in a group of its own, until it has taken everything."""
    settings = settings_for(database, kafka)
    broker: KafkaBroker = make_broker(settings, service=group)
    taking, seen, had_all = an_intake(pool), set[int](), asyncio.Event()

    async def take(records: Sequence[ConsumerRecord]) -> None:
        await taking.on_batch(records)
        seen.update(record.offset for record in records)
        if len(seen) == wanted:
            had_all.set()

    subscribe(broker, take, topic=RECORDS, settings=settings, service=group)
    await broker.start()
    try:
        await asyncio.wait_for(had_all.wait(), 60)
    finally:
        await broker.stop()


async def send_poison_among_good(producer: AIOKafkaProducer, topic: str) -> dict[int, str]:
    """Send good orders around each poison, on one partition; returns the kinds by offset."""
    kinds = {}
    for number, (kind, (value, headers)) in enumerate(POISON.items()):
        for good in (2 * number, 2 * number + 1):
            text = b'{"number":%d}' % good
            await producer.send_and_wait(topic, text, partition=0, headers=GOOD_HEADERS)
            if good % 2 == 0:
                sent = await producer.send_and_wait(topic, value, partition=0, headers=headers)
                kinds[sent.offset] = kind
    return kinds


async def test_each_poison_is_a_dead_letter_once_and_its_neighbours_go_in(
    worker: Pool,
    producer: AIOKafkaProducer,
    kafka: KafkaForTest,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(intake, "BACKOFF_S", 0.001)
    await make_effect_table(database)
    kinds = await send_poison_among_good(producer, kafka.topic_prefix + RECORDS.suffix)

    for group in ("first", "second"):  # the second is given everything again
        await consume_all(database, kafka, worker, group=group, wanted=3 * len(POISON))
    await publish_all(relay_for(worker, producer, kafka), worker)

    assert await effects(worker) == list(range(2 * len(POISON)))
    noted = await letters(worker)
    assert set(noted) == set(kinds)
    for offset, (reason, _) in noted.items():
        assert reason.startswith(REASONS[kinds[offset]]), kinds[offset]
    published = await read_topic(kafka, DEAD_LETTERS, at_least=len(POISON))
    assert {kinds[int(dict(one.headers)["offset"])]: one.value for one in published} == {
        kind: value for kind, (value, _) in POISON.items()
    }
    assert len(published) == len(POISON)
    for one in published:
        headers = dict(one.headers)
        assert set(headers) == {"topic", "partition", "offset", "part", "reason", "attempts"}
        assert headers["topic"].decode() == kafka.topic_prefix + RECORDS.suffix
        assert one.key == headers["topic"] + b":0"
