"""Where entries stand when a later version of their record comes, and writing what becomes of them.

Answers are by (reconciliation, record): numbers of reconciliations are of no two organisations.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tieout_matcher.domain.decide import Entry
from tieout_matcher.domain.later_versions import Standing, Step
from tieout_matcher.domain.plan import RuleSet
from tieout_matcher.store.copying import array_text
from tieout_matcher.store.settling import arriving_again, places
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

_SQL = load_queries("tieout_matcher", "standing.sql")
Key = tuple[int, int]  # (organisation, reconciliation)


@dataclass(frozen=True, kw_only=True)
class Suggested:
    """The records of one suggestion."""

    key: Key
    records: Sequence[int]


async def of_records(
    connection: Connection, asked: Mapping[Key, Sequence[int]], rules: Mapping[Key, RuleSet]
) -> dict[tuple[int, int], Standing]:
    """Load the entries of these records; those that have not arrived are left out."""
    if not asked:
        return {}
    texts = [array_text(set(one)) for one in asked.values()]
    rows = await connection.fetch(_SQL["standing"], *places(asked), texts)
    return {
        (row["reconciliation_id"], row["record_id"]): Standing(
            entry=arriving_again(row, rules[row["organization_id"], row["reconciliation_id"]]),
            is_open=row["is_open"],
            suggested_by=row["suggested_by"],
            match_id=row["match_id"],
            ended=row["ended"],
        )
        for row in rows
    }


async def suggested(
    connection: Connection, entries: Mapping[tuple[int, int], Standing], keys: Iterable[Key]
) -> dict[int, Suggested]:
    """Load the members of the suggestions that entries of these places are in."""
    organization_of = {reconciliation_id: number for number, reconciliation_id in keys}
    bound = {
        (organization_of[reconciliation_id], one.suggested_by)
        for (reconciliation_id, _), one in entries.items()
        if one.suggested_by is not None
    }
    if not bound:
        return {}
    columns = [list(column) for column in zip(*sorted(bound), strict=True)]
    rows = await connection.fetch(_SQL["members"], *columns)
    return {
        row["id"]: Suggested(
            key=(row["organization_id"], row["reconciliation_id"]), records=row["members"]
        )
        for row in rows
    }


async def write(
    connection: Connection, steps: Mapping[Key, Sequence[Step]], *, at: datetime
) -> None:
    """Write what later versions made of entries whose right to be matched was claimed."""
    said = [
        (*key, own.entry.record_id, own.entry.version, own.entry.fields, own.entry.overdue_at,
         own.entry.overdue_seq, own.ended)
        for key, taken in steps.items() for own in (step.after[0] for step in taken)
    ]  # fmt: skip
    if not said:
        return
    columns = [list(column) for column in zip(*said, strict=True)]
    await connection.execute(_SQL["revise"], *columns, at)
    await connection.execute(_SQL["forget_mismatches"], *columns[:3])
    dropped = [
        (key[0], step.dropped, step.reason)
        for key, taken in steps.items() for step in taken if step.dropped is not None
    ]  # fmt: skip
    if dropped:
        columns = [list(column) for column in zip(*dropped, strict=True)]
        await connection.execute(_SQL["drop"], *columns, at)


async def holding(
    connection: Connection, key: Key, record_id: int, match_id: int | None
) -> list[int]:
    """Return the accepted matches that hold an entry: `match_id`, and those that took a part."""
    rows = await connection.fetch(_SQL["holding"], *key, record_id, match_id)
    return [row["id"] for row in rows]


async def add_withdrawn(
    connection: Connection, gone: Mapping[Key, Sequence[Entry]], *, at: datetime
) -> None:
    """Add entries of records that were deleted before they arrived here: they are ended."""
    rows = [
        (*key, one.record_id, one.entry_no, one.version, one.stream_id, one.side, one.overdue_at,
         one.fields)
        for key, entries in gone.items() for one in entries
    ]  # fmt: skip
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        await connection.execute(_SQL["add_withdrawn"], *columns, at)
