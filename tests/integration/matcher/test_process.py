"""The real process: records in, outcomes out, killed at the worst moment, fed with poison."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiokafka import ConsumerRecord

from fixtures.kafka import KafkaForTest
from fixtures.postgres import Database
from integration.matcher.checker import check, matched_pairs
from integration.matcher.logs import a_log
from integration.matcher.process import Surroundings, until
from integration.matcher.world import Key, World
from tieout_contracts.outcomes import Outcome
from tieout_contracts.record import Fields
from tieout_ops.topics import create_topics
from unit.matcher.builders import a_leaf, a_record, a_rule, some_fields
from unit.matcher.naive import Arriving, decide_one_by_one

KILLS = 1  # each costs the dead member's session until the group goes on
SESSION_S = 6
BATCH = 50
_outcome: Any = msgspec.json.Decoder(Outcome).decode


@pytest.fixture
async def surroundings(
    database: Database, durable_kafka: KafkaForTest, tmp_path: Path
) -> AsyncIterator[Surroundings]:
    kafka = durable_kafka
    await create_topics(kafka.bootstrap, prefix=kafka.topic_prefix, partitions=1, replicas=1)
    made = Surroundings(database=database, kafka=kafka, folder=tmp_path)
    yield made
    for instance in made.started:
        await asyncio.to_thread(instance.kill)


async def entries_of(world: World, key: Key) -> int:
    rows = await world.rows("SELECT entries FROM reconciliation WHERE id = $1", key[1])
    return int(rows[0]["entries"])


async def test_killed_between_its_commit_and_the_brokers_it_has_each_effect_once(
    world: World, surroundings: Surroundings
) -> None:
    """F2: the failpoint fires in the dangerous window, every kill leaves records to redeliver."""
    key = await world.with_rule(a_leaf("external_id"))
    log = a_log(key, length=400, seed=11)
    await surroundings.publish(key[1], log)
    dying = surroundings.instance(
        TIEOUT_FAILPOINT="after_commit",
        TIEOUT_MATCHER_BATCH_RECORDS=str(BATCH),
        TIEOUT_KAFKA_SESSION_SECONDS=str(SESSION_S),
    )

    redelivered = 0
    for _ in range(KILLS):
        before = await entries_of(world, key)
        await asyncio.to_thread(dying.start, wait=False)
        await until(lambda: _is_dead(dying))
        committed, _ = await surroundings.lag()
        redelivered += await entries_of(world, key) - committed
        assert await entries_of(world, key) >= max(before, BATCH)
    assert dying.log_path.read_text().count('"failpoint"') == KILLS

    surviving = surroundings.instance("matcher-2")
    await asyncio.to_thread(surviving.start)
    await until(lambda: _has_caught_up(surroundings))

    assert redelivered >= KILLS * BATCH
    assert await entries_of(world, key) == len(log)
    assert await matched_pairs(world, key) == _expected(log)
    await check(world, key)
    await _check_published(world, surroundings, key, len(log))
    assert await asyncio.to_thread(surviving.stop) == 0


async def _is_dead(instance: Any) -> bool:
    return not instance.running.is_alive()


async def _has_caught_up(surroundings: Surroundings) -> bool:
    committed, end = await surroundings.lag()
    return committed == end


def _expected(log: list[Any]) -> set[tuple[int, ...]]:
    decode = msgspec.json.Decoder(Fields).decode
    arriving = [
        Arriving(record_id=one.record_id, side=one.side, fields=decode(one.fields)) for one in log
    ]
    made = decide_one_by_one(log=arriving, rules=[a_rule()], sign_mode="same")
    return {one[:2] for one in made if one}


async def _check_published(
    world: World, surroundings: Surroundings, key: Key, outcomes: int
) -> None:
    """I5: every outcome is on the topic, in order, and a repeated one says the same."""
    found: list[ConsumerRecord] = await surroundings.read(
        "matches", enough=lambda read: len({dict(one.headers)["ce_id"] for one in read}) == outcomes
    )
    told: dict[bytes, bytes] = {}
    for one in found:
        assert one.key == str(key[1]).encode()
        identity = dict(one.headers)["ce_id"]
        assert told.setdefault(identity, one.value) == one.value
    numbers = [_outcome(value).seq for value in told.values()]
    assert numbers == list(range(1, outcomes + 1))
    waiting = await world.rows("SELECT 1 FROM outbox WHERE published_at IS NULL")
    assert waiting == []


def _poison(key: Key) -> dict[str, tuple[bytes, str]]:
    """Seven kinds: what is published, and what the reason must say."""
    good = msgspec.json.encode(a_record(900, reconciliation_id=key[1]))
    large = a_record(901, "A", some_fields(description="x" * 900_000), reconciliation_id=key[1])
    deep = b"[" * 50_000 + b"]" * 50_000
    return {
        "random bytes": (bytes(range(128, 256)) * 4, "not decodable"),
        "truncated": (good[: len(good) // 2], "truncated"),
        "wrong schema": (good.replace(b'"side":"A"', b'"side":"C"'), "side"),
        "1 MB": (msgspec.json.encode(large), "would not fit"),
        "NUL": (b"\x00" * 50, "not decodable"),
        "deep nesting": (good[:-1] + b',"more":' + deep + b"}", "recursion"),
        "foreign": (good.replace(b'"organization_id":7', b'"organization_id":8'), "no reconcilia"),
        "bad fields": (good.replace(b'"1000"', b'"10.00"'), "amount_minor"),
    }


async def test_poison_is_put_aside_once_with_its_reason_and_neighbours_go_on(
    world: World, surroundings: Surroundings
) -> None:
    """F15, and an orderly end by SIGTERM."""
    key = await world.with_rule()
    poison = _poison(key)
    mixed: list[Any] = []
    for number, (value, _) in enumerate(poison.values()):
        mixed += [
            a_record(10 + number, "A", some_fields(external_id=f"x{number}"),
                     reconciliation_id=key[1]),
            value,
            a_record(50 + number, "B", some_fields(external_id=f"x{number}"),
                     reconciliation_id=key[1]),
        ]  # fmt: skip
    service = surroundings.instance()
    await asyncio.to_thread(service.start)

    await surroundings.publish(key[1], mixed)
    await surroundings.publish(
        key[1],
        [a_record(99, "A", some_fields(external_id="last"), reconciliation_id=key[1])],
        headers=[("ce_id", b"\xff\xfe\x00"), ("", b""), ("ce_type", None)],
    )
    await until(lambda: _has_caught_up(surroundings))
    found: list[ConsumerRecord] = await surroundings.read(
        "dead-letters", enough=lambda read: len(read) >= len(poison)
    )

    dead = {one.value: dict(one.headers)["reason"].decode() for one in found}
    for name, (value, reason) in poison.items():
        assert reason in dead.get(value, "no dead letter"), name
    rows = await world.rows('SELECT topic, partition, "offset" FROM dead_letter')
    assert max(Counter(tuple(row) for row in rows).values()) == 1
    assert len(rows) == len(poison)
    pairs = {(10 + number, 50 + number) for number in range(len(poison))}
    assert await matched_pairs(world, key) == pairs
    assert await entries_of(world, key) == 2 * len(poison) + 1
    await check(world, key)

    begun = time.monotonic()
    assert await asyncio.to_thread(service.stop, grace_seconds=30) == 0
    assert time.monotonic() - begun < 30
