"""Two views of the same payments: what was sent, and what arrived days later with another amount.

The files are those of splink's example of linking bank transactions, a tenth of them; where they
lie, `TIEOUT_CORPUS` says, else the folder beside the project.
"""

import csv
import datetime as dt
import gzip
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

_BESIDE = Path(__file__).resolve().parents[4] / "shared" / "corpus"


@dataclass(frozen=True, kw_only=True)
class Transaction:
    """`id` is unique over both sides; `cents` is positive."""

    id: str
    memo: str
    date: dt.date
    cents: int


@dataclass(frozen=True, kw_only=True)
class Payments:
    """`sent` is side A, `arrived` side B; `pairs` maps the A id of a payment to its B id."""

    sent: tuple[Transaction, ...]
    arrived: tuple[Transaction, ...]
    pairs: dict[str, str]

    def with_gaps(self, share: float, *, seed: int) -> "Payments":
        """Take away a share of each side, so that as many of the other side have no counterpart."""
        chance = random.Random(seed)  # noqa: S311  # a sample, no secret
        fate = {sent: chance.random() for sent in self.pairs}
        gone = {sent for sent, number in fate.items() if number < share}
        lost = {self.pairs[sent] for sent, number in fate.items() if share <= number < 2 * share}
        return replace(
            self,
            sent=tuple(one for one in self.sent if one.id not in gone),
            arrived=tuple(one for one in self.arrived if one.id not in lost),
            pairs={a: b for a, b in self.pairs.items() if a not in gone and b not in lost},
        )


def corpus() -> Path:
    """Return the folder of the real files."""
    return Path(os.environ.get("TIEOUT_CORPUS") or _BESIDE)


def read_payments() -> Payments:
    folder = corpus() / "matching" / "splink_bank_transactions"
    return Payments(
        sent=tuple(_transaction(row, "a_id") for row in _rows(folder / "a.csv.gz")),
        arrived=tuple(_transaction(row, "b_id") for row in _rows(folder / "b.csv.gz")),
        pairs={row["a_id"]: row["b_id"] for row in _rows(folder / "truth.csv.gz")},
    )


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text)


def _transaction(row: dict[str, str], id_column: str) -> Transaction:
    whole, _, fraction = row["amount"].partition(".")
    return Transaction(
        id=row[id_column],
        memo=row["memo"],
        date=dt.date.fromisoformat(row["transaction_date"]),
        cents=int(whole) * 100 + int(fraction.ljust(2, "0")),
    )
