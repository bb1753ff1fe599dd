"""Follow the outcomes as a downstream system does: from the beginning, each applied exactly once.

    python examples/follow_matches.py matches.sqlite

Keeps accepted matches in a table of its own, and in the same transaction the last number applied
of each reconciliation: killed at any moment and started again, it continues where it was. Ends
after three seconds without news; a real one would not. The broker is TIEOUT_KAFKA_BOOTSTRAP; the
topic's prefix TIEOUT_TOPIC_PREFIX (`tieout.`). All topics and messages: docs/events.md.
"""

import asyncio
import json
import os
import sqlite3
import sys
from contextlib import closing
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord

QUIET_MS = 3000
TABLES = """
CREATE TABLE IF NOT EXISTS applied (reconciliation_id INTEGER PRIMARY KEY, seq INTEGER);
CREATE TABLE IF NOT EXISTS accepted_match (id INTEGER PRIMARY KEY, kind TEXT, records TEXT);
"""


def apply(database: sqlite3.Connection, event: ConsumerRecord) -> None:
    """Apply one outcome unless its number was applied; a missing number ends the program."""
    headers = dict(event.headers)
    reconciliation, seq = map(int, headers["ce_id"].split(b":"))
    place = "SELECT seq FROM applied WHERE reconciliation_id = ?"
    (applied,) = database.execute(place, [reconciliation]).fetchone() or (0,)
    if seq <= applied:
        return
    if seq > applied + 1:
        raise SystemExit(f"reconciliation {reconciliation}: {applied + 1} is missing before {seq}")
    if headers["ce_type"] in {b"match.accepted", b"match.revoked"}:
        keep(database, headers["ce_type"], json.loads(event.value))
    database.execute("REPLACE INTO applied VALUES (?, ?)", [reconciliation, seq])


def keep(database: sqlite3.Connection, ce_type: bytes, match: dict[str, Any]) -> None:
    if ce_type == b"match.revoked":
        database.execute("DELETE FROM accepted_match WHERE id = ?", [match["match_id"]])
        return
    records = json.dumps([one["record_id"] for one in match["members"]])
    row = [match["match_id"], match["kind"], records]
    database.execute("INSERT INTO accepted_match VALUES (?, ?, ?)", row)


async def follow(database: sqlite3.Connection) -> None:
    consumer = AIOKafkaConsumer(
        os.environ.get("TIEOUT_TOPIC_PREFIX", "tieout.") + "matches.v1",
        bootstrap_servers=os.environ["TIEOUT_KAFKA_BOOTSTRAP"],
        auto_offset_reset="earliest",
        isolation_level="read_committed",
    )
    await consumer.start()
    try:
        while batches := await consumer.getmany(timeout_ms=QUIET_MS):
            with database:  # one transaction: the effects and the numbers
                for event in (one for batch in batches.values() for one in batch):
                    apply(database, event)
    finally:
        await consumer.stop()


def main(file: str) -> None:
    with closing(sqlite3.connect(file)) as database:
        database.executescript(TABLES)
        asyncio.run(follow(database))
        counts = database.execute("SELECT kind, count(*) FROM accepted_match GROUP BY kind")
        print(dict(counts.fetchall()))


if __name__ == "__main__":
    main(*sys.argv[1:])
