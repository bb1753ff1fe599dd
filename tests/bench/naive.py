"""The naive subscriber: FastStream as its tutorial shows it, one message, one statement a time.

Reads record events (a JSON list) on standard input, publishes them to a topic of its own, then
consumes them; prints records a second.
"""

import asyncio
import json
import secrets
import sys
import time

import asyncpg
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from pydantic import BaseModel, ConfigDict


class Fields(BaseModel):
    model_config = ConfigDict(extra="ignore")
    amount_minor: int
    description: str
    date: str


class Record(BaseModel):
    model_config = ConfigDict(extra="ignore")
    record_id: int
    reconciliation_id: int
    side: str
    fields: Fields


SCHEMA = """
DROP TABLE IF EXISTS naive_item, naive_match;
CREATE TABLE naive_item (
    id bigint PRIMARY KEY, reconciliation bigint, side text, amount bigint, description text,
    day text, match_id bigint);
CREATE INDEX ON naive_item (reconciliation, description, amount, day) WHERE match_id IS NULL;
CREATE TABLE naive_match (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a bigint, b bigint);
INSERT INTO naive_item SELECT -n, n % 16, 'A', 1000 + n % 5000, 'standing order ' || n, '2026-01-15'
FROM generate_series(1, 100000) n
"""
INSERT = (
    "INSERT INTO naive_item (id, reconciliation, side, amount, description, day)"
    " VALUES ($1, $2, $3, $4, $5, $6)"
)
FIND = (
    "SELECT id FROM naive_item WHERE match_id IS NULL AND reconciliation = $1 AND side <> $2"
    " AND amount = $3 AND description = $4 AND day = $5 ORDER BY id LIMIT 1"
)
MATCH = "INSERT INTO naive_match (a, b) VALUES ($1, $2) RETURNING id"
MARK = "UPDATE naive_item SET match_id = $1 WHERE id = $2"


async def main(bootstrap: str, postgres_url: str, messages: list[dict[str, object]]) -> None:
    pool = await asyncpg.create_pool(postgres_url, min_size=1, max_size=2)
    await pool.execute(SCHEMA)
    topic = f"naive-{secrets.token_hex(4)}"
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(name=topic, num_partitions=4, replication_factor=1)])
    await admin.close()
    broker = KafkaBroker(bootstrap, logger=None)
    done = asyncio.Event()
    times: list[float] = []

    @broker.subscriber(
        topic, group_id=topic, auto_offset_reset="earliest", ack_policy=AckPolicy.NACK_ON_ERROR
    )
    async def on_record(record: Record) -> None:
        times.append(time.perf_counter())
        fields = record.fields
        key = (fields.amount_minor, fields.description, fields.date)
        await pool.execute(INSERT, record.record_id, record.reconciliation_id, record.side, *key)
        found = await pool.fetchval(FIND, record.reconciliation_id, record.side, *key)
        if found is not None:
            match_id = await pool.fetchval(MATCH, record.record_id, found)
            await pool.execute(MARK, match_id, record.record_id)
            await pool.execute(MARK, match_id, found)
        if len(times) == len(messages):
            done.set()

    await broker.connect()
    for message in messages:
        key = str(message["reconciliation_id"]).encode()
        await broker.publish(message, topic, key=key, no_confirm=True)
    await asyncio.sleep(1)
    await broker.start()
    await done.wait()
    elapsed = time.perf_counter() - times[0]
    await broker.stop()
    await pool.close()
    print(len(messages) / elapsed)  # noqa: T201  # the answer of this program


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], json.load(sys.stdin)))
