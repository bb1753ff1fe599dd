"""The rule of the settlement days is learned from what is open, and finds what truth.json knows."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from real.camt_corpus import settlement_truth
from real.settlement_days import Days
from tieout_contracts.record import Side
from tieout_matcher.domain.backtesting.past import Past, PastEntry
from tieout_matcher.domain.backtesting.replay import Made, replay
from tieout_matcher.domain.learning.learn import Learned, learn
from tieout_matcher.domain.learning.sample import Sample
from tieout_matcher.domain.rule_split import split
from tieout_matcher.rule_proposals import LIMITS

SIDES: dict[str, Side] = {"052": "A", "054": "B"}
NAMES = ["date", "metadata.counterparty_bic", "direction"]


@pytest.fixture(scope="module")
def file_days(days: dict[str, Days]) -> dict[PastEntry, str]:
    """Give every movement and payment in the order of their days, with the day of its file."""
    records = (
        (side, day, record)
        for kind, side in SIDES.items()
        for day in sorted(days[kind])
        for record in days[kind][day][0]
    )
    return {
        PastEntry(number, number, side, msgspec.json.encode(record.fields), matched=False): day
        for number, (side, day, record) in enumerate(records, start=1)
    }


@pytest.fixture(scope="module")
def entries(file_days: dict[PastEntry, str]) -> list[PastEntry]:
    return list(file_days)


@pytest.fixture(scope="module")
def learned(entries: list[PastEntry]) -> list[Learned]:
    """Learn from as many of the last entries as the service does, none of them matched."""
    latest = [
        one
        for side in SIDES.values()
        for one in [one for one in entries if one.side == side][-LIMITS.open_entries :]
    ]
    sample = Sample(past=Past(sign_mode="same", entries=latest))
    return learn(sample, known=(), refused=(), run_type="continuous")


def test_a_rollup_by_counterparty_day_and_direction_is_learned(learned: list[Learned]) -> None:
    (one,) = learned

    assert (one.draft.many_side, list(one.draft.group_by)) == ("b", NAMES)
    assert one.draft.rollup is not None
    assert (one.draft.rollup.kind, one.draft.rollup.lookback_days) == ("date", 1)


def test_it_finds_every_known_group_and_contradicts_none(
    corpus: Path, file_days: dict[PastEntry, str], learned: list[Learned]
) -> None:
    rules = split([one.draft.rule(1, priority=0) for one in learned], run_type="continuous")

    made = replay(rules=rules, entries=list(file_days), sign_mode="same")

    fields = {
        one.record_id: msgspec.json.decode(one.fields) | {"day": day}
        for one, day in file_days.items()
    }
    found = {
        _movement(fields[one.side_a[0]]): set(_payments(one, fields))
        for one in made
        if one.accepted
    }
    known = {
        (day["date"], group["counterparty_bic"], _cents(group["movement"])): {
            (reference, group["counterparty_bic"]) for reference in group["tx_ids"]
        }
        for day in settlement_truth(corpus)
        for group in day["many_to_one_groups"]
    }
    assert len(known) == 523
    assert found == known


def _movement(fields: dict[str, Any]) -> tuple[object, object, int]:
    sign = 1 if fields["direction"] == "credit" else -1
    amount = sign * int(str(fields["amount_minor"]))
    return (fields["day"], fields["metadata"].get("counterparty_bic"), amount)


def _payments(
    made: Made, fields: dict[int, dict[str, dict[str, object]]]
) -> Iterator[tuple[object, object]]:
    for record in made.side_b:
        yield (fields[record].get("reference"), fields[record]["metadata"]["counterparty_bic"])


def _cents(amount: str) -> int:
    whole, _, part = str(amount).lstrip("-").partition(".")
    cents = int(whole) * 100 + int((part + "00")[:2])
    return -cents if str(amount).startswith("-") else cents
