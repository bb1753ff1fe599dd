"""Overdue times of open entries."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from tieout_contracts.outcomes import ReasonCode
from tieout_matcher.domain.decide import Entry
from tieout_matcher.domain.passes.reasons import break_reason, several
from tieout_matcher.domain.plan import RuleSet
from tieout_matcher.store.reconciliation_lock import Locked
from tieout_matcher.store.settling import entry_of
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

_SQL = load_queries("tieout_matcher", "overdue.sql")


class Late(NamedTuple):
    """An entry that is overdue, and what passes found of it."""

    entry: Entry
    reason_code: ReasonCode
    reason: str | None


async def due(connection: Connection, *, until: datetime, limit: int) -> list[tuple[int, int]]:
    """Return (organisation, reconciliation) where something may be overdue by `until`."""
    rows = await connection.fetch(_SQL["due"], until, limit)
    return [(row["organization_id"], row["id"]) for row in rows]


async def overdue(
    connection: Connection,
    locked: Locked,
    rules: RuleSet,
    *,
    until: datetime,
    limit: int,
    items_of: int | None = None,
) -> list[Late]:
    """Load open entries that are overdue by `until` and were not said to be.

    With `items_of` only items of that run of a ledger, and none that waits for a person's word.
    """
    rows = await connection.fetch(_SQL["overdue"], *locked.key, until, limit, items_of)
    return [Late(entry_of(row, rules), *_reason(row)) for row in rows]


def _reason(row: Mapping[str, Any]) -> tuple[ReasonCode, str | None]:
    if row["doubt"] == "ambiguous":
        return "AMBIGUOUS", several(row["others"])
    return break_reason(row["reason_code"]), row["reason"]


async def said(connection: Connection, locked: Locked, entries: Sequence[Entry]) -> None:
    """Write when each entry became overdue and which outcome said it."""
    await connection.execute(
        _SQL["said"],
        *locked.key,
        [entry.record_id for entry in entries],
        [entry.entry_no for entry in entries],
        [entry.overdue_seq for entry in entries],
        [entry.overdue_at for entry in entries],
    )


async def set_next_due(connection: Connection, locked: Locked) -> None:
    """Work out when the reconciliation must be looked at next."""
    await connection.execute(_SQL["next_due"], *locked.key)


async def postpone(
    connection: Connection, locked: Locked, entry: Entry, overdue_at: datetime
) -> None:
    """Set another overdue time for an open entry."""
    await connection.execute(
        _SQL["postpone"], *locked.key, entry.record_id, overdue_at, entry.entry_no
    )
