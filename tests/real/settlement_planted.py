"""Identical payments beside the real ones: which of them match whom shows the order of deciding.

Among the real days every match has one candidate, so they would match alike in any order. Of
these, each group holds several entries a side with equal fields, brought in several parts of the
log. An exact rule takes the earliest open counterpart, so the k-th of side A matches the k-th of
side B, however the two sides are mixed; within a side the log keeps the order of the records.
"""

import random
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from real.settlement import Known

GROUPS = 60
MOST_A_SIDE = 4


def planted_parts(stream_keys: dict[str, str], *, parts: int) -> list[list[dict[str, Any]]]:
    """Make the bodies of `parts` bulk requests, both sides mixed, the same ones every time."""
    records = [
        _record(stream_keys[kind], group, f"{kind} {group}.{number}")
        for group in range(GROUPS)
        for kind, many in (
            ("052", group % MOST_A_SIDE),
            ("054", group // MOST_A_SIDE % MOST_A_SIDE),
        )
        for number in range(many + 1)
    ]
    random.Random(52054).shuffle(records)  # noqa: S311 - any fixed order will do
    size = -(-len(records) // parts)
    return [records[start : start + size] for start in range(0, len(records), size)]


def expected_pairs(known: Iterable[Known], *, earliest_first: bool = True) -> list[tuple[str, str]]:
    """Pair the k-th of equal records of one side with the k-th of the other; by identity.

    With the latest first these are the pairs of a matcher that takes the wrong ones.
    """
    equal: defaultdict[tuple[Any, ...], dict[str, list[Known]]]
    equal = defaultdict(lambda: {"052": [], "054": []})
    for one in known:
        record = one.record
        counterparty = record["metadata"].get("counterparty_bic")
        money = (record["amount"], record["currency"], record["direction"], record["date"])
        if counterparty is not None:
            equal[(*money, counterparty)][one.kind].append(one)
    return [
        (a.identity, b.identity)
        for sides in equal.values()
        for a, b in zip(*(_in_order(one, earliest_first) for one in sides.values()), strict=False)
    ]


def _in_order(known: Iterable[Known], earliest_first: bool) -> list[Known]:
    sign = 1 if earliest_first else -1
    return sorted(known, key=lambda one: sign * int(one.record["id"]))


def _record(stream_key: str, group: int, external_id: str) -> dict[str, Any]:
    return {
        "data_stream_key": stream_key,
        "external_id": external_id,
        "amount": 1000 + group,
        "currency": "EUR",
        "direction": "credit",
        "date": "2024-06-03",
        "metadata": {"counterparty_bic": "PLANTEDXXXX"},
    }
