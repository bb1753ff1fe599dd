"""What passes read and note: entries that wait to be tried, their neighbours, what was found."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from tieout_matcher.domain.decide import Entry
from tieout_matcher.domain.passes.proposal import Blocked, Remark, RemarkCode
from tieout_matcher.domain.passes.snapshot import OpenRow
from tieout_matcher.domain.plan import RuleSet
from tieout_matcher.store.copying import array_text
from tieout_matcher.store.reconciliation_lock import Locked
from tieout_matcher.store.settling import entry_of
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

_SQL = load_queries("tieout_matcher", "passes.sql")
Key = tuple[int, int]
# Advisory locks of passes; the other part is the reconciliation.
GUARD = 0x7061


async def to_tick(connection: Connection, *, before: datetime, limit: int) -> list[Key]:
    """Return (organisation, reconciliation) whose tick is due."""
    rows = await connection.fetch(_SQL["to_tick"], before, limit)
    return [(row["organization_id"], row["id"]) for row in rows]


async def tick(connection: Connection, locked: Locked, *, at: datetime) -> None:
    """Want what was there at the tick before."""
    await connection.execute(_SQL["tick"], *locked.key, at)


async def want(connection: Connection, locked: Locked) -> None:
    """Want everything up to now."""
    await connection.execute(_SQL["want"], *locked.key)


async def waiting(connection: Connection, *, limit: int) -> list[Key]:
    """Return (organisation, reconciliation) where something is to be tried."""
    rows = await connection.fetch(_SQL["waiting"], limit)
    return [(row["organization_id"], row["id"]) for row in rows]


async def guard(connection: Connection, key: Key) -> bool:
    """Become the one that solves a reconciliation, until the connection is given back."""
    return bool(await connection.fetchval(_SQL["guard"], GUARD, key[1] % 2**31))


async def is_batch(connection: Connection, key: Key) -> bool:
    """Tell whether a reconciliation is decided by runs alone."""
    return bool(await connection.fetchval(_SQL["run_type"], *key) == "batch")


async def new_entries(connection: Connection, key: Key, *, limit: int) -> list[OpenRow]:
    """Load the next open entries that no pass was given."""
    return _rows(await connection.fetch(_SQL["new_entries"], *key, limit))


async def enlisted_to(connection: Connection, locked: Locked, entry_no: int | None) -> None:
    """Note how far entries were given to passes; None: all that are wanted."""
    await connection.execute(_SQL["enlisted_to"], *locked.key, entry_no)


async def enlist(
    connection: Connection, locked: Locked, entries: Sequence[tuple[int, int, Sequence[int]]]
) -> None:
    """Give (entry, record, keys) to passes."""
    await connection.execute(
        _SQL["enlist"],
        *locked.key,
        [entry_no for entry_no, _, _ in entries],
        [record_id for _, record_id, _ in entries],
        [array_text(keys) for _, _, keys in entries],
    )


async def chunk(connection: Connection, key: Key, *, limit: int) -> list[OpenRow]:
    """Load the next entries to try; what is not open any more waits no longer."""
    await connection.execute(_SQL["forget_gone"], *key, limit)
    return _rows(await connection.fetch(_SQL["chunk"], *key, limit))


async def all_open(
    connection: Connection, key: Key, *, limit: int, items_of: int | None = None
) -> list[OpenRow]:
    """Load everything that is open and not reserved; of side A only items of a run, if named."""
    return _rows(await connection.fetch(_SQL["all_open"], *key, limit, items_of))


async def neighbours(
    connection: Connection, key: Key, keys: Sequence[int], *, limit: int
) -> list[OpenRow]:
    """Load open entries under any of these keys."""
    return _rows(await connection.fetch(_SQL["neighbours"], *key, array_text(keys), limit))


async def blocked_sets(connection: Connection, key: Key, records: Sequence[int]) -> Blocked:
    """Return the pairs of sets that a person took apart, of these records."""
    rows = await connection.fetch(_SQL["blocked_sets"], *key, list(records))
    return frozenset(
        (tuple(sorted(row["members_a"])), tuple(sorted(row["members_b"]))) for row in rows
    )


async def still_open(
    connection: Connection, locked: Locked, rules: RuleSet, records: Sequence[int]
) -> Mapping[int, Entry]:
    """Load those of these records that may be matched now, by record."""
    rows = await connection.fetch(_SQL["still_open"], *locked.key, list(records))
    return {row["record_id"]: entry_of(row, rules) for row in rows}


async def tried(connection: Connection, key: Key, entries: Sequence[int]) -> None:
    """Note that a pass tried these entries."""
    await connection.execute(_SQL["tried"], *key, list(entries))


async def try_again(connection: Connection, key: Key, entries: Sequence[int]) -> None:
    """Have these entries tried again."""
    await connection.execute(_SQL["try_again"], *key, list(entries))


class NewReason(NamedTuple):
    """An entry that stays open for another reason than `before`; null: none is known."""

    record_id: int
    code: RemarkCode | None
    reason: str | None
    before: RemarkCode | None
    overdue_seq: int | None


async def give_reasons(
    connection: Connection, locked: Locked, reasons: Mapping[int, tuple[RemarkCode, str] | None]
) -> list[NewReason]:
    """Write why entries (by number) stay open; returns those for which that is new."""
    found = list(reasons.values())
    rows = await connection.fetch(
        _SQL["give_reasons"],
        *locked.key,
        list(reasons),
        [one and one[0] for one in found],
        [one and one[1] for one in found],
    )
    return [NewReason(*row) for row in rows]


async def new_mismatches(
    connection: Connection, locked: Locked, found: Sequence[Remark], *, at: datetime
) -> list[Remark]:
    """Remember mismatches; returns those that nobody was told of."""
    named = {(one.record_id, one.other_record_id): one for one in found}
    if not named:
        return []
    rows = await connection.fetch(
        _SQL["told_mismatches"],
        *locked.key,
        [one.rule_id for one in named.values()],
        [record_id for record_id, _ in named],
        [other for _, other in named],
        [one.code.upper() for one in named.values()],
        at,
    )
    return [named[row["record_id"], row["other_record_id"]] for row in rows]


async def ended_mismatches(
    connection: Connection, locked: Locked, records: Sequence[int], standing: Sequence[Remark]
) -> list[tuple[int, int]]:
    """Forget the mismatches told of these records, but those of `standing`.

    Returns (record, the other one) of each.
    """
    rows = await connection.fetch(
        _SQL["ended_mismatches"],
        *locked.key,
        list(records),
        [one.record_id for one in standing],
        [one.other_record_id for one in standing],
    )
    return [(row["record_id"], row["other_record_id"]) for row in rows]


def _rows(rows: Sequence[tuple[object, ...]]) -> list[OpenRow]:
    return [OpenRow(*row) for row in rows]  # type: ignore[arg-type]  # as the queries select them
