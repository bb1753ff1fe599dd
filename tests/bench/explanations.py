"""`python tests/bench/explanations.py`: how long "why is it open?" takes with 100,000 open entries.

Asked of the matcher's own route and of the public one, of entries chosen by chance: at first, with
nothing indexed, while the index is made, and then. The last line is one JSON object.
"""

import asyncio
import datetime as dt
import json
import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
import msgspec
from aiokafka import AIOKafkaProducer
from measures import percentile
from product import until
from run import say

from tieout_contracts.record import Fields, RecordAccepted, Side
from tieout_contracts.topics import RECORDS
from tieout_local.plan import StackPlan
from tieout_local.stack import LocalStack

OPEN = 100_000
QUESTIONS = 400
FIRST_RECORD = 10**12
ARRIVAL = dt.datetime.now(dt.UTC)  # noqa: TID251  # the day of the measurement
DAY = ARRIVAL.date()
EXACT = [{"key": "amount", "value": "amount"}, {"key": "external_id", "value": "external_id"}]
NEAR = [
    {"key": "amount", "value": "amount", "tolerance_amount": "0.50"},
    {"key": "reference", "value": "reference"},
    {"key": "date", "value": "date", "tolerance_amount": 3},
]
SIMILAR = [
    {"key": "amount", "value": "amount"},
    {"key": "counterparty", "value": "counterparty"},
    {"key": "date", "value": "date"},
    {"key": "description", "operand": "similar", "value": "description", "min_similarity": 95},
]


class Place:
    """One reconciliation of two streams with three rules."""

    def __init__(self, stack: LocalStack) -> None:
        self.stack = stack
        self.organization_id = 0
        self.reconciliation_id = 0
        self.streams: dict[Side, int] = {}
        self.public: dict[str, str] = {}

    @property
    def internal(self) -> dict[str, str]:
        return {
            "authorization": f"Bearer {self.stack.secrets.internal_token}",
            "tieout-organization": str(self.organization_id),
            "tieout-account": "1",
        }

    async def set_up(self) -> None:
        organization = self.stack.operations.create_organization("Explanations")
        self.organization_id = organization.organization_id
        self.public = {"X-API-KEY": organization.api_key}
        async with httpx2.AsyncClient(
            base_url=self.stack.url, headers=self.public, timeout=60, trust_env=False
        ) as client:
            sides: tuple[Side, Side] = ("A", "B")
            for side in sides:
                body = {"key": f"explained-{side.lower()}", "name": f"Explained {side}"}
                self.streams[side] = (await _post(client, "/v1/data_streams", body))["id"]
            body = {
                "name": "Explained",
                "side_a_stream_ids": [self.streams["A"]],
                "side_b_stream_ids": [self.streams["B"]],
            }
            made = await _post(client, "/v1/reconciliations", body)
            self.reconciliation_id = made["id"]
            for priority, rules in enumerate((EXACT, NEAR, SIMILAR)):
                rule = {"reconciliation_id": made["id"], "filters": {"rules": rules}}
                await _post(client, "/v1/reconciliation_rules", rule | {"priority": priority})

    async def publish(self) -> None:
        topic = self.stack.plan.topic_prefix + RECORDS.suffix
        key = str(self.reconciliation_id).encode()
        producer = AIOKafkaProducer(
            bootstrap_servers=self.stack.broker.bootstrap, compression_type="lz4", linger_ms=5
        )
        await producer.start()
        try:
            for number, (side, fields) in enumerate(records(OPEN)):
                await producer.send(topic, key=key, value=self._event(number, side, fields))
            await producer.flush()
        finally:
            await producer.stop()

    def _event(self, number: int, side: Side, fields: Fields) -> bytes:
        message = RecordAccepted(
            organization_id=self.organization_id,
            reconciliation_id=self.reconciliation_id,
            record_id=FIRST_RECORD + number,
            version=1,
            stream_id=self.streams[side],
            side=side,
            due_date=DAY + dt.timedelta(days=2),
            arrival_grace_seconds=3600,
            arrived_at=ARRIVAL,
            fields=msgspec.Raw(msgspec.json.encode(fields)),
        )
        return msgspec.json.encode(message)


def records(total: int) -> Iterator[tuple[Side, Fields]]:
    """Yield pairs that nearly match, each by something else; a tenth say one amount and day."""
    chance = random.Random(7)  # noqa: S311  # repeatable data, no secret
    for number in range(total // 2):
        cents = 5_000 if number % 10 == 0 else chance.randrange(100, 5_000_000)
        day = DAY - dt.timedelta(days=number % 30)
        one = {
            "date": day,
            "reference": f"INV-{number}",
            "external_id": f"a-{number}",
            "counterparty": f"Customer {number % 500}",
            "description": f"payment of invoice {number} with thanks",
        }
        off_by: list[dict[str, Any]] = [
            {"reference": f"{number}"},
            {"date": day - dt.timedelta(days=9)},
            {"counterparty": "somebody else", "reference": f"RE {number}"},
            {},
        ]
        other = one | {"external_id": f"b-{number}", "description": f"order {number}"}
        more = 75 if number % 4 == 3 else 0
        yield "A", _fields(cents, one)
        yield "B", _fields(cents + more, other | off_by[number % 4])


def _fields(cents: int, said: dict[str, Any]) -> Fields:
    return Fields(amount_minor=str(cents), exponent=2, currency="EUR", direction="credit", **said)


async def _post(client: httpx2.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    response = await client.post(path, json=body)
    response.raise_for_status()
    answer: dict[str, Any] = response.json()
    return answer


class Asked:
    """Times in milliseconds, and what was answered."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.answers: Counter[str] = Counter()

    def summary(self, name: str) -> dict[str, float]:
        times = sorted(self.times)
        figures = {
            f"{name}_p50_ms": round(percentile(times, 0.50), 1),
            f"{name}_p95_ms": round(percentile(times, 0.95), 1),
            f"{name}_max_ms": round(times[-1], 1),
        }
        say(f"{len(times)} questions: {figures}; first change: {dict(self.answers)}")
        return figures


async def ask(place: Place, base_url: str, path: str, headers: dict[str, str], times: int) -> Asked:
    """Ask about entries chosen by chance, one after the other."""
    chance = random.Random(11)  # noqa: S311  # repeatable data, no secret
    asked = Asked()
    async with httpx2.AsyncClient(
        base_url=base_url, headers=headers, timeout=60, trust_env=False
    ) as client:
        for _ in range(times):
            record_id = FIRST_RECORD + chance.randrange(OPEN)
            address = path.format(place.reconciliation_id, record_id)
            began = time.perf_counter()
            response = await client.get(address)
            asked.times.append(1000 * (time.perf_counter() - began))
            response.raise_for_status()
            near = response.json()["near_misses"]
            asked.answers[near[0]["changes"][0]["kind"] if near else "nothing"] += 1
    return asked


async def measure(stack: LocalStack) -> dict[str, float]:
    place = Place(stack)
    await place.set_up()
    database = await asyncpg.connect(stack.postgres.url)

    async def count(query: str) -> int:
        return int(await database.fetchval(query))

    await place.publish()
    await until(lambda: count("SELECT sum(entries) FROM matcher.reconciliation"), OPEN)
    say(f"{OPEN:,} open entries, nothing indexed")
    internal = "/internal/reconciliations/{}/entries/{}/explanation"
    public = "/v1/reconciliations/{}/entries/{}/explanation"
    matcher = stack.url_of("matcher")
    figures = (await ask(place, matcher, internal, place.internal, 1)).summary("first")
    began = time.perf_counter()
    figures |= (await ask(place, matcher, internal, place.internal, 50)).summary("at_first")
    await until(lambda: count("SELECT count(*) FROM matcher.search_entry"), OPEN)
    figures["indexing_s"] = round(time.perf_counter() - began, 1)
    say(f"indexed after {figures['indexing_s']} s; passes go on")
    figures |= (await ask(place, matcher, internal, place.internal, QUESTIONS)).summary("busy")
    waiting = "SELECT (SELECT count(*) FROM matcher.untried) + sum((keyed_no < pass_to)::int)"
    await until(lambda: _none_left(count, f"{waiting} FROM matcher.reconciliation"), 1)
    figures |= (await ask(place, matcher, internal, place.internal, QUESTIONS)).summary("matcher")
    figures |= (await ask(place, stack.url, public, place.public, QUESTIONS)).summary("public")
    rows = await database.fetch(
        "SELECT relname, pg_total_relation_size(oid) / 1048576 AS mib FROM pg_class "
        "WHERE relname IN ('search_key', 'search_entry', 'entry') AND relkind = 'r'"
    )
    say(f"MiB of tables: {dict(tuple(row) for row in rows)}")
    await database.close()
    return figures


async def _none_left(count: Callable[[str], Awaitable[int]], query: str) -> int:
    return int(await count(query) == 0)


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="tieout-bench-"))
    folder.chmod(0o711)
    try:
        with LocalStack(StackPlan(folder=folder)) as stack:
            figures = asyncio.run(measure(stack))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    say(json.dumps(figures))


if __name__ == "__main__":
    main()
