"""Reading entries: for commands under the lock, and for pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tieout_contracts.record import Side
from tieout_matcher.domain.decide import Entry
from tieout_matcher.domain.passes.proposal import RemarkCode
from tieout_matcher.domain.plan import RuleSet
from tieout_matcher.store.reconciliation_lock import Locked
from tieout_matcher.store.settling import entry_of
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

_SQL = load_queries("tieout_matcher", "entries.sql")
Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Found:
    """An entry, the match it is a member of, and why it needs none; if any."""

    entry: Entry
    match_id: int | None
    reason_code: RemarkCode | None
    reason: str | None
    ended: str | None


@dataclass(frozen=True, kw_only=True)
class EntryFilter:
    """What a page of entries shows; None does not filter. `after` is the keyset position."""

    after: int = 0
    matched: bool | None = None
    side: Side | None = None
    stream_id: int | None = None
    overdue: bool | None = None
    record_ids: Sequence[int] | None = None

    @property
    def in_entry_order(self) -> bool:
        """Tell whether only open entries are wanted: those are read by what is open."""
        only_open = self.matched is False or (self.matched is None and self.overdue is True)
        return only_open and self.record_ids is None


async def streams_of(connection: Connection, key: tuple[int, int]) -> set[int]:
    """Return the streams of a reconciliation."""
    return {row["stream_id"] for row in await connection.fetch(_SQL["streams"], *key)}


async def entry_for_command(
    connection: Connection, locked: Locked, rules: RuleSet, record_id: int
) -> Found | None:
    """Load one entry under the lock of its reconciliation."""
    row = await connection.fetchrow(_SQL["entry"], *locked.key, record_id)
    return row and Found(
        entry=entry_of(row, rules),
        match_id=row["match_id"],
        reason_code=row["reason_code"],
        reason=row["reason"],
        ended=row["ended"],
    )


async def entry_row(connection: Connection, key: tuple[int, int], record_id: int) -> Row | None:
    """Load one entry's row."""
    row: Row | None = await connection.fetchrow(_SQL["entry"], *key, record_id)
    return row


async def page(
    connection: Connection, key: tuple[int, int], wanted: EntryFilter, *, limit: int
) -> list[Row]:
    """Load a page of rows, in entry order or by record id."""
    if wanted.in_entry_order:
        return list(
            await connection.fetch(
                _SQL["open_page"],
                *key,
                wanted.after,
                wanted.side,
                wanted.stream_id,
                wanted.overdue,
                wanted.record_ids,
                limit,
            )
        )
    return list(
        await connection.fetch(
            _SQL["page"],
            *key,
            wanted.after,
            wanted.matched,
            wanted.side,
            wanted.stream_id,
            wanted.overdue,
            wanted.record_ids,
            limit,
        )
    )


async def members_of(
    connection: Connection, organization_id: int, match_ids: Sequence[int]
) -> dict[int, list[Row]]:
    """Load the member entries of matches, side A first."""
    rows = await connection.fetch(_SQL["members_of"], organization_id, list(match_ids))
    found: dict[int, list[Row]] = {match_id: [] for match_id in match_ids}
    for row in rows:
        found[row["match_id"]].append(row)
    return found
