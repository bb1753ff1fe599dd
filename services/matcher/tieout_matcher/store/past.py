"""Reading the past of a reconciliation: entries with everything that matches have in common."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from tieout_contracts.config_events import RunType, SignMode
from tieout_matcher.domain.backtesting.past import Past, PastEntry, PastMatch
from tieout_matcher.domain.passes.proposal import Blocked
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

_SQL = load_queries("tieout_matcher", "past.sql")
Key = tuple[int, int]
Row = Mapping[str, Any]


class TooManyEntriesError(ValueError):
    """There are more entries than asked for: nothing was read."""


class Kind(NamedTuple):
    """How a reconciliation counts amounts, and when it decides."""

    sign_mode: SignMode
    run_type: RunType


async def kind_of(connection: Connection, key: Key) -> Kind | None:
    """Return what kind of reconciliation it is; None when there is none."""
    row = await connection.fetchrow(_SQL["reconciliation"], *key)
    return row and Kind(*row)


async def of_window(
    connection: Connection,
    key: Key,
    *,
    sign_mode: SignMode,
    date_from: dt.date,
    date_to: dt.date,
    limit: int,
) -> Past:
    """Load the entries dated in a window, both days inclusive, and what they are matched with.

    Raises TooManyEntriesError.
    """
    days = (date_from.isoformat(), date_to.isoformat())
    rows = await connection.fetch(_SQL["window"], *key, *days, limit + 1)
    if len(rows) > limit:
        raise TooManyEntriesError(f"more than {limit} entries")
    matches = await _matches(connection, key, rows)
    return await past_of(connection, key, rows, matches, sign_mode=sign_mode, limit=limit)


async def past_of(
    connection: Connection,
    key: Key,
    rows: Sequence[Row],
    matches: Sequence[Row],
    *,
    sign_mode: SignMode,
    limit: int | None = None,
) -> Past:
    """Complete entries and matches to a past: members that are missing come along.

    Raises TooManyEntriesError.
    """
    counted = {row["record_id"] for row in rows}
    missing = {record for match in matches for record in match["members"]} - counted
    if limit is not None and len(counted) + len(missing) > limit:
        raise TooManyEntriesError(f"more than {limit} entries")
    beside = await connection.fetch(_SQL["entries"], *key, sorted(missing)) if missing else []
    entries = [_entry(row, counted=True) for row in rows]
    entries += [_entry(row, counted=False) for row in beside]
    sides = {one.record_id: one.side for one in entries}
    return Past(
        sign_mode=sign_mode,
        entries=entries,
        matches=[_match(row, sides) for row in matches],
        apart=await _apart(connection, key, sides),
    )


async def _matches(connection: Connection, key: Key, entries: Sequence[Row]) -> Sequence[Row]:
    named = {row["match_id"] for row in entries} - {None}
    rows = await connection.fetch(_SQL["matches"], key[0], sorted(named))
    parts = await connection.fetch(_SQL["matches_in_part"], *key)
    there = {row["record_id"] for row in entries}
    found = {row["id"]: row for row in parts if not there.isdisjoint(row["members"])}
    return list((found | {row["id"]: row for row in rows}).values())


async def _apart(connection: Connection, key: Key, records: Iterable[int]) -> Blocked:
    there = set(records)
    rows = await connection.fetch(_SQL["apart"], *key)
    return frozenset(
        (tuple(sorted(row["members_a"])), tuple(sorted(row["members_b"])))
        for row in rows
        if there.issuperset(row["members_a"]) and there.issuperset(row["members_b"])
    )


def _entry(row: Row, *, counted: bool) -> PastEntry:
    return PastEntry(
        record_id=row["record_id"],
        entry_no=row["entry_no"],
        side=row["side"],
        fields=row["fields"],
        matched=row["match_id"] is not None,
        counted=counted,
    )


def _match(row: Row, sides: Mapping[int, str]) -> PastMatch:
    side_a, side_b = (
        tuple(record for record in row["members"] if sides[record] == side) for side in ("A", "B")
    )
    return PastMatch(match_id=row["id"], kind=row["kind"], side_a=side_a, side_b=side_b)
