"""Reading matches."""

from collections.abc import Mapping
from typing import Any

from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

_SQL = load_queries("tieout_matcher", "matches.sql")
Row = Mapping[str, Any]


async def page(
    connection: Connection,
    organization_id: int,
    *,
    reconciliation_id: int | None = None,
    status: str | None = None,
    match_id: int | None = None,
    limit: int = 1,
    offset: int = 0,
) -> list[Row]:
    """Load matches in id order, or the one named."""
    return list(
        await connection.fetch(
            _SQL["page"], organization_id, reconciliation_id, status, match_id, limit, offset
        )
    )


async def count(
    connection: Connection,
    organization_id: int,
    *,
    reconciliation_id: int | None,
    status: str | None,
) -> int:
    """Count the matches that a page is of."""
    return int(await connection.fetchval(_SQL["count"], organization_id, reconciliation_id, status))


async def adjustments_of(
    connection: Connection, organization_id: int, match_ids: list[int]
) -> dict[int, list[dict[str, Any]]]:
    """Load the adjustments of matches; amounts in minor units as digits."""
    rows = await connection.fetch(_SQL["adjustments"], organization_id, match_ids)
    found: dict[int, list[dict[str, Any]]] = {match_id: [] for match_id in match_ids}
    for row in rows:
        one = dict(row)
        found[one.pop("match_id")].append(one)
    return found
