from collections.abc import Iterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from fixtures.requirements import lacking
from tieout_local.children import ChildFailedError
from tieout_local.kafka import ApacheKafka
from tieout_local.kafka_programs import KafkaMissingError
from tieout_local.memory_broker import MemoryBroker

TOPIC = "kept"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("own-kafka")


@pytest.fixture(scope="module")
def kafka(folder: Path) -> Iterator[ApacheKafka]:
    try:
        broker = ApacheKafka(folder=folder / "kafka", log_path=folder / "kafka.log")
    except KafkaMissingError as missing:
        lacking("kafka", str(missing))
    broker.start()
    yield broker
    broker.stop()


async def produce(bootstrap: str, value: bytes) -> None:
    async with AIOKafkaProducer(
        bootstrap_servers=bootstrap, acks="all", enable_idempotence=True
    ) as producer:
        await producer.send_and_wait(TOPIC, value)


async def first_value(bootstrap: str) -> bytes | None:
    async with AIOKafkaConsumer(
        TOPIC, bootstrap_servers=bootstrap, auto_offset_reset="earliest"
    ) as consumer:
        record = await consumer.getone()
        return record.value


async def make_topic(bootstrap: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(name=TOPIC, num_partitions=1, replication_factor=1)])
    await admin.close()


async def test_what_it_acknowledged_survives_a_crash_and_a_move(
    kafka: ApacheKafka, folder: Path
) -> None:
    assert kafka.child is not None
    await make_topic(kafka.bootstrap)
    await produce(kafka.bootstrap, b"acknowledged")

    kafka.child.kill()
    kafka.start()
    after_crash = await first_value(kafka.bootstrap)
    kafka.stop()
    moved = ApacheKafka(folder=folder / "kafka", log_path=folder / "kafka.log")
    moved.start()
    after_move = await first_value(moved.bootstrap)
    moved.stop()

    assert (after_crash, after_move) == (b"acknowledged", b"acknowledged")
    assert moved.bootstrap != kafka.bootstrap


def test_a_broker_of_somebody_else_on_its_port_is_not_taken_for_it(
    kafka: ApacheKafka, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    foreign = MemoryBroker(log_path=tmp_path / "foreign.log")
    foreign.start()
    taken = int(foreign.bootstrap.rpartition(":")[2])
    ports = iter([taken, taken + 1])
    monkeypatch.setattr("tieout_local.kafka.free_port", lambda: next(ports))
    other = ApacheKafka(folder=tmp_path / "other", log_path=tmp_path / "other.log")

    with pytest.raises(ChildFailedError, match="kafka ended with code 1"):
        other.start()

    foreign.stop()
    assert (kafka.durable, kafka.idempotent) == (True, True)
    assert (foreign.durable, foreign.idempotent) == (False, False)
