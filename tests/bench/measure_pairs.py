"""What solving pairs takes on this machine: `python tests/bench/measure_pairs.py`.

Each case runs in a process of its own, without a database: CPU time of one call, and by how much
the process grew. The time on the clock is that of a machine with nothing else to do.
"""

import resource
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from multiprocessing import get_context
from random import Random
from typing import Any

import msgspec

from tieout_contracts.record import Fields, Side
from tieout_matcher.domain.facts import Facts, facts_of
from tieout_matcher.domain.passes.pairs import solve_pairs
from tieout_matcher.domain.rule import Group, Leaf, Rule, Tolerance

DAY = date(2026, 3, 2)
DATES = Leaf(key="date", value="date", tolerance=Tolerance(amount=Decimal(2), unit="day"))
REFERENCES = Leaf(key="reference", value="reference")
ONE_EURO = Leaf(key="amount", value="amount", tolerance=Tolerance(amount=Decimal(1), unit="dollar"))
ALIKE = Leaf(key="description", value="description", operand="similar", min_similarity=90)
Make = Callable[[Random, Side, int], dict[str, Any]]
Case = tuple[int, tuple[Leaf, ...], Make]


def identical(_: Random, __: Side, ___: int) -> dict[str, Any]:
    return {"reference": "R"}


def own_amount(random: Random, side: Side, number: int) -> dict[str, Any]:
    day = DAY + timedelta(days=random.randrange(3))
    return {"amount_minor": str(1000 + number), "external_id": f"{side}{number}", "date": day}


def a_year(amounts: int) -> Make:
    def make(random: Random, side: Side, number: int) -> dict[str, Any]:
        return {
            "amount_minor": str(1000 + random.randrange(amounts)),
            "external_id": f"{side}{number}",
            "date": DAY + timedelta(days=random.randrange(365)),
        }

    return make


def texts(random: Random, side: Side, number: int) -> dict[str, Any]:
    text = f"invoice {random.randrange(100)} of {random.randrange(50)}"
    return {"external_id": f"{side}{number}", "description": text}


CASES: Mapping[str, Case] = {
    "identical": (5_000, (REFERENCES, DATES), identical),
    "own amounts, 2 days": (1_000, (DATES,), own_amount),
    "own amounts, 2 days, 10 times": (10_000, (DATES,), own_amount),
    "own amounts, 2 days, 100 times": (100_000, (DATES,), own_amount),
    "20 amounts in a year, 2 days": (2_000, (DATES,), a_year(20)),
    "one amount in a year, 2 days": (2_000, (DATES,), a_year(1)),
    "1.00 and 2 days apart": (2_000, (ONE_EURO, DATES), a_year(10_000)),
    "one block of similar texts": (500, (REFERENCES, ALIKE), lambda *given: texts(*given) | {
        "reference": "R"}),
}  # fmt: skip


def measure(name: str) -> str:
    """Solve one case; answers the line to print."""
    size, leaves, make = CASES[name]
    random = Random(1)  # noqa: S311  # the same sets each time, no secret
    rule = Rule(
        rule_id=1, version=1, priority=0, status="active",
        condition=Group(operand="and", children=leaves),
    )  # fmt: skip
    entries = [
        _entry(number, side, make(random, side, number % size))
        for number in range(2 * size)
        for side in (_side(number, size),)
    ]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    solved = solve_pairs(
        rule=rule, rule_index=0, entries=entries, blocked=frozenset(), only_suggest=False
    )
    seconds = time.process_time() - began
    grown_mib = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    made = [one for part in solved for one in part.proposals]
    greedy = sum(one.greedy for one in made)
    return (
        f"{name:32} {size:6} a side: {seconds:6.2f} s, {grown_mib:4} MiB, "
        f"{seconds / 2 / size * 1e6:6.0f} µs an entry; {len(made):6} pairs, {greedy} greedy"
    )


def _side(number: int, size: int) -> Side:
    return "A" if number < size else "B"


def _entry(number: int, side: Side, given: dict[str, Any]) -> Facts:
    shape: dict[str, Any] = {
        "amount_minor": "1000", "exponent": 2, "currency": "EUR", "direction": "credit",
        "date": DAY,
    }  # fmt: skip
    fields = Fields(**(shape | given))
    return facts_of(
        record_id=number,
        entry_no=number,
        side=side,
        fields=msgspec.json.encode(fields),
        sign_mode="same",
    )


if __name__ == "__main__":
    for case in CASES:
        with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as alone:
            sys.stdout.write(alone.submit(measure, case).result() + "\n")
