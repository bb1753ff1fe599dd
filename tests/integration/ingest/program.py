"""Ingest as the program it is, on real Postgres and a real broker."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord

from fixtures.kafka import KafkaForTest
from fixtures.postgres import Database
from fixtures.run import current_run
from tieout_local.ports import LOOPBACK, free_port
from tieout_local.service import ServiceAddress, ServiceInstance
from tieout_runtime.kafka import create_topics
from tieout_runtime.postgres import Pool, open_pool
from tieout_runtime.settings import CommonSettings

TOKEN = "internal-token-of-this-test"  # noqa: S105  # made up here
SETTLE_S = 60.0


@dataclass(kw_only=True)
class Program:
    """One instance; `client` speaks for organisation 1, `pool` is the worker role's."""

    instance: ServiceInstance
    client: httpx2.AsyncClient
    pool: Pool
    kafka: KafkaForTest
    environment: dict[str, str]

    def dying_at(self, failpoint: str) -> ServiceInstance:
        """Make an instance of the same address that kills itself there."""
        return make_instance(
            self.instance.address, self.environment | {"TIEOUT_FAILPOINT": failpoint}
        )

    async def make_stream(self, key: str = "bank") -> int:
        answer = await self.client.post("/internal/streams", json={"key": key, "name": key})
        assert answer.status_code == 201, answer.text
        return int(answer.json()["id"])

    async def upload(self, content: bytes, *, key: str) -> httpx2.Response:
        return await self.client.post(
            "/internal/streams/bank/imports",
            files={"file": ("rows.csv", content)},
            headers={"x-idempotency-key": key},
        )

    async def until(self, sql: str, wanted: Callable[[Any], bool]) -> Any:
        """Poll one value of the database until it is as wanted."""
        for _ in range(int(SETTLE_S / 0.02)):
            value = await self.pool.fetchval(sql)
            if wanted(value):
                return value
            await asyncio.sleep(0.02)
        raise AssertionError(f"{sql} stayed {value}")

    async def publish(
        self, topic: str, value: bytes, *, headers: list[tuple[str, bytes]] | None = None
    ) -> None:
        """Send one message; every topic takes a key, a compacted one demands it."""
        producer = AIOKafkaProducer(bootstrap_servers=self.kafka.bootstrap)
        await producer.start()
        try:
            await producer.send_and_wait(
                self.kafka.topic_prefix + topic, value, key=b"test", headers=headers or []
            )
        finally:
            await producer.stop()

    async def read_topic(self, topic: str) -> list[ConsumerRecord]:
        """Read all that a topic holds now."""
        name = self.kafka.topic_prefix + topic
        consumer = AIOKafkaConsumer(
            name, bootstrap_servers=self.kafka.bootstrap, auto_offset_reset="earliest"
        )
        await consumer.start()
        try:
            places = list(consumer.assignment())
            ends = await consumer.end_offsets(places)
            found: list[ConsumerRecord] = []
            while any([await consumer.position(one) < ends[one] for one in places]):
                batches = await consumer.getmany(timeout_ms=200)
                found += [record for batch in batches.values() for record in batch]
            return found
        finally:
            await consumer.stop()

    async def all_sent(self) -> None:
        """Wait until the outbox is empty."""
        await self.until(
            "SELECT count(*) FROM outbox WHERE published_at IS NULL", lambda count: count == 0
        )

    async def record_events(self) -> list[dict[str, Any]]:
        """Read what reconciliations were told."""
        await self.all_sent()
        return [json.loads(one.value) for one in await self.read_topic("records.v1")]


def make_instance(address: ServiceAddress, environment: dict[str, str]) -> ServiceInstance:
    run = current_run()
    return ServiceInstance(
        address=address,
        environment=environment,
        log_path=run.logs / f"{address.name}-{address.port}.log",
        register=run.register,
        python=sys.executable,
    )


@asynccontextmanager
async def running_program(
    database: Database, kafka: KafkaForTest, folder: Path
) -> AsyncIterator[Program]:
    await create_topics(kafka.bootstrap, prefix=kafka.topic_prefix, partitions=2, replicas=1)
    address = ServiceAddress(service="ingest", name="ingest", port=free_port())
    unused = "http://127.0.0.1:9"
    environment = {
        **{key: one for key, one in os.environ.items() if not key.startswith("TIEOUT_")},
        "TIEOUT_POSTGRES_URL": database.url,
        "TIEOUT_POSTGRES_ROLE_PASSWORD": database.role_password,
        "TIEOUT_KAFKA_BOOTSTRAP": kafka.bootstrap,
        "TIEOUT_KAFKA_IDEMPOTENT": "true" if kafka.idempotent else "false",
        "TIEOUT_TOPIC_PREFIX": kafka.topic_prefix,
        "TIEOUT_INTERNAL_TOKEN": TOKEN,
        "TIEOUT_INSTANCE": "ingest-1",  # its successor takes over at once
        "TIEOUT_INGEST_URL": address.url,
        "TIEOUT_MATCHER_URL": unused,
        "TIEOUT_EXCEPTIONS_URL": unused,
        "TIEOUT_INGEST_HOST": LOOPBACK,
        "TIEOUT_INGEST_PORT": str(address.port),
        "TIEOUT_INGEST_SPOOL_DIR": str(folder / "spool"),
    }
    common = CommonSettings(
        postgres_url=database.url,
        postgres_role_password=database.role_password,
        kafka_bootstrap=kafka.bootstrap,
        internal_token=TOKEN,
        ingest_url=address.url,
        matcher_url=unused,
        exceptions_url=unused,
    )
    pool = await open_pool(common, service="ingest", role="worker", max_connections=3)
    instance = make_instance(address, environment)
    client = httpx2.AsyncClient(
        base_url=address.url,
        timeout=30.0,
        headers={
            "authorization": f"Bearer {TOKEN}",
            "tieout-organization": "1",
            "tieout-account": "7",
        },
    )
    program = Program(
        instance=instance, client=client, pool=pool, kafka=kafka, environment=environment
    )
    try:
        await asyncio.to_thread(instance.start)
        yield program
    finally:
        await asyncio.to_thread(program.instance.stop)
        await client.aclose()
        await pool.close()
