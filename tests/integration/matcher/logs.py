"""Logs of records to be delivered in many ways."""

from collections.abc import Sequence
from random import Random

import msgspec

from integration.matcher.world import Key
from tieout_contracts.record import RecordAccepted
from unit.matcher.builders import a_record, some_fields


def seeded(seed: int) -> Random:
    return Random(seed)  # noqa: S311  # chance that can be had again, not a secret


def a_log(key: Key, *, length: int, seed: int, kinds: int = 12) -> list[RecordAccepted]:
    """Make records of few kinds on both sides, so that many could match many."""
    chance = seeded(seed)
    log = []
    for record_id in chance.sample(range(1, 10 * length), length):
        fields = some_fields(
            chance.choice(["1000", "1000", "2500"]),
            external_id=chance.choice([None, *(f"x{n}" for n in range(kinds))]),
            reference=chance.choice([None, *(f"r{n}" for n in range(kinds))]),
        )
        log.append(a_record(record_id, chance.choice(["A", "B"]), fields, reconciliation_id=key[1]))
    return log


def moved_to(log: Sequence[RecordAccepted], key: Key) -> list[RecordAccepted]:
    """Address the same records to another reconciliation."""
    return [msgspec.structs.replace(one, reconciliation_id=key[1]) for one in log]


def with_duplicates(log: Sequence[RecordAccepted], *, seed: int) -> list[RecordAccepted]:
    """Deliver records again, some at once and some much later, never before their first time."""
    chance = seeded(seed)
    delivered: list[RecordAccepted] = []
    for place, record in enumerate(log):
        delivered.append(record)
        delivered += chance.choices(log[: place + 1], k=chance.choice([0, 0, 1, 3]))
    return delivered
