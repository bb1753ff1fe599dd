"""Rows of entries, what is open, and matches: loaded and written in sets."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tieout_matcher.domain.decide import Entry, Pair
from tieout_matcher.domain.plan import RuleSet, key_of, other_side
from tieout_matcher.store.reconciliation_lock import SQL, Locked
from tieout_runtime.postgres import Connection

_ENTRY = (
    "organization_id", "reconciliation_id", "record_id", "entry_no", "version", "stream_id",
    "side", "match_id", "overdue_at", "overdue_seq", "fields",
)  # fmt: skip
_OPEN = ("organization_id", "reconciliation_id", "entry_no", "record_id", "overdue_at", "keys")
_KEY = ("organization_id", "reconciliation_id", "key_hash", "entry_no", "record_id")
_MATCH = (
    "organization_id", "id", "reconciliation_id", "kind", "rule_id", "rule_version", "members",
    "created_at",
)  # fmt: skip


class StaleClaimError(RuntimeError):
    """An entry to be matched was no longer open (K2): the transaction must end without effect."""


@dataclass(frozen=True, kw_only=True)
class Settled:
    """What deciding did to one reconciliation; `made` pairs have their match ids."""

    locked: Locked
    rules: RuleSet
    new_entries: Sequence[Entry]
    left_open: Sequence[Entry]
    claimed: Sequence[Entry]
    made: Sequence[tuple[int, Pair]]


async def known_records(
    connection: Connection, records: Sequence[tuple[int, int, int]]
) -> set[tuple[int, int]]:
    """Return which (reconciliation, record) of (organisation, reconciliation, record) arrived."""
    rows = await connection.fetch(SQL["known"], *_columns(records, 3))
    return {(row[0], row[1]) for row in rows}


async def candidates(
    connection: Connection, asked: Sequence[tuple[Locked, RuleSet, Sequence[Entry], int]]
) -> dict[tuple[int, int], list[Entry]]:
    """Load, for (reconciliation, rules, arrivals, extra), the open entries they could take.

    At most as many per key as arrivals could use them, and `extra` more (blocked pairs).
    """
    probes: dict[tuple[int, int, int], int] = {}
    for locked, rules, arrivals, extra in asked:
        one_rule = len(rules.rules) == 1
        for arrival in arrivals:
            for compiled, texts in zip(rules.rules, arrival.texts, strict=True):
                if texts is None:
                    continue
                key = key_of(compiled.rule, side=other_side(arrival.side), texts=texts)
                probe = (*locked.key, key)
                most = probes.get(probe, extra) + 1 if one_rule else len(arrivals) + extra
                probes[probe] = most
    if not probes:
        return {}
    rows = await connection.fetch(SQL["candidates"], *_columns(probes, 3), list(probes.values()))
    rules_of = {locked.key: rules for locked, rules, _, _ in asked}
    found: dict[tuple[int, int], dict[int, Entry]] = {}
    for row in rows:
        place = (row["organization_id"], row["reconciliation_id"])
        entries = found.setdefault(place, {})
        if row["entry_no"] not in entries:
            entries[row["entry_no"]] = entry_of(row, rules_of[place])
    return {key: list(entries.values()) for key, entries in found.items()}


def entry_of(row: Mapping[str, Any], rules: RuleSet) -> Entry:
    """Read an entry's row; its texts are made again, so that true values are compared."""
    return Entry(
        record_id=row["record_id"],
        entry_no=row["entry_no"],
        version=row["version"],
        stream_id=row["stream_id"],
        side=row["side"],
        overdue_at=row["overdue_at"],
        overdue_seq=row["overdue_seq"],
        texts=rules.texts(row["fields"], row["side"]),
        fields=row["fields"],
    )


async def match_ids(connection: Connection, count: int) -> list[int]:
    """Take identifiers for new matches."""
    return [row[0] for row in await connection.fetch(SQL["match_ids"], count)] if count else []


async def claim(connection: Connection, locked: Locked, entries: Iterable[Entry]) -> None:
    """Delete the right to match these entries; raises StaleClaimError when one is gone."""
    await _claim(connection, [(*locked.key, entry.entry_no) for entry in entries])


async def write(connection: Connection, settled: Sequence[Settled], *, at: datetime) -> None:
    """Write what was decided: entries, claims, memberships, what stays open, matches."""
    in_match = {
        (one.locked.reconciliation_id, entry.record_id): match_id
        for one in settled
        for match_id, pair in one.made
        for entry in pair.members
    }
    await _insert_entries(connection, settled, in_match)
    await _claim(
        connection, [(*one.locked.key, entry.entry_no) for one in settled for entry in one.claimed]
    )
    await _join_matches(connection, settled)
    await _open(connection, settled)
    await _insert_matches(connection, settled, at)


async def _insert_entries(
    connection: Connection, settled: Sequence[Settled], in_match: dict[tuple[int, int], int]
) -> None:
    rows = [
        (
            *one.locked.key, entry.record_id, entry.entry_no, entry.version, entry.stream_id,
            entry.side, in_match.get((one.locked.reconciliation_id, entry.record_id)),
            entry.overdue_at, entry.overdue_seq, entry.fields,
        )
        for one in settled
        for entry in one.new_entries
    ]  # fmt: skip
    await _copy(connection, "entry", _ENTRY, rows)


async def _claim(connection: Connection, rows: Sequence[tuple[int, int, int]]) -> None:
    if rows and await connection.fetchval(SQL["claim"], *_columns(rows, 3)) != len(rows):
        raise StaleClaimError(f"of {len(rows)} entries to match some were no longer open")


async def _join_matches(connection: Connection, settled: Sequence[Settled]) -> None:
    """Set the match of members whose entry rows were there before."""
    rows = []
    for one in settled:
        new = {entry.record_id for entry in one.new_entries}
        rows += [
            (*one.locked.key, entry.record_id, match_id)
            for match_id, pair in one.made
            for entry in pair.members
            if entry.record_id not in new
        ]
    if rows:
        await connection.execute(SQL["set_match"], *_columns(rows, 4))


async def _open(connection: Connection, settled: Sequence[Settled]) -> None:
    opened, keyed = [], []
    for one in settled:
        for entry in one.left_open:
            keys = _keys(entry, one.rules)
            waits = entry.overdue_at if entry.overdue_seq is None else None
            opened.append((*one.locked.key, entry.entry_no, entry.record_id, waits, keys))
            keyed += [(*one.locked.key, key, entry.entry_no, entry.record_id) for key in keys]
    await _copy(connection, "open_entry", _OPEN, opened)
    await _copy(connection, "open_key", _KEY, keyed)


def _keys(entry: Entry, rules: RuleSet) -> list[int]:
    """Hash what the entry says under each rule; distinct, as one rule may repeat another."""
    return list(
        {
            key_of(compiled.rule, side=entry.side, texts=texts)
            for compiled, texts in zip(rules.rules, entry.texts, strict=True)
            if texts is not None
        }
    )


async def _insert_matches(connection: Connection, settled: Sequence[Settled], at: datetime) -> None:
    rows = [_match_row(one, match_id, pair, at) for one in settled for match_id, pair in one.made]
    await _copy(connection, "match", _MATCH, rows)


def _match_row(one: Settled, match_id: int, pair: Pair, at: datetime) -> tuple[object, ...]:
    rule = one.rules.rules[pair.rule_index].rule
    members = [entry.record_id for entry in pair.members]
    organization_id, reconciliation_id = one.locked.key
    made_by = ("exact", rule.rule_id, rule.version)
    return (organization_id, match_id, reconciliation_id, *made_by, members, at)


async def _copy(
    connection: Connection, table: str, columns: Sequence[str], rows: Sequence[tuple[object, ...]]
) -> None:
    if rows:
        await connection.copy_records_to_table(table, records=rows, columns=list(columns))


def _columns(rows: Iterable[tuple[object, ...]], width: int) -> list[list[object]]:
    """Turn rows into the column arrays that `unnest` takes."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    return columns or [[] for _ in range(width)]
