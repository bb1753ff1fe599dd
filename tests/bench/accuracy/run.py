"""`make accuracy`: both real sets through the API on a local stack, beside two linkage packages.

Needs `make accuracy-baselines` to have run: its last line is read from standard input. The last
line is one JSON object.
"""

import asyncio
import json
import shutil
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import bank_payments
import settlement_days
from bank_transactions import read_payments

from fixtures.public_api import open_api
from tieout_local.plan import StackPlan
from tieout_local.stack import LocalStack

GAPS, SEED = 0.1, 1  # those of baselines.py


async def measure(stack: LocalStack, baselines: dict[str, Any]) -> dict[str, Any]:
    """Reconcile both sets; returns what the last line says."""
    async with open_api(stack, "Settlement") as api:
        settlement = await settlement_days.reconcile(api)
    _say(f"settlement: {settlement}")
    payments = read_payments()
    async with open_api(stack, "Bank payments") as api:
        linked = await bank_payments.reconcile(api, payments)
    _say(f"bank payments, all: {linked}")
    async with open_api(stack, "Bank payments with gaps") as api:
        gaps = await bank_payments.reconcile(api, payments.with_gaps(GAPS, seed=SEED))
    _say(f"bank payments, {GAPS:.0%} of each side taken away: {gaps}")
    _say_beside(linked, gaps, baselines)
    return {
        "settlement": asdict(settlement),
        "splink": {
            "precision": linked.precision,
            "recall": linked.recall,
            "suggested": linked.suggested,
            "recordlinkage_recall": baselines["recordlinkage_recall"],
            "splink_recall": baselines["splink_recall"],
            "with_gaps": {"precision": gaps.precision, "recall": gaps.recall},
        },
    }


def _say_beside(
    linked: bank_payments.Linked, gaps: bank_payments.Linked, baselines: dict[str, Any]
) -> None:
    _say(f"{'precision / recall':28}{'all':>17}{'with gaps':>17}")
    _say(
        f"{'tieout':28}{linked.precision:8.4f} {linked.recall:8.4f}"
        f"{gaps.precision:8.4f} {gaps.recall:8.4f}"
    )
    for name, figures in baselines["all"].items():
        for chosen in ("own", "best"):
            one, other = figures[chosen], baselines["gaps"][name][chosen]
            _say(
                f"{f'{name}, {chosen}':28}{one['precision']:8.4f} {one['recall']:8.4f}"
                f"{other['precision']:8.4f} {other['recall']:8.4f}"
            )


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    *told, last = sys.stdin.read().splitlines()
    _say("\n".join(told))
    folder = Path(tempfile.mkdtemp(prefix="tieout-accuracy-"))
    folder.chmod(0o711)
    try:
        with LocalStack(StackPlan(folder=folder)) as stack:
            report = asyncio.run(measure(stack, json.loads(last)))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    _say(json.dumps(report))


if __name__ == "__main__":
    main()
