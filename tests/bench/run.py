"""`make bench`: throughput and latency on this machine, each next to a baseline of the same minute.

Only ratios to the baseline L count: the machine's own speed drifts. The last line is one JSON
object with the medians.
"""

import asyncio
import json
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from baseline import Baseline
from measures import latency_ms, matchers, naive, percentile, pipeline
from processor_time import ProcessorTime
from product import Product, set_up, until
from workload import load, resident

from tieout_local.plan import StackPlan
from tieout_local.stack import LocalStack

ROUNDS = 5
NAIVE_ROUNDS = 3


async def measure(stack: LocalStack, rounds: int) -> dict[str, Any]:
    """Run all measurements; returns lists of figures by name."""
    say(f"Kafka: {stack.broker.description}; PostgreSQL {stack.postgres.version()}")
    product = await set_up(stack)
    baseline = await Baseline.open(stack.postgres.url, resident())
    await product.publish(resident())
    await until(product.entries, len(resident()))
    await until(product.applied, await product.decided())
    say("resident: 100,000 open entries")
    await _vacuum(product, baseline)
    figures: dict[str, Any] = {"latency": await latency_ms(product)}
    others = [stack.services[name] for name in ("ingest-1", "exceptions-1", "gateway-1")]
    for one in others:
        one.stop()
    await _matcher_rounds(product, baseline, figures, rounds)
    for one in others:
        one.start(wait=False)
    for one in others:
        one.wait_ready()
    await until(product.applied, await product.decided())
    await _pipeline_rounds(product, baseline, figures, rounds, name="pipeline", first=5_000)
    await _stop_second_matcher(product)
    await _pipeline_rounds(product, baseline, figures, rounds, name="pipeline_1", first=6_000)
    for number in range(NAIVE_ROUNDS):
        rows = load(3_000 + number)
        floor = await baseline.run(rows)
        _note(figures, "naive", floor, naive(product, rows), counts=True)
    await baseline.close()
    await product.database.close()
    return figures


async def _matcher_rounds(
    product: Product, baseline: Baseline, figures: dict[str, Any], rounds: int
) -> None:
    """One matcher, then two, a baseline before each run; the first round only warms up."""
    for name, members in (("matcher_1", 1), ("matcher_2", 2)):
        if members > len(product.stack.instances_of("matcher")):
            product.stack.start_instance("matcher")
        await product.wait_for_members(f"{product.stack.plan.topic_prefix}matcher", members)
        await _vacuum(product, baseline)
        for number in range(rounds + 1):
            rows = load(1_000 * members + number)
            floor = await baseline.run(rows)
            rate = await matchers(product, rows)
            _note(figures, name, floor, rate, counts=number > 0)


async def _stop_second_matcher(product: Product) -> None:
    product.stack.services["matcher-2"].stop()
    await product.wait_for_members(f"{product.stack.plan.topic_prefix}matcher", 1)


async def _pipeline_rounds(
    product: Product,
    baseline: Baseline,
    figures: dict[str, Any],
    rounds: int,
    *,
    name: str,
    first: int,
) -> None:
    """The whole pipeline with as many matchers as run; `first` numbers the rounds' records."""
    await _vacuum(product, baseline)
    for number in range(rounds + 1):
        rows = load(first + number)
        floor = await baseline.run(rows)
        time_used = ProcessorTime(product.stack)
        rate = await pipeline(product, rows)
        spent = time_used.since(len(rows))
        _note(figures, name, floor, rate, counts=number > 0)
    say(f"{name:10} processor time of a record in the last round, µs: {spent}")


async def _vacuum(product: Product, baseline: Baseline) -> None:
    """Begin a series on tables in order, as pgbench does: what earlier series left is no load."""
    await product.database.execute("VACUUM ANALYZE")
    await baseline.vacuum()


def _note(figures: dict[str, Any], name: str, floor: float, rate: float, *, counts: bool) -> None:
    say(
        f"{name:10} {rate:8,.0f}/s   L {floor:8,.0f}/s   ratio {rate / floor:.3f}"
        + ("" if counts else "   (warm-up)")
    )
    if counts:
        figures.setdefault("L", []).append(floor)
        figures.setdefault(name, []).append(rate)
        figures.setdefault(f"{name}_over_L", []).append(rate / floor)


def summary(figures: dict[str, Any]) -> dict[str, float]:
    """Medians; what is set against one matcher is so by ratios to L, as the machine drifts."""
    median = {
        name: statistics.median(values) for name, values in figures.items() if name != "latency"
    }
    latency = figures["latency"]
    return {
        "L": round(median["L"]),
        "matcher_1": round(median["matcher_1"]),
        "matcher_2": round(median["matcher_2"]),
        "pipeline": round(median["pipeline"]),
        "naive": round(median["naive"]),
        "matcher_1_over_L": round(median["matcher_1_over_L"], 3),
        "matcher_2_over_1": round(median["matcher_2_over_L"] / median["matcher_1_over_L"], 3),
        "pipeline_over_L": round(median["pipeline_over_L"], 3),
        "matcher_1_over_naive": round(median["matcher_1_over_L"] / median["naive_over_L"], 1),
        "p50_ms": round(percentile(latency, 0.50), 2),
        "p99_ms": round(percentile(latency, 0.99), 2),
    }


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201  # the bench reports on standard output


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    folder = Path(tempfile.mkdtemp(prefix="tieout-bench-"))
    folder.chmod(0o711)
    try:
        with LocalStack(StackPlan(folder=folder)) as stack:
            figures = asyncio.run(measure(stack, rounds))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    say(json.dumps(summary(figures)))


if __name__ == "__main__":
    main()
