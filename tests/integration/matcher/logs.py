"""Logs of records to be delivered in many ways."""

from collections.abc import Sequence
from random import Random
from typing import Any, TypeVar

import msgspec

from integration.matcher.world import Key
from tieout_contracts.record import Fields, RecordAccepted, RecordVersion, RecordWithdrawn
from unit.matcher.builders import a_record, some_fields

Version = TypeVar("Version", bound=RecordVersion)
decode_fields = msgspec.json.Decoder(Fields).decode


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


def a_log_of_versions(key: Key, *, length: int, seed: int, kinds: int = 12) -> list[RecordVersion]:
    """Make records of which many have later versions: booked, corrected, deleted, told again.

    The versions of a record come in their order or another, close together and far apart.
    """
    chance = seeded(seed)
    log: list[RecordVersion] = []
    for first in a_log(key, length=length, seed=seed, kinds=kinds):
        versions: list[RecordVersion] = [
            _as(first, 1, status=chance.choice(["posted", "pending", "pending"]))
        ]
        last = 1 + chance.choice([0, 0, 1, 1, 2, 3])
        versions += [later_of(first, number, chance, kinds=kinds) for number in range(2, last + 1)]
        if chance.random() < 0.1:
            chance.shuffle(versions)
        place = chance.randint(0, len(log))
        for one in versions:
            log.insert(place, one)
            place = min(place + chance.choice([1, 1, 2, 40]), len(log))
    return log


def later_of(first: RecordAccepted, number: int, chance: Random, *, kinds: int) -> RecordVersion:
    """Make a later version: booked, corrected or deleted."""
    if chance.random() < 0.2:
        return tombstone_of(first, number)
    return _as(
        first,
        number,
        status=chance.choice(["posted", "posted", "posted", "pending"]),
        external_id=f"x{chance.randrange(kinds)}",
        amount_minor=chance.choice(["1000", "1000", "2500"]),
    )


def _as(first: RecordAccepted, number: int, **given: Any) -> RecordAccepted:
    fields = msgspec.structs.replace(decode_fields(first.fields), **given)
    raw = msgspec.Raw(msgspec.json.encode(fields))
    return msgspec.structs.replace(first, version=number, fields=raw)


def tombstone_of(record: RecordAccepted, number: int) -> RecordWithdrawn:
    return RecordWithdrawn(
        organization_id=record.organization_id,
        reconciliation_id=record.reconciliation_id,
        record_id=record.record_id,
        version=number,
        stream_id=record.stream_id,
        side=record.side,
        at=record.arrived_at,
        fields=record.fields,
    )


def moved_to(log: Sequence[Version], key: Key) -> list[Version]:
    """Address the same records to another reconciliation."""
    return [msgspec.structs.replace(one, reconciliation_id=key[1]) for one in log]


def with_duplicates(log: Sequence[Version], *, seed: int) -> list[Version]:
    """Deliver records again, some at once and some much later, never before their first time."""
    chance = seeded(seed)
    delivered: list[Version] = []
    for place, record in enumerate(log):
        delivered.append(record)
        delivered += chance.choices(log[: place + 1], k=chance.choice([0, 0, 1, 3]))
    return delivered
