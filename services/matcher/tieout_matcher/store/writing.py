"""Writing what was decided: entries, memberships, what stays open, matches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tieout_matcher.domain.decide import Entry, Pair
from tieout_matcher.domain.plan import RuleSet, key_of
from tieout_matcher.store.copying import NULL, array_text, copy_rows, copy_text, time_text
from tieout_matcher.store.reconciliation_lock import SQL, Locked
from tieout_runtime.postgres import Connection, meanwhile

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


@dataclass(frozen=True, kw_only=True)
class Settled:
    """What deciding did to one reconciliation; `made` pairs have their match ids."""

    locked: Locked
    rules: RuleSet
    new_entries: Sequence[Entry]
    left_open: Sequence[Entry]
    claimed: Sequence[Entry]
    made: Sequence[tuple[int, Pair]]


def memberships(settled: Sequence[Settled]) -> list[dict[int, int]]:
    """Record → match, of every member, for each reconciliation."""
    return [
        {
            entry.record_id: match_id
            for match_id, pair in one.made
            for entry in (pair.arrival, pair.counterpart)
        }
        for one in settled
    ]


def entry_rows(
    settled: Sequence[Settled], matches: Sequence[Mapping[int, int]]
) -> list[tuple[object, ...]]:
    """Make the rows of new entries; `matches` are the memberships."""
    return [
        (
            *one.locked.key, entry.record_id, entry.entry_no, entry.version, entry.stream_id,
            entry.side, in_match.get(entry.record_id), entry.overdue_at, entry.overdue_seq,
            entry.fields,
        )
        for one, in_match in zip(settled, matches, strict=True)
        for entry in one.new_entries
    ]  # fmt: skip


async def add_entries(connection: Connection, rows: Sequence[tuple[object, ...]]) -> None:
    """Add entries; raises asyncpg.UniqueViolationError when one arrived before."""
    await copy_rows(connection, "entry", _ENTRY, rows)


async def write_decisions(
    connection: Connection,
    settled: Sequence[Settled],
    matches: Sequence[Mapping[int, int]],
    *,
    at: datetime,
) -> None:
    """Write what deciding did to entries that are there and claimed (K2)."""
    opened, keyed, made = await meanwhile(
        _join_matches(connection, settled, matches),
        lambda: (*_open_rows(settled), _match_lines(settled, at)),
    )
    await copy_text(connection, "open_entry", _OPEN, opened)
    await copy_rows(connection, "open_key", _KEY, keyed)
    await copy_text(connection, "match", _MATCH, made)


async def _join_matches(
    connection: Connection, settled: Sequence[Settled], matches: Sequence[Mapping[int, int]]
) -> None:
    """Set the match of members whose entry rows were there before."""
    joined = {}
    for one, in_match in zip(settled, matches, strict=True):
        new = {entry.record_id for entry in one.new_entries}
        before = [record_id for record_id in in_match if record_id not in new]
        if before:
            joined[one.locked.key] = (before, [in_match[record_id] for record_id in before])
    if joined:
        await connection.execute(
            SQL["set_match"],
            [place[0] for place in joined],
            [place[1] for place in joined],
            [array_text(records) for records, _ in joined.values()],
            [array_text(matches) for _, matches in joined.values()],
        )


def _open_rows(settled: Sequence[Settled]) -> tuple[list[str], list[tuple[object, ...]]]:
    """Make what stays open: its lines, and a row for each key."""
    opened: list[str] = []
    keyed: list[tuple[object, ...]] = []
    for one in settled:
        organization_id, reconciliation_id = place = one.locked.key
        for entry in one.left_open:
            keys = {key_of(hashed, entry.side) for hashed in entry.hashes if hashed is not None}
            waits = time_text(entry.overdue_at) if entry.overdue_seq is None else NULL
            opened.append(
                f"{organization_id}\t{reconciliation_id}\t{entry.entry_no}\t{entry.record_id}"
                f"\t{waits}\t{array_text(keys)}\n"
            )
            keyed += [(*place, key, entry.entry_no, entry.record_id) for key in keys]
    return opened, keyed


def _match_lines(settled: Sequence[Settled], at: datetime) -> list[str]:
    """Make the rows of matches, each with the rule version that made it."""
    lines = []
    for one in settled:
        organization_id, reconciliation_id = one.locked.key
        made_by = [
            f"{reconciliation_id}\texact\t{compiled.rule.rule_id}\t{compiled.rule.version}"
            for compiled in one.rules.rules
        ]
        for match_id, pair in one.made:
            first, second = pair.members
            lines.append(
                f"{organization_id}\t{match_id}\t{made_by[pair.rule_index]}"
                f"\t{{{first.record_id},{second.record_id}}}\t{time_text(at)}\n"
            )
    return lines
