"""What is measured: matchers, the whole pipeline, the naive subscriber, latency."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
from aiokafka import AIOKafkaProducer
from product import Product, until
from workload import ARRIVAL, CSV_HEADER, Row, csv_line, events, load

UPLOADS_AT_ONCE = 4
LATENCY_SAMPLES = 300
LATENCY_GAP_S = 0.03
NAIVE_RECORDS = 2_000
TELLING = """
CREATE FUNCTION tell_decided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('decided', '');
    RETURN NULL;
END $$;
CREATE TRIGGER tells_decided AFTER UPDATE ON matcher.reconciliation
    FOR EACH STATEMENT EXECUTE FUNCTION tell_decided();
"""


async def matchers(product: Product, rows: list[Row]) -> float:
    """Record topic → match committed: records a second from the moment they are visible."""
    before = await product.entries()
    await product.publish(rows)
    began = time.perf_counter()
    await until(product.entries, before + len(rows))
    return len(rows) / (time.perf_counter() - began)


async def pipeline(product: Product, rows: list[Row]) -> float:
    """CSV upload at the gateway → last outcome committed by exceptions: records a second.

    The requests are ready before the clock starts: making them is no work of the product.
    """
    before = await product.entries()
    async with httpx2.AsyncClient(
        base_url=product.stack.url, headers=product.headers, timeout=120, trust_env=False
    ) as client:
        waiting = iter(await _uploads(client, _files(product, rows)))
        began = time.perf_counter()
        await asyncio.gather(*(_upload_all(client, waiting) for _ in range(UPLOADS_AT_ONCE)))
    await until(product.entries, before + len(rows))
    await until(product.applied, await product.decided())
    return len(rows) / (time.perf_counter() - began)


def _files(product: Product, rows: list[Row]) -> dict[str, str]:
    lines: dict[str, list[str]] = {}
    for row in rows:
        key = product.places[row.reconciliation].stream_keys[row.side]
        lines.setdefault(key, [CSV_HEADER]).append(csv_line(row))
    return {key: "".join(content) for key, content in lines.items()}


async def _uploads(client: httpx2.AsyncClient, files: dict[str, str]) -> list[httpx2.Request]:
    requests = []
    for key, text in files.items():
        form = {"file": ("bench.csv", text.encode(), "text/csv")}
        request = client.build_request("POST", f"/v1/data_streams/{key}/imports", files=form)
        await request.aread()
        requests.append(request)
    return requests


async def _upload_all(client: httpx2.AsyncClient, requests: Iterator[httpx2.Request]) -> None:
    for request in requests:
        response = await client.send(request)
        response.raise_for_status()


async def latency_ms(product: Product) -> list[float]:
    """Milliseconds from produce to commit, for one record at a time on an idle stack.

    The commit is known by a notification that comes with it, from a trigger of our own.
    """
    committed = asyncio.Event()
    await product.database.execute(TELLING)
    await product.database.add_listener("decided", lambda *_: committed.set())
    producer = AIOKafkaProducer(bootstrap_servers=product.stack.broker.bootstrap, acks="all")
    await producer.start()
    samples = []
    try:
        rows = load(10_000, records=LATENCY_SAMPLES)
        now = ARRIVAL
        first = 2 * 10**12
        for key, value in events(rows, product.places, first_record_id=first, now=now):
            await asyncio.sleep(LATENCY_GAP_S)
            committed.clear()
            began = time.perf_counter()
            await producer.send(product.topic, key=key, value=value)
            await asyncio.wait_for(committed.wait(), 10)
            samples.append((time.perf_counter() - began) * 1000)
    finally:
        await producer.stop()
        await product.database.execute("DROP FUNCTION tell_decided() CASCADE")
    return sorted(samples)


def naive(product: Product, rows: list[Row]) -> float:
    """Records a second of a plain FastStream subscriber: one message, one statement at a time."""
    now = ARRIVAL
    sample = rows[:NAIVE_RECORDS]
    answer = subprocess.run(
        [
            sys.executable,
            str(Path(__file__).with_name("naive.py")),
            product.stack.broker.bootstrap,
            product.stack.postgres.url.rpartition("/")[0] + "/baseline",
        ],
        input=json.dumps(
            [
                json.loads(value)
                for _, value in events(sample, product.places, first_record_id=1, now=now)
            ]
        ),
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    return float(answer.stdout.strip().splitlines()[-1])


def percentile(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
