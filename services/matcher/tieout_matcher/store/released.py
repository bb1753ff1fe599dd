"""Reading and freeing entries that are decided again."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tieout_matcher.domain.decide import Entry
from tieout_matcher.domain.plan import RuleSet
from tieout_matcher.store.reconciliation_lock import Locked
from tieout_matcher.store.settling import arriving_again
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

_SQL = load_queries("tieout_matcher", "released.sql")
Row = Mapping[str, Any]


async def to_rekey(connection: Connection, *, limit: int) -> list[tuple[int, int]]:
    """Return (organisation, reconciliation) whose open entries wait to be re-keyed."""
    rows = await connection.fetch(_SQL["to_rekey"], limit)
    return [(row["organization_id"], row["id"]) for row in rows]


async def next_to_rekey(
    connection: Connection, locked: Locked, rules: RuleSet, *, limit: int
) -> list[Entry]:
    """Load the next open entries in entry order, with what they say under the rules now."""
    rows = await connection.fetch(_SQL["next_to_rekey"], *locked.key, locked.rekey_after, limit)
    return [arriving_again(row, rules) for row in rows]


async def rekeyed(connection: Connection, locked: Locked, entry_no: int | None) -> None:
    """Note how far the re-keying is; None when it is done."""
    await connection.execute(_SQL["rekeyed"], *locked.key, entry_no)


async def blocks_of(
    connection: Connection, locked: Locked, entries: Sequence[Entry]
) -> frozenset[tuple[int, int]]:
    """Return blocked pairs (record of A, record of B) that these entries are part of."""
    records = [entry.record_id for entry in entries]
    rows = await connection.fetch(_SQL["blocked_pairs"], *locked.key, records)
    return frozenset(
        (row["members_a"][0], row["members_b"][0])
        for row in rows
        if len(row["members_a"]) == len(row["members_b"]) == 1
    )


async def reconciliation_of(
    connection: Connection, organization_id: int, match_id: int
) -> int | None:
    """Return the reconciliation of a match, to lock it first; None for an unknown match."""
    found = await connection.fetchval(_SQL["reconciliation_of_match"], organization_id, match_id)
    return None if found is None else int(found)


async def end_match(
    connection: Connection,
    locked: Locked,
    rules: RuleSet,
    *,
    match_id: int,
    at: datetime,
    reason: str | None,
    block: bool,
) -> tuple[list[Entry], set[int], set[int]]:
    """Revoke an accepted match, and `block` its pair of sets or not.

    Returns its members in entry order, none of them open, which records it had closed, and which
    were matched in part and open for the rest (neither: another match of them ended just before).
    """
    await connection.execute(_SQL["revoke"], locked.organization_id, match_id, at, reason)
    rows = await connection.fetch(_SQL["give_back"], *locked.key, match_id)
    members = await members_of(connection, locked, rules, match_id, block=block)
    records = [one.record_id for one in members]
    await connection.execute(_SQL["forget_mismatches"], *locked.key, records)
    closed, were_open = (
        {row["record_id"] for row in rows if row[name]} for name in ("closed", "was_open")
    )
    return members, closed, were_open


async def members_of(
    connection: Connection, locked: Locked, rules: RuleSet, match_id: int, *, block: bool
) -> list[Entry]:
    """Load a match's members in entry order, and `block` its pair of sets or not."""
    match = await match_row(connection, locked.organization_id, match_id)
    members = await entries_again(connection, locked, rules, match["members"])
    if block:
        sides = [[one.record_id for one in members if one.side == side] for side in ("A", "B")]
        await connection.execute(_SQL["add_block"], *locked.key, match_id, *sides)
    return members


async def clear_block(connection: Connection, locked: Locked, match_id: int) -> list[int]:
    """Allow a match's pair of sets again; returns its records, none when it was not blocked."""
    found = await connection.fetchval(_SQL["clear_block"], *locked.key, match_id)
    return list(found or ())


async def match_row(connection: Connection, organization_id: int, match_id: int) -> Row:
    """Load a match's status and members."""
    row: Row = await connection.fetchrow(_SQL["match"], organization_id, match_id)
    return row


async def entries_again(
    connection: Connection, locked: Locked, rules: RuleSet, records: Sequence[int]
) -> list[Entry]:
    """Load entries in entry order, as they count when they arrive again."""
    rows = await connection.fetch(_SQL["members"], *locked.key, list(records))
    return [arriving_again(row, rules) for row in rows]
