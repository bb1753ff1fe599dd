"""`make reads`: reads of exceptions and matches a second, through the gateway.

100,000 open entries, 100,000 matches and 20,000 exceptions; lists with filters and single objects,
as End Close's and as Lerian's callers ask, at a fixed rate. Then the highest of a few rates at
which the slowest hundredth stays within the goal, and the processor time of a read by process. The
last line is one JSON object.
"""

import asyncio
import json
import random
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
from measures import percentile
from open_loop import Answered, load
from processor_time import ProcessorTime
from run import say

from tieout_contracts.ids import Kind, uuid_of
from tieout_local.plan import StackPlan
from tieout_local.stack import LocalStack

GOAL_RATE, GOAL_MS = 1_000, 100.0
RATES = (100, 200, 300, 400, 500, 600, 700, 800)
FOR_S, WARM_S = 10.0, 3.0
CONNECTIONS = 32
PLACES, EACH = 50, 1_000  # reconciliations; open entries of each, a side, and half its matches
MATCHES = 2 * PLACES * EACH
LATE = 2 * PLACES * EACH // 5
RECORD, MATCH, RECONCILIATION = 10**9, 10**9, 10**6
# A gateway costs as much as the service behind it.
INSTANCES = {"gateway": 2}


class Reads:
    """Requests in turn, about objects chosen by chance."""

    def __init__(self, api_key: str) -> None:
        self._chance = random.Random(5)  # noqa: S311  # repeatable data, no secret
        self._headers = f"Host: bench\r\nX-API-KEY: {api_key}\r\n\r\n"

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        while True:
            for name, path in self._paths():
                yield name, f"GET {path} HTTP/1.1\r\n{self._headers}".encode()

    def _paths(self) -> Iterator[tuple[str, str]]:
        any_of = self._chance.randrange
        place = RECONCILIATION + 1 + any_of(PLACES)
        exception = uuid_of(Kind.BREAK, 1 + any_of(LATE))
        yield "exceptions by status", "/v1/exceptions?status=OPEN&limit=10"
        yield "one exception", f"/v1/exceptions/{exception}"
        yield "matches", f"/v1/reconciliation_matches?reconciliation_id={place}&limit=10"
        yield "one match", f"/v1/reconciliation_matches/{MATCH + 1 + any_of(MATCHES)}"
        yield "exceptions of one", "/v1/exceptions?assigned_to=ann@example.com&limit=10"
        yield "one exception", f"/v1/exceptions/{exception}"
        yield "buckets", f"/v1/reconciliation_exceptions?reconciliation_id={place}&limit=10"
        yield "one match", f"/v1/reconciliation_matches/{MATCH + 1 + any_of(MATCHES)}"
        yield "one bucket", f"/v1/reconciliation_exceptions/{2 + any_of(2 * PLACES)}"
        yield "exceptions", f"/v1/exceptions?reconciliation_id={place}&limit=10"


async def measure(stack: LocalStack) -> dict[str, Any]:
    organization = stack.operations.create_organization("Reads")
    await fill(stack, organization.organization_id)
    say(f"{2 * PLACES * EACH:,} open entries, {MATCHES:,} matches, {LATE:,} exceptions")
    urls = [one.address.url for one in stack.instances_of("gateway")]
    reads = iter(Reads(organization.api_key))

    async def at(rate: int, for_s: float) -> Answered:
        return await load(urls, reads, rate=rate, for_s=for_s, width=CONNECTIONS // len(urls))

    await at(RATES[0], WARM_S)
    time_used = ProcessorTime(stack)
    goal = await at(GOAL_RATE, FOR_S)
    profile = time_used.since(len(goal.times))
    figures = {f"at_{GOAL_RATE}": _figures(f"at {GOAL_RATE:,} a second", goal)}
    _show_by_name(goal)
    sustained = GOAL_RATE if _holds(figures[f"at_{GOAL_RATE}"]) else 0
    if not sustained:
        await asyncio.sleep(WARM_S)
        sustained, figures["sustained"] = await _highest(at)
    say(f"processor time of a read at {GOAL_RATE:,} a second, µs: {profile}")
    say(f"highest of the rates with p99 within {GOAL_MS:.0f} ms: {sustained} a second")
    return {**figures, "sustained_rate": sustained, "cpu_us_a_read": profile}


async def _highest(at: Any) -> tuple[int, dict[str, float]]:
    """Go up while the goal is kept."""
    best: tuple[int, dict[str, float]] = (0, {})
    for rate in RATES:
        figures = _figures(f"at {rate} a second", await at(rate, FOR_S))
        if not _holds(figures):
            break
        best = (rate, figures)
    return best


def _holds(figures: dict[str, float]) -> bool:
    return figures["p99_ms"] <= GOAL_MS and figures["errors"] == 0


def _figures(name: str, answered: Answered) -> dict[str, float]:
    times = sorted(answered.times)
    figures = {
        "rate": round(len(times) / answered.took_s, 1),
        "errors": answered.sent - answered.statuses[200],
        **{f"p{at}_ms": round(1000 * percentile(times, at / 100), 1) for at in (50, 95, 99)},
    }
    say(f"{name}: {figures}; {dict(answered.statuses)} {answered.bad or ''}")
    return figures


def _show_by_name(answered: Answered) -> None:
    for name, times in answered.by_name.items():
        say(f"  {name}: p50 {1000 * percentile(sorted(times), 0.5):.1f} ms of {len(times)}")


async def fill(stack: LocalStack, organization_id: int) -> None:
    """Lay the objects into the tables, as if they had come long ago."""
    database = await asyncpg.connect(stack.postgres.url)
    try:
        streams = [await _stream(database, organization_id, key) for key in ("a", "b")]
        values = {"organization": organization_id, "places": PLACES, "each": EACH,
                  "reconciliation": RECONCILIATION, "record": RECORD, "match": MATCH,
                  "a": streams[0], "b": streams[1]}  # fmt: skip
        script = Path(__file__).with_name("reads.sql").read_text("utf-8")
        for name, value in values.items():
            script = _put(script, name, value)
        await database.execute(script)
    finally:
        await database.close()


def _put(script: str, name: str, value: int) -> str:
    """Write a number in the place of `:name`."""
    words = script.split(f":{name}")
    return str(value).join(words)


_STREAM = """INSERT INTO ingest.stream (organization_id, key, name, type, expected_days,
    arrival_grace_seconds, overlap, created_at)
VALUES ($1, $2, $2, 'api', 2, 0, 'dedupe', now()) RETURNING id"""
_KNOWN = "INSERT INTO exceptions.stream VALUES ($1, $2, 1, $3, $3)"


async def _stream(database: Any, organization_id: int, key: str) -> int:
    number = await database.fetchval(_STREAM, organization_id, key)
    await database.execute(_KNOWN, organization_id, number, key)
    return int(number)


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="tieout-bench-"))
    folder.chmod(0o711)
    try:
        plan = StackPlan(folder=folder, instances=INSTANCES)
        with LocalStack(plan) as stack:
            figures = asyncio.run(measure(stack))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    say(json.dumps(figures))


if __name__ == "__main__":
    main()
