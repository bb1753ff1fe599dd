"""Writing matches that a pass, a person or a command makes, and their suggestions, in sets."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from tieout_contracts.outcomes import Adjustment
from tieout_matcher.domain.new_match import NewMatch
from tieout_matcher.store import settling
from tieout_matcher.store.copying import array_text
from tieout_matcher.store.reconciliation_lock import SQL, Locked
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

_OWN = load_queries("tieout_matcher", "making.sql")
Row = Mapping[str, Any]


async def add(
    connection: Connection, locked: Locked, matches: Sequence[NewMatch], *, at: datetime
) -> None:
    """Write matches and what makes them tie; the members were claimed or are to be reserved."""
    if not matches:
        return
    rows = [_row(one) for one in matches]
    columns = [list(column) for column in zip(*rows, strict=True)]
    await connection.execute(_OWN["add_matches"], *locked.key, at, *columns)
    adjusted = [
        (one.match_id, number, *_money(adjustment))
        for one in matches
        for number, adjustment in enumerate(one.adjustments, start=1)
    ]
    if adjusted:
        columns = [list(column) for column in zip(*adjusted, strict=True)]
        await connection.execute(_OWN["add_adjustments"], locked.organization_id, *columns)
    accepted = [one for one in matches if one.status == "accepted"]
    await join(
        connection,
        locked,
        [(entry.record_id, one.match_id) for one in accepted for entry in one.closed_members],
    )


async def join(connection: Connection, locked: Locked, members: Sequence[tuple[int, int]]) -> None:
    """Set the match of (record, match)."""
    if members:
        await connection.execute(
            SQL["set_match"],
            [locked.organization_id],
            [locked.reconciliation_id],
            [array_text(record for record, _ in members)],
            [array_text(match for _, match in members)],
        )


async def claim(connection: Connection, locked: Locked, match: NewMatch) -> None:
    """Claim the members of a match (K2); of what it takes in part the rest stays open.

    Raises StaleClaimError when one was not open.
    """
    closed = match.closed_members
    await settling.claim(connection, {locked.key: closed})
    rests = [
        (one.entry_no, one.record_id, Decimal(match.parts[one.record_id].left_minor))
        for one in match.members
        if one not in closed
    ]
    if not rests:
        return
    columns = [list(column) for column in zip(*rests, strict=True)]
    if await connection.fetchval(_OWN["keep_rest"], *locked.key, *columns) != len(rests):
        raise settling.StaleClaimError("an entry to match in part was no longer open")


async def reserve(connection: Connection, locked: Locked, matches: Sequence[NewMatch]) -> None:
    """Reserve the members of suggestions (K2); raises StaleClaimError when one is gone."""
    asked = [(entry.entry_no, one.match_id) for one in matches for entry in one.members]
    if not asked:
        return
    numbers, owners = (list(column) for column in zip(*asked, strict=True))
    reserved = await connection.fetchval(_OWN["reserve"], *locked.key, numbers, owners)
    if reserved != len(asked):
        raise settling.StaleClaimError(f"of {len(asked)} entries to suggest {reserved} were open")


async def unreserve(connection: Connection, locked: Locked, match_id: int) -> list[int]:
    """Let go of the members of a suggestion; returns their records."""
    rows = await connection.fetch(_OWN["unreserve"], *locked.key, match_id)
    return [row["record_id"] for row in rows]


async def suggestions_of(
    connection: Connection, locked: Locked, record_ids: Iterable[int]
) -> list[int]:
    """Return the suggestions that hold any of these records."""
    rows = await connection.fetch(_OWN["suggestion_of"], *locked.key, list(record_ids))
    return [row["match_id"] for row in rows]


async def match_row(connection: Connection, organization_id: int, match_id: int) -> Row:
    """Load one match with all that an event about it says."""
    row: Row = await connection.fetchrow(_OWN["match"], organization_id, match_id)
    return row


async def adjustments_of(
    connection: Connection, organization_id: int, match_id: int
) -> list[Adjustment]:
    """Load what makes a match tie."""
    rows = await connection.fetch(_OWN["adjustments"], organization_id, match_id)
    return [Adjustment(**dict(row)) for row in rows]


async def decide_suggestion(
    connection: Connection,
    organization_id: int,
    match_id: int,
    *,
    status: str,
    at: datetime,
    reason: str | None = None,
) -> None:
    """Note that a suggestion was accepted or rejected."""
    await connection.execute(
        _OWN["decide_suggestion"], organization_id, match_id, status, at, reason
    )


def _row(one: NewMatch) -> tuple[object, ...]:
    allocated = None
    if one.parts:
        whole = "NULL"
        taken = [one.parts.get(entry.record_id) for entry in one.members]
        parts = (whole if part is None else str(part.allocated_minor) for part in taken)
        allocated = "{" + ",".join(parts) + "}"
    return (
        one.match_id, one.kind, one.status, one.rule_id, one.rule_version, one.operation_id,
        one.run_id, one.score, one.candidates, one.doubt,
        array_text(one.others) if one.others else None, one.greedy or None,
        array_text(entry.record_id for entry in one.members), allocated,
    )  # fmt: skip


def _money(one: Adjustment) -> tuple[object, ...]:
    return (Decimal(one.amount_minor), one.exponent, one.currency, one.reason, one.note)
