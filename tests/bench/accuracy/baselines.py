"""`make accuracy-baselines`: what recordlinkage and splink reach on the bank transactions.

Every method scores pairs without the truth; one_to_one.py links by the scores. Two thresholds are
shown: the package's own, and the best one that the truth could choose. Then the same again with
gaps: a tenth of each side is taken away, so that others have no counterpart, as in real books.
The last line is one JSON object.
"""

import json
import logging
import sys
from collections.abc import Callable
from dataclasses import asdict

import recordlinkage_baseline
import splink_baseline
from bank_transactions import Payments, read_payments
from one_to_one import WANTED_PRECISION, Outcome, Scored, at, at_best

GAPS = 0.1
SEED = 1
METHODS: dict[str, Callable[[Payments], Scored]] = {
    "recordlinkage_rules": recordlinkage_baseline.by_rules,
    "recordlinkage_trained": recordlinkage_baseline.trained,
    "splink_rules": splink_baseline.by_rules,
    "splink_example": splink_baseline.as_in_its_example,
    "splink_tuned": splink_baseline.tuned,
}


def main() -> None:
    logging.disable(logging.WARNING)  # what the packages tell of their training
    payments = read_payments()
    report = {
        "all": _measured(payments, "every payment on both sides"),
        "gaps": _measured(
            payments.with_gaps(GAPS, seed=SEED), f"{GAPS:.0%} of each side taken away"
        ),
    }
    _say(json.dumps(report | _best_recalls(report["all"])))


def _measured(payments: Payments, what: str) -> dict[str, dict[str, dict[str, float]]]:
    sizes = f"{len(payments.sent)} sent, {len(payments.arrived)} arrived"
    _say(f"{what}: {sizes}, {len(payments.pairs)} pairs")
    _say(f"{'':36}{'own threshold':^19}  {f'best with precision >= {WANTED_PRECISION}':^33}")
    _say(f"{'':36}{'precision':>9} {'recall':>9}  {'precision':>9} {'recall':>9} {'score':>9}")
    figures = {}
    for key, method in METHODS.items():
        scored = method(payments)
        own = at(scored, payments.pairs, scored.default)
        best = at_best(scored, payments.pairs)
        _say(
            f"{scored.name:36}{own.precision:9.4f} {own.recall:9.4f}"
            f"  {best.precision:9.4f} {best.recall:9.4f} {best.threshold:9.2f}"
        )
        figures[key] = {"own": _rounded(own), "best": _rounded(best)}
    _say("")
    return figures


def _best_recalls(figures: dict[str, dict[str, dict[str, float]]]) -> dict[str, float]:
    """The highest recall of each package, whichever way: in its favour."""
    return {
        f"{package}_recall": max(
            outcome["best"]["recall"] for key, outcome in figures.items() if key.startswith(package)
        )
        for package in ("recordlinkage", "splink")
    }


def _rounded(outcome: Outcome) -> dict[str, float]:
    return {name: round(value, 4) for name, value in asdict(outcome).items()}


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
