"""Entries and what is open: loaded, and the right to match them claimed, in sets."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from tieout_matcher.domain.decide import Entry
from tieout_matcher.domain.plan import RuleSet, key_of, other_side
from tieout_matcher.store.copying import array_text
from tieout_matcher.store.reconciliation_lock import SQL, Locked
from tieout_runtime.postgres import Connection

MATCH_ID_BLOCK = 1000  # the step of the sequence


class StaleClaimError(RuntimeError):
    """An entry to be matched was no longer open (K2): the transaction must end without effect."""


async def candidates(
    connection: Connection, asked: Sequence[tuple[Locked, RuleSet, Sequence[Entry], int]]
) -> dict[tuple[int, int], list[Entry]]:
    """Load, for (reconciliation, rules, arrivals, extra), the open entries they could take.

    At most as many per key as arrivals could use them, and `extra` more (blocked pairs).
    """
    probes = {locked.key: _probes(rules, entries, extra) for locked, rules, entries, extra in asked}
    probes = {place: one for place, one in probes.items() if one}
    if not probes:
        return {}
    keys = [array_text(one) for one in probes.values()]
    mosts = [array_text(one.values()) for one in probes.values()]
    rows = await connection.fetch(SQL["candidates"], *places(probes), keys, mosts)
    rules_of = {locked.key: rules for locked, rules, _, _ in asked}
    found: dict[tuple[int, int], dict[int, Entry]] = {place: {} for place in probes}
    for row in rows:
        place = (row["organization_id"], row["reconciliation_id"])
        if row["entry_no"] not in found[place]:
            found[place][row["entry_no"]] = entry_of(row, rules_of[place])
    return {place: list(entries.values()) for place, entries in found.items()}


def _probes(rules: RuleSet, arrivals: Sequence[Entry], extra: int) -> dict[int, int]:
    """Return the keys of possible counterparts and how many of each could be taken.

    With several alternatives a counterpart may be taken by another one first, so that any
    arrival may need the next.
    """
    probes: dict[int, int] = {}
    only_one = len(rules.alternatives) == 1
    for arrival in arrivals:
        side = other_side(arrival.side)
        for hashed in arrival.hashes:
            if hashed is not None:
                key = key_of(hashed, side)
                probes[key] = probes.get(key, extra) + 1 if only_one else len(arrivals) + extra
    return probes


def entry_of(row: Mapping[str, Any], rules: RuleSet) -> Entry:
    """Read an entry's row; its texts are made again, so that true values are compared.

    One that is partly matched says nothing: passes know what is left of it, arrival does not.
    """
    partly = row["left_minor"] is not None
    return Entry(
        record_id=row["record_id"],
        entry_no=row["entry_no"],
        version=row["version"],
        stream_id=row["stream_id"],
        side=row["side"],
        overdue_at=row["overdue_at"],
        overdue_seq=row["overdue_seq"],
        texts=rules.silent if partly else rules.texts(row["fields"], row["side"]),
        left_minor=row["left_minor"],
        fields=row["fields"],
    )


def arriving_again(row: Mapping[str, Any], rules: RuleSet) -> Entry:
    """Read the row of an entry that counts as just arrived: it looks for counterparts again."""
    entry = entry_of(row, rules)
    return replace(entry, hashes=rules.hashes(entry.texts))


async def match_ids(connection: Connection, count: int) -> list[int]:
    """Take identifiers for new matches; what is left of a block is not used."""
    if count == 0:
        return []
    blocks = -(-count // MATCH_ID_BLOCK)
    rows = await connection.fetch(SQL["match_id_blocks"], blocks)
    found = [row[0] + step for row in rows for step in range(MATCH_ID_BLOCK)]
    return found[:count]


async def claim(connection: Connection, claims: Mapping[tuple[int, int], Sequence[Entry]]) -> None:
    """Delete the right to match these entries; raises StaleClaimError when one is gone."""
    claims = {place: entries for place, entries in claims.items() if entries}
    if not claims:
        return
    numbers = [array_text(entry.entry_no for entry in entries) for entries in claims.values()]
    wanted = sum(len(entries) for entries in claims.values())
    if await connection.fetchval(SQL["claim"], *places(claims), numbers) != wanted:
        raise StaleClaimError(f"of {wanted} entries to match some were no longer open")


def places(by_place: Iterable[tuple[int, int]]) -> tuple[list[int], list[int]]:
    places = list(by_place)
    return [one[0] for one in places], [one[1] for one in places]
