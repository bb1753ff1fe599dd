"""The product under measurement: set up over REST, watched in its database."""

import asyncio
import time
from collections import Counter
from typing import Any

import asyncpg
import httpx2
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.partitioner import DefaultPartitioner
from workload import ARRIVAL, RECONCILIATIONS, RULE, Place, Row, events

from tieout_contracts.topics import RECORDS
from tieout_local.stack import LocalStack

PARTITIONS = 4
POLL_S = 0.02
MAX_POLL_S = 0.5
TIMEOUT_S = 180.0


class Product:
    """Places, a producer of record events and the counters to wait for."""

    def __init__(
        self, *, stack: LocalStack, database: Any, places: list[Place], headers: dict[str, str]
    ) -> None:
        self.stack = stack
        self.headers = headers
        self.database = database
        self.places = places
        self.topic = stack.plan.topic_prefix + RECORDS.suffix
        self._next_record_id = 10**12
        self._ids = [place.reconciliation_id for place in places]

    async def entries(self) -> int:
        """Entries that the matcher has committed."""
        return int(
            await self.database.fetchval(
                "SELECT sum(entries) FROM matcher.reconciliation WHERE id = ANY ($1)", self._ids
            )
        )

    async def applied(self) -> int:
        """Outcomes that exceptions has committed."""
        found = await self.database.fetchval(
            "SELECT sum(applied_seq) FROM exceptions.projection WHERE reconciliation_id = ANY ($1)",
            self._ids,
        )
        return int(found or 0)

    async def decided(self) -> int:
        """Outcomes that the matcher has committed."""
        return int(
            await self.database.fetchval(
                "SELECT sum(seq) FROM matcher.reconciliation WHERE id = ANY ($1)", self._ids
            )
        )

    async def publish(self, rows: list[Row]) -> None:
        """Put records on the topic so that all become visible at one moment.

        They are one Kafka transaction: consumers read committed data only, so a measurement
        begins at the commit and the producing costs it nothing.
        """
        now = ARRIVAL
        batch = list(events(rows, self.places, first_record_id=self._next_record_id, now=now))
        self._next_record_id += len(rows)
        producer = AIOKafkaProducer(
            bootstrap_servers=self.stack.broker.bootstrap,
            transactional_id=f"bench-{self._next_record_id}",
            compression_type="lz4",
            linger_ms=5,
            max_batch_size=512 * 1024,
        )
        await producer.start()
        try:
            async with producer.transaction():
                for key, value in batch:
                    await producer.send(self.topic, key=key, value=value)
                await producer.flush()
        finally:
            await producer.stop()

    async def wait_for_members(self, group: str, members: int) -> None:
        """Wait until the consumer group is stable with so many members."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.stack.broker.bootstrap)
        await admin.start()
        try:
            deadline = time.monotonic() + TIMEOUT_S
            while time.monotonic() < deadline:
                (answer,) = await admin.describe_consumer_groups([group])
                described = answer.to_object()["groups"][0]
                if described["state"] == "Stable" and len(described["members"]) == members:
                    return
                await asyncio.sleep(0.2)
            raise TimeoutError(f"{group} has not {members} members")
        finally:
            await admin.close()


async def set_up(stack: LocalStack) -> Product:
    """Make 16 reconciliations, evenly on the partitions, with two streams and a rule each."""
    organization = stack.operations.create_organization("Bench")
    database = await asyncpg.connect(stack.postgres.url)
    headers = {"X-API-KEY": organization.api_key}
    async with httpx2.AsyncClient(
        base_url=stack.url, headers=headers, timeout=60, trust_env=False
    ) as client:
        places: list[Place] = []
        full: Counter[int] = Counter()
        number = 0
        while len(places) < RECONCILIATIONS:
            place = await _place(client, organization.organization_id, number)
            number += 1
            partition = _partition(place.reconciliation_id)
            if full[partition] < RECONCILIATIONS // PARTITIONS:
                full[partition] += 1
                places.append(place)
    return Product(stack=stack, database=database, places=places, headers=headers)


async def _place(client: httpx2.AsyncClient, organization_id: int, number: int) -> Place:
    streams, keys = {}, {}
    for side in ("A", "B"):
        body = {"key": f"bench-{number}-{side.lower()}", "name": f"Bench {number} {side}"}
        made = await _post(client, "/v1/data_streams", body)
        streams[side], keys[side] = made["id"], made["key"]
    body = {
        "name": f"Bench {number}",
        "side_a_stream_ids": [streams["A"]],
        "side_b_stream_ids": [streams["B"]],
    }
    made = await _post(client, "/v1/reconciliations", body)
    rule = {"reconciliation_id": made["id"], "filters": RULE}
    await _post(client, "/v1/reconciliation_rules", rule)
    return Place(
        organization_id=organization_id,
        reconciliation_id=made["id"],
        streams=streams,  # type: ignore[arg-type]  # both sides are there
        stream_keys=keys,  # type: ignore[arg-type]  # as above
    )


async def _post(client: httpx2.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    response = await client.post(path, json=body)
    response.raise_for_status()
    answer: dict[str, Any] = response.json()
    return answer


def _partition(reconciliation_id: int) -> int:
    known = list(range(PARTITIONS))
    return int(DefaultPartitioner()(str(reconciliation_id).encode(), known, known))


async def until(read: Any, target: int) -> None:
    """Ask a counter until it reaches the target; raises TimeoutError.

    Asks seldom while the target is far: who watches shares the processors with what is measured.
    """
    began = time.monotonic()
    first = await read()
    seen, wait_s = first, POLL_S
    while seen < target:
        if (passed_s := time.monotonic() - began) > TIMEOUT_S:
            raise TimeoutError(f"{seen} of {target} after {TIMEOUT_S:.0f} s")
        if seen > first:
            wait_s = passed_s * (target - seen) / (seen - first) / 3
        await asyncio.sleep(min(max(wait_s, POLL_S), MAX_POLL_S))
        seen = await read()
