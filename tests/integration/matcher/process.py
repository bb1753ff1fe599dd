"""The real service as a process, between a real database and a real broker."""

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition

from fixtures.kafka import KafkaForTest
from fixtures.postgres import Database
from fixtures.run import current_run
from integration.matcher.world import TOKEN
from tieout_local.ports import free_port
from tieout_local.service import ServiceAddress, ServiceInstance
from tieout_local.service_environment import instance_environment, without_ours

NOWHERE = "http://127.0.0.1:9"


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """Topics of its own on a shared broker; every process that is started here is ended here."""

    database: Database
    kafka: KafkaForTest
    folder: Path
    started: list[ServiceInstance] = field(default_factory=list)

    def topic(self, name: str) -> str:
        return f"{self.kafka.topic_prefix}{name}.v1"

    def instance(self, name: str = "matcher-1", **settings: str) -> ServiceInstance:
        address = ServiceAddress(service="matcher", name=name, port=free_port())
        common = {
            **without_ours(os.environ),
            **self.database.settings,
            **self.kafka.settings,
            "TIEOUT_INTERNAL_TOKEN": TOKEN,
            "TIEOUT_INGEST_URL": NOWHERE,
            "TIEOUT_MATCHER_URL": NOWHERE,
            "TIEOUT_EXCEPTIONS_URL": NOWHERE,
            **settings,
        }
        made = ServiceInstance(
            address=address,
            environment=instance_environment(common, address=address, spool_folder=self.folder),
            log_path=self.folder / f"{name}.log",
            register=current_run().register,
            python=sys.executable,
        )
        self.started.append(made)
        return made

    async def publish(self, key: int, values: Sequence[Any], **given: Any) -> None:
        """Publish values (bytes as they are) under a reconciliation's key."""
        producer = AIOKafkaProducer(
            bootstrap_servers=self.kafka.bootstrap, max_request_size=2 * 1024 * 1024
        )
        await producer.start()
        try:
            for value in values:
                content = value if isinstance(value, bytes) else msgspec.json.encode(value)
                await producer.send(self.topic("records"), content, key=str(key).encode(), **given)
            await producer.flush()
        finally:
            await producer.stop()

    async def read(self, name: str, *, enough: Callable[[list[ConsumerRecord]], bool]) -> Any:
        """Read a topic from its beginning until it is enough."""
        consumer = AIOKafkaConsumer(
            self.topic(name), bootstrap_servers=self.kafka.bootstrap, auto_offset_reset="earliest"
        )
        await consumer.start()
        found: list[ConsumerRecord] = []
        try:
            async with asyncio.timeout(60):
                while not enough(found):
                    found.append(await consumer.getone())
        finally:
            await consumer.stop()
        return found

    async def lag(self) -> tuple[int, int]:
        """Return (records the group has committed, records there are)."""
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self.kafka.bootstrap,
            group_id=f"{self.kafka.topic_prefix}matcher",
            enable_auto_commit=False,
        )
        await consumer.start()
        try:
            partition = TopicPartition(self.topic("records"), 0)
            end = (await consumer.end_offsets([partition]))[partition]
            return (await consumer.committed(partition) or 0, end)
        finally:
            await consumer.stop()


async def until(holds: Callable[[], Awaitable[Any]], *, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not await holds():
        assert time.monotonic() < deadline, "it did not come true in time"
        await asyncio.sleep(0.2)
