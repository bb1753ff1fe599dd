"""The index by which explanations search: filled, looked over, asked."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from tieout_contracts.config_events import SignMode
from tieout_matcher.domain.explaining.search_sets import Kept
from tieout_matcher.domain.passes.snapshot import OpenRow
from tieout_matcher.store.copying import array_text
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

_SQL = load_queries("tieout_matcher", "search.sql")
Row = Mapping[str, Any]
Key = tuple[int, int]


class State(NamedTuple):
    """How far the index of a reconciliation is.

    Open entries up to `indexed_no` were indexed by the rules of `rules_version`. A lap under way
    has looked at them again up to `lap_no`, by those of `lap_version`; `lap_at` is when it began,
    else when the next is due. `rules_now` is the version in force.
    """

    asked_at: datetime
    rules_version: int
    indexed_no: int
    lap_no: int | None
    lap_version: int
    lap_at: datetime
    rules_now: int
    sign_mode: SignMode


class Indexed(NamedTuple):
    """An open entry as it is indexed."""

    entry_no: int
    version: int
    left_minor: str | None
    places: Sequence[Kept]


async def ask(connection: Connection, key: Key, *, at: datetime) -> None:
    """Have a reconciliation indexed, and kept so."""
    await connection.execute(_SQL["ask"], *key, at)


async def to_do(connection: Connection, *, at: datetime, limit: int) -> list[Key]:
    """Return reconciliations whose index is to be looked after."""
    rows = await connection.fetch(_SQL["to_do"], at, limit)
    return [(row["organization_id"], row["reconciliation_id"]) for row in rows]


async def state(connection: Connection, key: Key) -> State | None:
    """Read how far an index is; None when nobody asked yet."""
    row = await connection.fetchrow(_SQL["state"], *key)
    return None if row is None else State(*row)


async def still(connection: Connection, key: Key, known: State) -> bool:
    """Lock the index; answers whether it is as far as it was."""
    found = await connection.fetchval(_SQL["still"], *key, known.indexed_no, known.lap_no)
    return bool(found)


async def stretch(
    connection: Connection, key: Key, *, after: int, limit: int
) -> tuple[int | None, bool]:
    """Find the next open entries: the last of them, and whether more may follow."""
    row = await connection.fetchrow(_SQL["stretch"], *key, after, limit)
    return row["last_no"], row["entries"] == limit


async def not_current(
    connection: Connection, key: Key, *, after: int, until: int, shape: int
) -> list[tuple[OpenRow, int]]:
    """Load the entries of a stretch that are to be indexed anew, each with its version."""
    rows = await connection.fetch(_SQL["not_current"], *key, after, until, shape)
    return [(OpenRow(*tuple(row)[:-1]), row["version"]) for row in rows]


async def forget_gone(connection: Connection, key: Key, *, after: int, until: int | None) -> None:
    """Let entries of a stretch (None: to the end) that are open no more leave the index."""
    rows = await connection.fetch(_SQL["gone"], *key, after, until)
    await _forget(connection, key, [row["entry_no"] for row in rows])


async def keep(connection: Connection, key: Key, entries: Sequence[Indexed], *, shape: int) -> None:
    """Index entries, in place of how they were indexed before."""
    if not entries:
        return
    numbers = [one.entry_no for one in entries]
    await _forget(connection, key, numbers)
    await connection.execute(
        _SQL["keep"],
        *key,
        shape,
        numbers,
        [one.version for one in entries],
        [None if one.left_minor is None else Decimal(one.left_minor) for one in entries],
        [array_text(place.key_hash for place in one.places) for one in entries],
        [array_text(place.measure for place in one.places) for one in entries],
    )


async def moved(connection: Connection, key: Key, known: State, *, next_at: datetime) -> None:
    """Note how far the index is now, and when it is to be looked after again."""
    await connection.execute(
        _SQL["moved"],
        *key,
        known.rules_version,
        known.indexed_no,
        known.lap_no,
        known.lap_version,
        known.lap_at,
        next_at,
    )


async def drop(connection: Connection, key: Key, *, limit: int) -> None:
    """Drop some of an index; at last its state."""
    rows = await connection.fetch(_SQL["first_entries"], *key, limit)
    await _forget(connection, key, [row["entry_no"] for row in rows])
    if len(rows) < limit:
        await connection.execute(_SQL["drop_state"], *key)


async def nearest(
    connection: Connection, key: Key, keys: Sequence[int], *, measure: int, limit: int
) -> list[Row]:
    """Load open entries under any of these keys, so many next to a measure on either side."""
    return list(await connection.fetch(_SQL["nearest"], *key, list(keys), measure, limit))


async def within(
    connection: Connection, key: Key, keys: Sequence[int], *, measures: tuple[int, int], limit: int
) -> list[Row]:
    """Load open entries under any of these keys between two measures, so many for each key."""
    return list(await connection.fetch(_SQL["within"], *key, list(keys), *measures, limit))


async def not_indexed(
    connection: Connection, key: Key, *, after: int, entry_no: int, limit: int
) -> list[Row]:
    """Load open entries that came after `after`, so many on either side of an entry."""
    return list(await connection.fetch(_SQL["not_indexed"], *key, after, entry_no, limit))


async def _forget(connection: Connection, key: Key, entries: Sequence[int]) -> None:
    if entries:
        await connection.execute(_SQL["forget"], *key, list(entries))
