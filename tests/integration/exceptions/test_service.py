"""The whole service as processes, on real Postgres and real Kafka, killed where it hurts."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
import msgspec
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from fixtures.kafka import KafkaForTest
from fixtures.postgres import Database
from fixtures.run import current_run
from integration.exceptions.conftest import TOKEN, serving
from integration.exceptions.stand_in_matcher import StandInMatcher
from tieout_contracts.config_events import StreamConfig
from tieout_contracts.outcomes import Outcome
from tieout_local.ports import free_port
from tieout_local.service import ServiceAddress, ServiceInstance
from tieout_local.service_environment import instance_environment, without_ours
from tieout_ops.topics import create_topics
from unit.exceptions.outcome_log import ORGANIZATION, OutcomeLog, a_delivery

HEADERS = {
    "authorization": f"Bearer {TOKEN}",
    "tieout-organization": str(ORGANIZATION),
    "tieout-account": "3",
}
# Where it dies, and what the break is then. The heir of a step passes those behind it.
DEATHS = (
    ("force_match_completion", "RESOLVED"),
    ("force_match_effect", "PENDING_RESOLUTION"),
    ("force_match_intent", "PENDING_RESOLUTION"),
)
BODY = {"notes": "Agreed with the bank", "overrideReason": "BUSINESS_DECISION"}


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """`http` speaks for a person of the organisation, with an instance that a test names."""

    http: httpx2.AsyncClient
    environment: dict[str, str]
    kafka: KafkaForTest
    matcher: StandInMatcher
    folder: Path
    started: list[ServiceInstance] = field(default_factory=list)

    def instance(self, name: str, **settings: str) -> ServiceInstance:
        address = ServiceAddress(service="exceptions", name=name, port=free_port())
        made = ServiceInstance(
            address=address,
            environment={
                **instance_environment(self.environment, address=address, spool_folder=self.folder),
                **settings,
            },
            log_path=self.folder / f"{name}.log",
            register=current_run().register,
            python=sys.executable,
        )
        self.started.append(made)
        return made

    async def breaks_at(self, service: ServiceInstance, **params: str) -> list[dict[str, Any]]:
        response = await self.http.get(f"{service.url}/internal/breaks", params=params)
        found: list[dict[str, Any]] = response.json()["data"]
        return found

    async def force(self, service: ServiceInstance, break_id: int) -> httpx2.Response:
        return await self.http.post(
            f"{service.url}/internal/breaks/{break_id}/force-match",
            json=BODY,
            headers={"x-idempotency-key": f"the-one-of-{break_id}"},
        )

    async def publish(self, *outcomes: Outcome, times: int = 1) -> None:
        """Publish as the matcher's relay does: keyed by reconciliation, headers and all."""
        producer = AIOKafkaProducer(bootstrap_servers=self.kafka.bootstrap)
        await producer.start()
        try:
            for outcome in outcomes * times:
                record = a_delivery(outcome)
                await producer.send_and_wait(
                    f"{self.kafka.topic_prefix}matches.v1",
                    record.value,
                    key=record.key,
                    headers=list(record.headers),
                )
        finally:
            await producer.stop()

    async def told(self, count: int, *, of: str = "") -> list[tuple[str, dict[str, Any]]]:
        """Read so many events of the exceptions topic: (ce_id, event), a redelivered one once.

        `of` is the type of those that are read, if not of all.
        """
        consumer = AIOKafkaConsumer(
            f"{self.kafka.topic_prefix}exceptions.v1",
            bootstrap_servers=self.kafka.bootstrap,
            auto_offset_reset="earliest",
        )
        await consumer.start()
        found: dict[str, dict[str, Any]] = {}
        try:
            async with asyncio.timeout(60):
                while len(found) < count:
                    record = await consumer.getone()
                    headers = dict(record.headers)
                    event = msgspec.json.decode(record.value)
                    assert headers["ce_type"].decode() == event["type"]
                    assert record.key == str(event["reconciliation_id"]).encode()
                    if event["type"].startswith(of):
                        found.setdefault(headers["ce_id"].decode(), event)
        finally:
            await consumer.stop()
        return list(found.items())


@pytest.fixture
async def surroundings(
    database: Database, kafka: KafkaForTest, matcher: StandInMatcher, tmp_path: Path
) -> AsyncIterator[Surroundings]:
    await create_topics(kafka.bootstrap, prefix=kafka.topic_prefix, partitions=2, replicas=1)
    async with (
        serving(matcher.app()) as url,
        httpx2.AsyncClient(trust_env=False, headers=HEADERS, timeout=30) as http,
    ):
        made = Surroundings(
            http=http,
            environment={
                **without_ours(os.environ),
                **database.settings,
                **kafka.settings,
                "TIEOUT_INTERNAL_TOKEN": TOKEN,
                "TIEOUT_INGEST_URL": url,
                "TIEOUT_MATCHER_URL": url,
                "TIEOUT_EXCEPTIONS_URL": "http://127.0.0.1:1",
                "TIEOUT_EXCEPTIONS_RESUME_AFTER_SECONDS": "1",
                "TIEOUT_EXCEPTIONS_SWEEP_SECONDS": "1",
            },
            kafka=kafka,
            matcher=matcher,
            folder=tmp_path,
        )
        yield made
        for instance in made.started:
            await asyncio.to_thread(instance.kill)


async def until(holds: Callable[[], Awaitable[Any]], *, seconds: float = 60) -> Any:
    """Wait until it answers something true; returns that."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if answer := await holds():
                return answer
        except httpx2.HTTPError:
            pass
        await asyncio.sleep(0.1)
    raise AssertionError("it did not come to hold in time")


async def test_outcomes_become_breaks_buckets_and_events(surroundings: Surroundings) -> None:
    log = OutcomeLog()
    for record_id in (1, 2, 3):
        log.arrive(record_id)
        log.overdue(record_id)
    log.match(1, 2)
    stream = StreamConfig(
        organization_id=ORGANIZATION,
        stream_id=11,
        version=2,
        key="bank",
        name="Bank account",
        expected_days=2,
        arrival_grace_seconds=0,
    )
    producer = AIOKafkaProducer(bootstrap_servers=surroundings.kafka.bootstrap)
    await producer.start()
    await producer.send_and_wait(
        f"{surroundings.kafka.topic_prefix}config.v1",
        msgspec.json.encode(stream),
        key=b"stream:11",
    )
    await producer.stop()
    one, two = surroundings.instance("exceptions-1"), surroundings.instance("exceptions-2")
    for instance in (one, two):
        await asyncio.to_thread(instance.start)

    await surroundings.publish(*log.outcomes, times=3)

    events = await surroundings.told(8)
    assert [ce_id for ce_id, _ in events] == [f"5:{number}" for number in range(1, 9)]
    for instance in (one, two):
        (late,) = await until(lambda at=instance: surroundings.breaks_at(at, status="OPEN"))
        assert late["record_id"] == 3
    found = (await surroundings.http.get(f"{one.url}/internal/buckets?status=open")).json()["data"]
    assert [item["title"] for item in found] == ["Bank account — overdue records"]
    assert any(what == "claim" for what, _ in surroundings.matcher.asked)
    assert [await asyncio.to_thread(instance.stop) for instance in (one, two)] == [0, 0]


async def test_killed_at_any_step_it_completes_by_itself(
    surroundings: Surroundings, database: Database
) -> None:
    """F3: no half resolution, one effect. Each heir completes a break and dies with the next."""
    log = OutcomeLog()
    for record_id in (1, 2, 3):
        log.arrive(record_id)
        log.overdue(record_id)
    await surroundings.publish(*log.outcomes)
    service = surroundings.instance("exceptions-dying")
    resolved: list[int] = []

    for failpoint, before in DEATHS:
        armed = {"TIEOUT_FAILPOINT": failpoint}
        await asyncio.to_thread(service.start, extra_environment=armed)
        if resolved:
            await completed(surroundings, service, resolved)
        left = await until(lambda: open_breaks(surroundings, service, 3 - len(resolved)))
        resolved.append(left[0]["id"])
        with pytest.raises(httpx2.HTTPError):
            await surroundings.force(service, resolved[-1])
        await asyncio.to_thread(service.running.process.wait, 30)
        assert failpoint in service.log_path.read_text("utf-8")
        assert await status_of(database, resolved[-1]) == before
    await asyncio.to_thread(service.start)
    await completed(surroundings, service, resolved)

    events = [event for _, event in await surroundings.told(9, of="break.changed")]
    for break_id in resolved:
        statuses = [one["new_status"] for one in events if one["break_id"] == break_id]
        assert statuses == ["OPEN", "PENDING_RESOLUTION", "RESOLVED"]
    assert await asyncio.to_thread(service.stop) == 0


async def open_breaks(
    surroundings: Surroundings, service: ServiceInstance, count: int
) -> list[dict[str, Any]]:
    """Give the open breaks when there are so many, else none."""
    found = await surroundings.breaks_at(service, status="OPEN")
    return found if len(found) == count else []


async def completed(
    surroundings: Surroundings, service: ServiceInstance, break_ids: list[int]
) -> None:
    """Wait until the last of them is resolved too, which is what its request is answered."""

    async def all_are() -> bool:
        found = await surroundings.breaks_at(service, status="RESOLVED")
        return {one["id"] for one in found} == set(break_ids)

    await until(all_are)
    response = await surroundings.force(service, break_ids[-1])
    assert response.headers["x-idempotency-replayed"] == "true"
    assert response.json()["status"] == "RESOLVED"
    assert len(surroundings.matcher.operations) == len(break_ids)


async def status_of(database: Database, break_id: int) -> str:
    connection = await asyncpg.connect(database.url)
    try:
        return str(
            await connection.fetchval(
                "SELECT status FROM exceptions.break WHERE id = $1", int(break_id)
            )
        )
    finally:
        await connection.close()
