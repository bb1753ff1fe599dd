"""Reading and freeing entries that are decided again."""

from collections.abc import Sequence
from datetime import datetime

from tieout_matcher.domain.decide import Entry
from tieout_matcher.domain.plan import RuleSet
from tieout_matcher.store.reconciliation_lock import Locked
from tieout_matcher.store.settling import arriving_again
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

_SQL = load_queries("tieout_matcher", "released.sql")


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


async def revoke(
    connection: Connection,
    locked: Locked,
    rules: RuleSet,
    *,
    match_id: int,
    at: datetime,
    reason: str | None,
) -> list[Entry]:
    """Revoke an active match and block its pair of sets; returns its members in entry order.

    Returns none when it was revoked before.
    """
    match = await connection.fetchrow(_SQL["match"], locked.organization_id, match_id)
    if match["revoked_at"] is not None:
        return []
    await connection.execute(_SQL["revoke"], locked.organization_id, match_id, at, reason)
    await connection.execute(_SQL["clear_match"], *locked.key, match["members"])
    rows = await connection.fetch(_SQL["members"], *locked.key, match["members"])
    members = [arriving_again(row, rules) for row in rows]
    sides = [[one.record_id for one in members if one.side == side] for side in ("A", "B")]
    await connection.execute(_SQL["add_block"], *locked.key, match_id, *sides)
    return members
