"""Ingest with all of its parts, on real Postgres and a real broker, in this process."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx2
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord

from fixtures.kafka import KafkaForTest
from fixtures.postgres import Database
from tieout_ingest.app import build
from tieout_ingest.settings import IngestSettings
from tieout_local.service_environment import without_ours
from tieout_ops.topics import create_topics
from tieout_runtime.postgres import Pool, open_pool
from tieout_runtime.settings import CommonSettings

TOKEN = "internal-token-of-this-test"  # noqa: S105  # made up here
SETTLE_S = 60.0
_UNUSED = "http://127.0.0.1:9"


@dataclass(kw_only=True)
class Service:
    """`client` speaks for organisation 1, `pool` is the worker role's.

    `environment` is what a process that works beside it is given.
    """

    client: httpx2.AsyncClient
    pool: Pool
    kafka: KafkaForTest
    environment: dict[str, str]

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

    async def ready(self) -> None:
        """Wait until it says that it can do its work."""
        for _ in range(int(SETTLE_S / 0.02)):
            answer = await self.client.get("/readyz")
            if answer.status_code == HTTPStatus.OK:
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"it did not become ready: {answer.text}")


@asynccontextmanager
async def open_service(
    database: Database, kafka: KafkaForTest, folder: Path
) -> AsyncIterator[Service]:
    """Run what a process of ingest runs, without the process and its HTTP server."""
    common = common_settings(database, kafka, ingest_url=_UNUSED)
    app = build(common, IngestSettings(port=0, spool_dir=folder / "spool"))
    async with open_pool_and_topics(common, kafka) as pool, app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app)
        async with client_of("http://ingest", transport=transport) as client:
            environment = environment_of(database, kafka)
            service = Service(client=client, pool=pool, kafka=kafka, environment=environment)
            await service.ready()
            yield service


@asynccontextmanager
async def open_pool_and_topics(common: CommonSettings, kafka: KafkaForTest) -> AsyncIterator[Pool]:
    """Make the topics and open a pool of the worker role."""
    await create_topics(kafka.bootstrap, prefix=kafka.topic_prefix, partitions=2, replicas=1)
    pool = await open_pool(common, service="ingest", role="worker", max_connections=3)
    try:
        yield pool
    finally:
        await pool.close()


def client_of(
    url: str, *, transport: httpx2.AsyncBaseTransport | None = None
) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(
        base_url=url,
        timeout=30.0,
        transport=transport,
        headers={
            "authorization": f"Bearer {TOKEN}",
            "tieout-organization": "1",
            "tieout-account": "7",
        },
    )


def common_settings(database: Database, kafka: KafkaForTest, *, ingest_url: str) -> CommonSettings:
    return CommonSettings(
        postgres_url=database.url,
        postgres_role_password=database.role_password,
        kafka_bootstrap=kafka.bootstrap,
        kafka_idempotent=kafka.idempotent,
        topic_prefix=kafka.topic_prefix,
        internal_token=TOKEN,
        ingest_url=ingest_url,
        matcher_url=_UNUSED,
        exceptions_url=_UNUSED,
    )


def environment_of(database: Database, kafka: KafkaForTest) -> dict[str, str]:
    """Give what a process needs to find the servers."""
    return {
        **without_ours(os.environ),
        **database.settings,
        **kafka.settings,
        "TIEOUT_INTERNAL_TOKEN": TOKEN,
        "TIEOUT_MATCHER_URL": _UNUSED,
        "TIEOUT_EXCEPTIONS_URL": _UNUSED,
    }
