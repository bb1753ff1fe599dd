"""What a run shows: its items, the ledger's own entries, and its matches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

_SQL = load_queries("tieout_matcher", "ledger_views.sql")
Row = Mapping[str, Any]
Key = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Which part of a list, sorted by what; `direction` is 1 or -1."""

    sort: str
    direction: int
    limit: int
    offset: int

    @property
    def arguments(self) -> tuple[str, int, int, int]:
        return (self.sort, self.direction, self.limit, self.offset)


Counted = tuple[list[Row], int, int]


async def items(
    connection: Connection, run: Key, *, status: str | None, stretch: Stretch
) -> Counted:
    """Load items of a run with a status: (rows, how many with it, how many in all)."""
    rows = await connection.fetch(_SQL["items"], *run, status, *stretch.arguments)
    count = await connection.fetchrow(_SQL["count_items"], *run, status)
    return list(rows), count["total"], count["total_unfiltered"]


async def item(connection: Connection, organization_id: int, record_id: int) -> Row | None:
    """Load the item that a record is; None when it is no item of any run."""
    row: Row | None = await connection.fetchrow(_SQL["item"], organization_id, record_id)
    return row


async def item_ids(connection: Connection, run: Key) -> list[int]:
    """Return all items of a run, withdrawn ones too."""
    return [row["record_id"] for row in await connection.fetch(_SQL["item_ids"], *run)]


async def general_entries(
    connection: Connection, ledger: Key, *, unlinked: bool, stretch: Stretch
) -> Counted:
    """Load entries of the general ledger: all, or those in no match and no suggestion."""
    rows = await connection.fetch(_SQL["general_entries"], *ledger, unlinked, *stretch.arguments)
    count = await connection.fetchrow(_SQL["count_general_entries"], *ledger, unlinked)
    return list(rows), count["total"], count["total_unfiltered"]


async def match_ids(
    connection: Connection, run: Key, *, statuses: Sequence[str] | None, stretch: Stretch
) -> tuple[list[int], int, int]:
    """Return matches of a run with one of these statuses, and how many there are."""
    rows = await connection.fetch(_SQL["matches"], *run, statuses, *stretch.arguments)
    count = await connection.fetchrow(_SQL["count_matches"], *run, statuses)
    return [row["id"] for row in rows], count["total"], count["total_unfiltered"]


async def run_of_match(connection: Connection, organization_id: int, match_id: int) -> int | None:
    """Return the ledger's run that a match is of."""
    found = await connection.fetchval(_SQL["run_of_match"], organization_id, match_id)
    return None if found is None else int(found)


async def set_note(connection: Connection, match: Key, note: str | None) -> None:
    await connection.execute(_SQL["set_note"], *match, note)
