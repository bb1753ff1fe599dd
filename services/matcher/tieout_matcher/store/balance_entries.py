"""What makes a term of a balance proof: entries and adjustments, page by page."""

from msgspec import Raw, Struct

from tieout_contracts.record import Direction, Side
from tieout_matcher.store.balance import SQL, Standing
from tieout_runtime.postgres import Connection


class Listed(Struct, frozen=True, kw_only=True):
    """An entry of a term; `counted_minor` is what of its amount the term counts, unsigned."""

    record_id: int
    stream_id: int
    side: Side
    direction: Direction
    currency: str
    exponent: int
    counted_minor: int
    match_id: int | None
    fields: Raw


class ListedAdjustment(Struct, frozen=True, kw_only=True):
    match_id: int
    currency: str
    exponent: int
    signed_minor: int
    reason: str


async def entries(
    connection: Connection,
    standing: Standing,
    *,
    currency: str | None,
    side: Side | None,
    where: str,
    after: int,
    limit: int,
) -> list[Listed]:
    """List entries after a record id; `where`: all, open, matched, misplaced or how they ended."""
    await connection.execute(SQL["plan_for_sizes"])
    query = SQL["standing"] + SQL["entries"]
    rows = await connection.fetch(query, *standing.place, after, currency, side, where, limit)
    names = ("record_id", "stream_id", "side", "direction", "currency", "exponent", "match_id")
    return [
        Listed(
            **{name: row[name] for name in names},
            counted_minor=int(row["counted"]),
            fields=Raw(row["fields"]),
        )
        for row in rows
    ]


async def adjustments(
    connection: Connection, standing: Standing, *, currency: str | None, after: int, limit: int
) -> list[ListedAdjustment]:
    """List the adjustments of matches after a match id, match by match."""
    query = SQL["standing"] + SQL["adjustments"]
    rows = await connection.fetch(query, *standing.place, after, currency, limit)
    return [
        ListedAdjustment(
            match_id=row["match_id"],
            currency=row["currency"],
            exponent=row["exponent"],
            signed_minor=int(row["signed"]),
            reason=row["reason"],
        )
        for row in rows
    ]
