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
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from baseline import Baseline
from measures import latency_ms, matchers, naive, percentile, pipeline
from processor_time import ProcessorTime
from product import Product, set_up, until
from workload import Row, load, resident

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
    series = Series(baseline=baseline, figures=figures, rounds=rounds)
    await _matcher_rounds(product, series)
    for one in others:
        one.start(wait=False)
    for one in others:
        one.wait_ready()
    await until(product.applied, await product.decided())
    await _pipeline_rounds(product, series, name="pipeline", first=5_000)
    await _stop_second_matcher(product)
    await _pipeline_rounds(product, series, name="pipeline_1", first=6_000)
    naive_series = replace(series, rounds=NAIVE_ROUNDS)
    await naive_series.measure("naive", partial(asyncio.to_thread, naive, product), first=3_000)
    await baseline.close()
    await product.database.close()
    return figures


@dataclass(frozen=True, kw_only=True)
class Series:
    """Rounds of one measurement, each between two baselines; the first only warms up."""

    baseline: Baseline
    figures: dict[str, Any]
    rounds: int

    async def measure(
        self, name: str, run: Callable[[list[Row]], Awaitable[float]], *, first: int
    ) -> None:
        """Note the rate of each round beside the mean of its two L; `first` numbers its records."""
        before = await self.baseline.run(load(first))
        for number in range(first, first + self.rounds + 1):
            rate = await run(load(number))
            after = await self.baseline.run(load(number + 1))
            self._note(name, (before + after) / 2, rate, counts=number > first)
            before = after

    def _note(self, name: str, floor: float, rate: float, *, counts: bool) -> None:
        say(
            f"{name:10} {rate:8,.0f}/s   L {floor:8,.0f}/s   ratio {rate / floor:.3f}"
            + ("" if counts else "   (warm-up)")
        )
        if counts:
            self.figures.setdefault("L", []).append(floor)
            self.figures.setdefault(name, []).append(rate)
            self.figures.setdefault(f"{name}_over_L", []).append(rate / floor)


async def _matcher_rounds(product: Product, series: Series) -> None:
    """One matcher, then two."""
    for name, members in (("matcher_1", 1), ("matcher_2", 2)):
        if members > len(product.stack.instances_of("matcher")):
            product.stack.start_instance("matcher")
        await product.wait_for_members(f"{product.stack.plan.topic_prefix}matcher", members)
        await _vacuum(product, series.baseline)
        await series.measure(name, partial(matchers, product), first=1_000 * members)


async def _stop_second_matcher(product: Product) -> None:
    product.stack.services["matcher-2"].stop()
    await product.wait_for_members(f"{product.stack.plan.topic_prefix}matcher", 1)


async def _pipeline_rounds(product: Product, series: Series, *, name: str, first: int) -> None:
    """The whole pipeline with as many matchers as run."""
    spent: dict[str, float] = {}

    async def run(rows: list[Row]) -> float:
        time_used = ProcessorTime(product.stack)
        rate = await pipeline(product, rows)
        spent.update(time_used.since(len(rows)))
        return rate

    await _vacuum(product, series.baseline)
    await series.measure(name, run, first=first)
    say(f"{name:10} processor time of a record in the last round, µs: {spent}")


async def _vacuum(product: Product, baseline: Baseline) -> None:
    """Begin a series on tables in order, as pgbench does: what earlier series left is no load."""
    await product.database.execute("VACUUM ANALYZE")
    await baseline.vacuum()


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
