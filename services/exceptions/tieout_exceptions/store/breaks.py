"""Breaks as they are read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tieout_exceptions.domain.breaks import Break
from tieout_exceptions.domain.severity import DEFAULT_THRESHOLDS, SeverityScale
from tieout_exceptions.store.rows import break_of
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

_SQL = load_queries("tieout_exceptions", "breaks.sql")


@dataclass(frozen=True, kw_only=True)
class BreakFilters:
    """None lets all through; `created_from` is inclusive, `created_to` exclusive."""

    status: str | None = None
    severity: str | None = None
    assigned_to: str | None = None
    external_system: str | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    reconciliation_id: int | None = None


async def list_breaks(
    connection: Connection,
    *,
    organization_id: int,
    filters: BreakFilters,
    scale: SeverityScale,
    now: datetime,
    before_id: int | None,
    limit: int,
) -> list[Break]:
    """List newest first, those with an id below `before_id`."""
    own = scale.by_currency
    rows = await connection.fetch(
        _SQL["list"],
        organization_id,
        list(own),
        [one.medium for one in own.values()],
        [one.high for one in own.values()],
        [one.critical for one in own.values()],
        filters.status,
        filters.severity,
        now,
        *DEFAULT_THRESHOLDS.steps,
        filters.assigned_to,
        filters.external_system,
        filters.created_from,
        filters.created_to,
        filters.reconciliation_id,
        before_id,
        limit,
    )
    return [break_of(row) for row in rows]


async def breaks_of_records(
    connection: Connection,
    *,
    organization_id: int,
    reconciliation_id: int,
    record_ids: Sequence[int],
    statuses: Sequence[str] | None,
    direction: int,
    limit: int,
    offset: int,
) -> tuple[list[Break], int, int]:
    """List breaks of these records in the order of their making: (page, how many, how many in all).

    One that a record was told to differ from counts as well.
    """
    wanted = (organization_id, reconciliation_id, list(record_ids), statuses)
    rows = await connection.fetch(_SQL["of_records"], *wanted, direction, limit, offset)
    count = await connection.fetchrow(_SQL["count_of_records"], *wanted)
    return [break_of(row) for row in rows], count["total"], count["total_unfiltered"]


async def find_break(
    connection: Connection, *, organization_id: int, break_id: int
) -> Break | None:
    row = await connection.fetchrow(_SQL["find"], organization_id, break_id)
    return None if row is None else break_of(row)


async def find_breaks(
    connection: Connection, *, organization_id: int, break_ids: Sequence[int]
) -> list[Break]:
    """Load these breaks; unknown ones are left out."""
    rows = await connection.fetch(_SQL["find_many"], organization_id, break_ids)
    return [break_of(row) for row in rows]


async def exceptions_of_entries(
    connection: Connection,
    *,
    organization_id: int,
    reconciliation_id: int,
    record_ids: Sequence[int],
) -> dict[int, dict[str, Any]]:
    """By record: the bucket that shows it, its unresolved break and why; others are left out."""
    rows = await connection.fetch(
        _SQL["exceptions_of_entries"], organization_id, reconciliation_id, record_ids
    )
    members = ("bucket_id", "break_id", "reason_code", "reason")
    return {row["record_id"]: {name: row[name] for name in members} for row in rows}
