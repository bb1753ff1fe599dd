"""What learning rules takes at the limits: `python tests/bench/measure_proposals.py`.

Samples as large as the service takes them, with sixteen fields on each side: what is easy to learn
from, what is noise, and what is nearly all alike. Learned in this process; the service gives up
after 15 s (aside.COMPUTE_S).
"""

import resource
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # the tests' builders

from tieout_contracts.record import Side
from tieout_matcher.rule_proposals import LIMITS, found_in
from tieout_matcher.store.learning import KnownRules
from unit.matcher.planted import START, Planting, everything, lines

FEW_AMOUNTS = (1_000, 2_500, 5_000, 9_900)
SIDES: tuple[Side, Side] = ("A", "B")


def _wide(planted: Planting, number: int) -> dict[str, Any]:
    """Say something in every field that is looked at: numbers, names, long texts."""
    chance = planted.chance
    texts = {f"text_{n}": f"{chance.randrange(10**9):09} of {number} " * 4 for n in range(6)}
    names = {f"name_{n}": f"N{chance.randrange(10 ** (n + 1))}" for n in range(6)}
    return {"reference": f"R{number}", "counterparty": f"C{number % 30}"} | {
        "metadata": texts | names
    }


def _open(planted: Planting, cents: Callable[[], int], days: int) -> Planting:
    """Add as many open entries of each side as are looked at, matches of people among them."""
    for number in range(LIMITS.open_entries + LIMITS.matches):
        amount, day = cents(), planted.a_day() if days > 1 else START
        pair = [planted.add(side, amount, day, **_wide(planted, number)) for side in SIDES]
        if number < LIMITS.matches:
            planted.match(pair[:1], pair[1:])
    return planted


def samples() -> Mapping[str, Planting]:
    """Make a sample of each kind, by what it is."""
    few, one_day, alike = Planting(2), Planting(3), Planting(4)
    return {
        "five patterns": everything(1).noise(400),
        "all told by a reference": _open(Planting(1), Planting(9).cents, 60),
        "few amounts": _open(few, lambda: few.chance.choice(FEW_AMOUNTS), 60),
        "one day": _open(one_day, lambda: one_day.chance.randrange(100, 400), 1),
        "one amount, one day": _open(alike, lambda: 1_000, 1),
        "noise": Planting(5).noise(LIMITS.open_entries),
    }


def main() -> None:
    nothing = KnownRules((), ())
    for name, planted in samples().items():
        past, began, cpu = planted.past(), time.perf_counter(), time.process_time()
        found = found_in(past, nothing, "continuous")
        took = f"{time.perf_counter() - began:.1f} s, CPU {time.process_time() - cpu:.1f} s"
        _say(f"{name}: {len(past.entries)} records, {took}: {lines(found.learned)}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    _say(f"peak {peak} MiB")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
