"""The hot statements on filled tables: by index, by their whole key, never over a table."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import asyncpg
import pytest

from fixtures.postgres import Database
from integration.matcher.world import Key, World, open_world
from tieout_runtime.postgres import transaction
from tieout_runtime.queries import load_queries
from unit.matcher.builders import a_leaf, a_record, encoded, some_fields

RESIDENT = 60_000
LAST_COLUMNS = ("record_id", "entry_no", "key_hash", " id", "(id ")
BIG = {"entry", "open_entry", "open_key", "match"}
_ENTRIES = """INSERT INTO entry SELECT $1, $2, n, n, 1, 1, 'A', NULL, now(), NULL, $4
    FROM generate_series(1, $3::bigint) AS n"""
_OPEN = """INSERT INTO open_entry SELECT organization_id, reconciliation_id, entry_no, record_id,
    overdue_at, ARRAY[record_id * 7919] FROM entry"""
_SCANS = """SELECT relname, seq_scan, idx_scan FROM pg_stat_xact_user_tables
    WHERE schemaname = 'matcher' AND relname = ANY ($1)"""
_KEYS = """INSERT INTO open_key SELECT organization_id, reconciliation_id, keys[1], entry_no,
    record_id FROM open_entry"""


@pytest.fixture(scope="module")
async def filled(module_database: Database) -> AsyncIterator[tuple[World, Key]]:
    """Give one big reconciliation with open entries."""
    async with open_world(module_database) as world:
        key = await world.with_rule(a_leaf("external_id"))
        fields = encoded(some_fields("1"))
        async with transaction(world.worker) as connection:
            await connection.execute(_ENTRIES, *key, RESIDENT, fields)
            await connection.execute(_OPEN)
            await connection.execute(_KEYS)
            await connection.execute("UPDATE reconciliation SET seq = $1, entries = $1", RESIDENT)
        yield world, key


async def _analyze(database: Database) -> None:
    connection = await asyncpg.connect(database.url)
    try:
        for table in BIG:
            await connection.execute(f"ANALYZE matcher.{table}")
    finally:
        await connection.close()


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)


def _faults(plan: dict[str, Any]) -> list[str]:
    """Name what reads a big table by anything but conditions on its key's columns."""
    faults = []
    for node in _nodes(plan):
        kind, table = node["Node Type"], node.get("Relation Name")
        if kind in ("Merge Join", "Hash Join"):
            faults.append(kind)
        if table in BIG and kind != "ModifyTable":
            condition = node.get("Index Cond", "")
            whole = any(column in condition for column in LAST_COLUMNS)
            if not kind.startswith("Index") or "reconciliation_id" not in condition or not whole:
                faults.append(f"{kind} on {table}: {condition or 'no condition'}")
            elif "Filter" in node:
                faults.append(f"filter on {table}: {node['Filter']}")
    return faults


async def _executed(world: World, records: list[Any]) -> list[tuple[str, tuple[Any, ...]]]:
    """Deliver records, roll back, and return the statements with what they were given."""
    seen: list[tuple[str, tuple[Any, ...]]] = []

    def note(query: Any) -> None:
        if query.exception is None and "-- " in query.query:
            seen.append((query.query, tuple(query.args)))

    async with world.worker.acquire() as connection:
        ended = connection.transaction()
        await ended.start()
        connection.add_query_logger(note)
        try:
            await world.matcher.on_records(connection, records)
        finally:
            connection.remove_query_logger(note)
            await ended.rollback()
    return seen


async def _plan(world: World, query: str, arguments: tuple[Any, ...]) -> dict[str, Any]:
    async with world.worker.acquire() as connection:
        explain = await connection.fetchval(f"EXPLAIN (FORMAT JSON) {query}", *arguments)
    plan: dict[str, Any] = json.loads(explain)[0]["Plan"]
    return plan


async def _records_hitting(world: World, key: Key, count: int, *, first: int) -> list[Any]:
    """Make counterparts of entries that have arrived."""
    named = [(RESIDENT + first + n, some_fields("1", external_id=f"{first}-{n}"))
             for n in range(1, count + 1)]  # fmt: skip
    await world.deliver([a_record(-n, "A", fields, reconciliation_id=key[1])
                         for n, fields in named])  # fmt: skip
    return [a_record(n, "B", fields, reconciliation_id=key[1]) for n, fields in named]


@pytest.mark.parametrize("analyzed", [False, True], ids=["no statistics", "statistics"])
async def test_a_delivery_reads_and_writes_by_index_only(
    filled: tuple[World, Key], module_database: Database, analyzed: bool
) -> None:
    world, key = filled
    if analyzed:
        await _analyze(module_database)
    records = await _records_hitting(world, key, 40, first=1000 if analyzed else 0)
    missing = [a_record(RESIDENT + 5000 + n, "B", reconciliation_id=key[1]) for n in range(500)]

    executed = await _executed(world, [*records, *missing])
    executed += await _executed(world, [*missing, a_record(5, reconciliation_id=key[1])])

    plans = {query: await _plan(world, query, arguments) for query, arguments in executed}
    faults = {query: _faults(plan) for query, plan in plans.items()}
    assert not [(query, found) for query, found in faults.items() if found]
    purposes = " ".join(query.splitlines()[0] for query in plans)
    for purpose in ("arrived before", "earliest open entries", "K2: delete", "members of these"):
        assert purpose in purposes, f"{purpose!r} was not run: {purposes}"


async def test_a_delivery_into_small_tables_reads_none_whole(
    world: World, database: Database
) -> None:
    """Statements are planned once: what was planned for a small table is used when it is big."""
    key = await world.with_rule(a_leaf("external_id"))
    named = [(n, some_fields("1", external_id=str(n))) for n in range(1, 500)]
    await world.deliver([a_record(1000, reconciliation_id=key[1])])
    await _analyze(database)
    ours = [a_record(n, "A", fields, reconciliation_id=key[1]) for n, fields in named]
    theirs = [a_record(-n, "B", fields, reconciliation_id=key[1]) for n, fields in named]

    async with transaction(world.worker) as connection:
        for records in (ours, theirs):
            assert await world.matcher.on_records(connection, records) == {}
        scans = await connection.fetch(_SCANS, list(BIG))

    scanned = {row["relname"]: (row["seq_scan"], row["idx_scan"] > 0) for row in scans}
    assert scanned == {table: (0, table != "match") for table in BIG}


PASSES = {
    "new_entries": (2000,),
    "chunk": (1000,),
    "forget_gone": (1000,),
    "neighbours": ("{7919,15838}", 100),
    "still_open": ([1, 2],),
    "give_reasons": ([1, 2], ["ambiguous", None], ["a sentence", None]),
    "enlist": ([1, 2], [1, 2], ["{5}", "{6,7}"]),
}
MAKING = {
    "reserve": ([1, 2], [9, 9]),
    "keep_rest": ([1], [1], [Decimal(5)]),
    "unreserve": (9,),
    "suggestion_of": ([1, 2],),
}


@pytest.mark.parametrize("analyzed", [False, True], ids=["no statistics", "statistics"])
@pytest.mark.parametrize(
    ("file", "name", "given"),
    [
        *(("passes.sql", name, given) for name, given in PASSES.items()),
        *(("making.sql", name, given) for name, given in MAKING.items()),
        ("released.sql", "give_back", (9,)),
    ],
)
async def test_a_pass_reads_and_writes_by_whole_keys(
    filled: tuple[World, Key],
    module_database: Database,
    analyzed: bool,
    file: str,
    name: str,
    given: tuple[Any, ...],
) -> None:
    world, key = filled
    if analyzed:
        await _analyze(module_database)

    plan = await _plan(world, load_queries("tieout_matcher", file)[name], (*key, *given))

    # What is reserved is passed over, and only a new reason is written: among what was found.
    found = [one for one in _faults(plan) if "suggested_by" not in one and "DISTINCT" not in one]
    assert found == []


async def test_the_check_sees_a_scan_a_hash_and_half_a_key(filled: tuple[World, Key]) -> None:
    world, key = filled
    whole = "SELECT * FROM entry e JOIN open_entry o ON o.record_id = e.record_id"
    half = "SELECT * FROM open_key WHERE organization_id = $1 AND reconciliation_id = $2"

    async with world.worker.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL enable_hashjoin = on")
        await connection.execute("SET LOCAL enable_seqscan = on")
        await connection.execute("SET LOCAL enable_bitmapscan = off")
        hashed = await connection.fetchval(f"EXPLAIN (FORMAT JSON) {whole}")
        halved = await connection.fetchval(f"EXPLAIN (FORMAT JSON) {half}", *key)

    assert len(_faults(json.loads(hashed)[0]["Plan"])) >= 3
    assert _faults(json.loads(halved)[0]["Plan"])


@pytest.mark.parametrize("known", [True, False], ids=["known", "new to the statistics"])
async def test_the_next_entries_to_rekey_are_read_in_order_without_a_sort(
    filled: tuple[World, Key], module_database: Database, known: bool
) -> None:
    world, key = filled
    await _analyze(module_database)
    query = load_queries("tieout_matcher", "released.sql")["next_to_rekey"]

    plan = await _plan(world, query, (key[0], key[1] + (0 if known else 10**6), 5, 2000))

    assert "Sort" not in {node["Node Type"] for node in _nodes(plan)}
    # What a suggestion reserves is passed over: seldom, and in the order of the index.
    assert _faults(plan) == ["filter on open_entry: (suggested_by IS NULL)"]


@pytest.mark.parametrize("analyzed", [False, True], ids=["no statistics", "statistics"])
async def test_saying_that_entries_are_overdue_looks_each_up_by_its_whole_key(
    filled: tuple[World, Key], module_database: Database, analyzed: bool
) -> None:
    world, key = filled
    queries = load_queries("tieout_matcher", "overdue.sql")
    if analyzed:
        await _analyze(module_database)
    numbers, times = list(range(1, 2001)), [datetime(2026, 1, 1, tzinfo=UTC)] * 2000

    said = await _plan(world, queries["said"], (*key, numbers, numbers, numbers, times))
    read = await _plan(world, queries["overdue"], (*key, times[0], 2000, None))

    assert _faults(said) == []
    assert [fault for fault in _faults(read) if " on entry" in fault] == []
