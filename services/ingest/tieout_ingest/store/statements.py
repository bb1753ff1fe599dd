"""Statements of imports: which records they consist of, and what these sum up to."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from msgspec import Raw, Struct
from msgspec.json import Decoder

from tieout_contracts.record import Side
from tieout_ingest.domain.statement import EXACT, StatementReport, exact_sum
from tieout_ingest.domain.statement_parts import StatementPart
from tieout_ingest.domain.statement_proof import Place, Statement, Sum
from tieout_ingest.store.imports import Work
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

LISTED = 100
_SQL = load_queries("tieout_ingest", "statements.sql")
_decode = Decoder(StatementReport).decode
_SAME = (
    "statement", "account", "id", "currency", "day", "opening", "opening_type", "closing",
    "closing_type", "entries", "booked", "balance_check",
)  # fmt: skip


class Booked(Struct, frozen=True, kw_only=True):
    """The records of one statement; `first` holds the first hundred numbers."""

    sum: Sum
    first: list[int]


async def add_parts(
    connection: Connection, work: Work, parts: Sequence[StatementPart], *, item: int
) -> None:
    """Note which records the statements of a chunk consist of; `item` is the chunk's first."""
    if not parts:
        return
    await connection.execute(
        _SQL["add_parts"],
        work.organization_id,
        work.id,
        item,
        [one.statement for one in parts],
        [json.dumps({f"{day}": count for day, count in one.days.items()}) for one in parts],
        ["{" + ",".join(map(str, one.record_ids)) + "}" for one in parts],
    )


async def days_of(connection: Connection, work: Work) -> dict[int, Counter[date]]:
    """Count the records of each statement by date."""
    found: dict[int, Counter[date]] = {}
    for row in await connection.fetch(_SQL["days"], work.organization_id, work.id):
        counted = found.setdefault(row["statement"], Counter())
        for day, count in json.loads(row["days"]).items():
            counted[date.fromisoformat(day)] += count
    return found


async def of_streams(
    connection: Connection,
    *,
    organization_id: int,
    sides: Mapping[int, Side],
    as_of: datetime | None,
) -> list[Statement]:
    """Load what the completed imports of these streams state; `as_of`: completed by then."""
    rows = await connection.fetch(_SQL["statements"], organization_id, list(sides), as_of)
    return [_statement(row, sides[row["stream_id"]]) for row in rows]


def _statement(row: Any, side: Side) -> Statement:
    report = _decode(row["report"])
    return Statement(
        stream_id=row["stream_id"],
        side=side,
        import_batch_id=row["import_batch_id"],
        **{name: getattr(report, name) for name in _SAME},
    )


async def sums(
    connection: Connection, *, organization_id: int, groups: Sequence[Sequence[Statement]]
) -> tuple[dict[Place, Booked], dict[int, Sum]]:
    """Sum up the records of statements, and of each group of them (every record once).

    Groups are answered by their index; what has no records is left out.
    """
    asked = [
        (*one.place, index)
        for index, group in enumerate(groups)
        for one in group
        if one.currency is not None
    ]
    if not asked:
        return {}, {}
    columns = [list(column) for column in zip(*asked, strict=True)]
    rows = await connection.fetch(_SQL["sums"], organization_id, *columns, LISTED)
    by_statement: dict[Place, Booked] = {}
    by_group: dict[int, Sum] = {}
    for row in rows:
        added = Sum(amount=_major(row["signed"], row["exponent"]), count=row["records"])
        if row["place"] is not None:
            by_group[row["place"]] = _plus(by_group.get(row["place"]), added)
            continue
        place = (row["import_batch_id"], row["statement"], row["currency"])
        before = by_statement.get(place)
        by_statement[place] = Booked(
            sum=_plus(None if before is None else before.sum, added),
            first=sorted([*(before.first if before else ()), *row["first"]])[:LISTED],
        )
    return by_statement, by_group


def _major(minor: str, exponent: int) -> Decimal:
    return EXACT.scaleb(Decimal(minor), -exponent)


def _plus(before: Sum | None, added: Sum) -> Sum:
    if before is None:
        return added
    return Sum(amount=exact_sum((before.amount, added.amount)), count=before.count + added.count)


class BookedRecord(Struct, frozen=True, kw_only=True):
    record_id: int
    fields: Raw


async def booked_records(
    connection: Connection,
    *,
    organization_id: int,
    import_batch_id: int,
    statement: int,
    currency: str | None,
    after: int,
    limit: int,
) -> list[BookedRecord]:
    """List the records of a statement after a number, as its file was loaded."""
    place = (organization_id, import_batch_id, statement, currency)
    rows = await connection.fetch(_SQL["records"], *place, after, limit)
    return [BookedRecord(record_id=row["record_id"], fields=Raw(row["fields"])) for row in rows]
