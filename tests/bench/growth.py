"""`make growth`: time and memory of each part of the engine as what is open grows.

For each part and size: so many entries are open (made by SQL, with keys as the part keeps them),
then a load of new ones is decided by the matcher's own code on a real PostgreSQL, without a
broker. Rates are entries of the load a second; the last line is one JSON object with them.
"""

import asyncio
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from fixtures.postgres import Database
from integration.matcher.world import Key, World, open_world
from tieout_contracts.record import RecordAccepted
from tieout_local.own_postgres import OwnPostgres
from tieout_runtime.migrate import migrate_all
from unit.matcher.builders import a_leaf, a_record, some_fields

SIZES = (1_000, 10_000, 100_000, 1_000_000)
ROUNDS = 3
LOAD = 4_000
ALIKE = 5_000
MEMBERS = 19  # of a group on the many side: 19 and one are 20
SET = 6  # entries a side of a block for the search of subsets
PASSWORD = "for-this-bench"  # noqa: S105  # of a database that lives for minutes
RESIDENT = Path(__file__).with_name("growth.sql")


@dataclass(frozen=True, kw_only=True)
class Part:
    """`block` resident entries share a key; `load` makes new records numbered from a base."""

    name: str
    rule: dict[str, Any]
    block: int
    load: Callable[[int, Key], list[RecordAccepted]]
    in_passes: bool = True


def pairs(base: int, key: Key) -> list[RecordAccepted]:
    """Make pairs that differ by a cent."""
    return [
        one
        for n in range(LOAD // 2)
        for one in (
            _record(base + 2 * n, "A", key, "1000", f"r{base + n}"),
            _record(base + 2 * n + 1, "B", key, "1001", f"r{base + n}"),
        )
    ]


def equal_pairs(base: int, key: Key) -> list[RecordAccepted]:
    return [
        _record(one.record_id, one.side, key, "1000", f"r{base + n // 2}")
        for n, one in enumerate(pairs(base, key))
    ]


def groups(base: int, key: Key) -> list[RecordAccepted]:
    """Make groups of 19 against their sum."""
    found = []
    for n in range(LOAD // (MEMBERS + 1)):
        first = base + n * (MEMBERS + 1)
        found += [_record(first + m, "A", key, "100", f"g{first}") for m in range(MEMBERS)]
        found.append(_record(first + MEMBERS, "B", key, str(100 * MEMBERS), f"g{first}"))
    return found


def sets(base: int, key: Key) -> list[RecordAccepted]:
    """Make blocks in which exactly the whole of A comes to the whole of B."""
    found = []
    for n in range(LOAD // (2 * SET)):
        first = base + n * 2 * SET
        a = [str(2**m * 1000 + 1) for m in range(SET)]
        b = [str(3**m) for m in range(SET - 1)]
        b.append(str(sum(map(int, a)) - sum(map(int, b))))
        found += [_record(first + m, "A", key, a[m], f"s{first}") for m in range(SET)]
        found += [_record(first + SET + m, "B", key, b[m], f"s{first}") for m in range(SET)]
    return found


def _record(number: int, side: Any, key: Key, amount: str, reference: str) -> RecordAccepted:
    fields = some_fields(amount, reference=reference, external_id=f"x{number}")
    record: RecordAccepted = a_record(number, side, fields, reconciliation_id=key[1])
    return record


SAME = a_leaf("reference")
PARTS = (
    Part(
        name="exact",
        rule={"filters": {"rules": [SAME]}},
        block=1,
        load=equal_pairs,
        in_passes=False,
    ),
    Part(
        name="tolerance",
        rule={"filters": {"rules": [SAME, a_leaf("amount", tolerance_amount=0.05)]}},
        block=1,
        load=pairs,
    ),
    Part(
        name="rollup",
        rule={
            "filters": {"rules": [SAME]},
            "cardinality": "many_to_one",
            "group_by": ["reference"],
            "rollup": {"group_by_kind": "identifier"},
        },
        block=MEMBERS + 1,
        load=groups,
    ),
    Part(
        name="subset_sum",
        rule={"filters": {"rules": [SAME]}, "cardinality": "many_to_many"},
        block=2 * SET,
        load=sets,
    ),
)


async def measure(url: str, part: Part, sizes: Sequence[int]) -> list[dict[str, float]]:
    """Grow what is open and decide a load at each size; the best of some rounds counts."""
    database = await _fresh(url, part.name)
    found = []
    async with open_world(database) as world:
        key = await world.reconciliation()
        await _rule(world, key, part)
        base, resident = 10**10, 0
        for size in sizes:
            await _grow(database.url, key, part, resident, size)
            resident = size
            rate = 0.0
            for _ in range(ROUNDS):
                rate = max(rate, await _decide(world, key, part, part.load(base, key)))
                base += LOAD
            found.append({"open": size, "rate": round(rate), "rss_mib": round(_rss_mib())})
            _say(f"{part.name:12}{size:>10,}{rate:>12,.0f}/s{_rss_mib():>8.0f} MiB")
    return found


async def identical(url: str) -> dict[str, float]:
    """Decide entries that are all the same: as many as can match do, first in, first out."""
    database = await _fresh(url, "identical")
    async with open_world(database) as world:
        unique = await _sides(world, ALIKE, ALIKE, "r{}")
        same = await _sides(world, ALIKE, ALIKE, "same")
        fewer = await _sides(world, ALIKE, ALIKE * 4 // 5, "same")
    _say(f"identical: {ALIKE} and {ALIKE} match {same[0]}, {ALIKE} and {ALIKE * 4 // 5} {fewer[0]}")
    _say(f"identical: {same[1]:,.0f}/s beside {unique[1]:,.0f}/s of unique ones")
    return {"matched": same[0], "fewer_matched": fewer[0], "ratio": round(same[1] / unique[1], 2)}


async def _sides(world: World, of_a: int, of_b: int, reference: str) -> tuple[int, float]:
    """Deliver side A, then B; returns matches and entries a second, of the best of some rounds."""
    best = 0.0
    for _ in range(ROUNDS):
        key = await world.with_rule(SAME)
        records = [
            a_record(
                first + n, side, some_fields(reference=reference.format(n)),
                reconciliation_id=key[1],
            )
            for side, first, count in (("A", 1, of_a), ("B", of_a + 1, of_b))
            for n in range(count)
        ]  # fmt: skip
        began = time.perf_counter()
        await world.deliver(records, batch=2000)
        best = max(best, len(records) / (time.perf_counter() - began))
        pairs = await world.rows(
            "SELECT members FROM match WHERE reconciliation_id = $1 ORDER BY members", key[1]
        )
        if [row["members"] for row in pairs] != [[n + 1, of_a + n + 1] for n in range(of_b)]:
            raise RuntimeError("identical entries did not leave first in, first out")
    return len(pairs), best


async def _rule(world: World, key: Key, part: Part) -> None:
    given = dict(part.rule)
    await world.rule(key, *given.pop("filters")["rules"], **given)
    await world.rekey()


async def _decide(world: World, key: Key, part: Part, records: Sequence[RecordAccepted]) -> float:
    """Decide a load, all of which must match; returns entries a second."""
    matched = await _matched(world, key)
    began = time.perf_counter()
    await world.deliver(records, batch=2000)
    if part.in_passes:
        began = time.perf_counter()
        await world.passes_now(key)
    took = time.perf_counter() - began
    found = await _matched(world, key) - matched
    if found != len(records):
        raise RuntimeError(f"{part.name}: {found} of {len(records)} matched")
    return len(records) / took


async def _matched(world: World, key: Key) -> int:
    (row,) = await world.rows("SELECT matched FROM reconciliation WHERE id = $1", key[1])
    return int(row["matched"])


async def _grow(url: str, key: Key, part: Part, resident: int, size: int) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SET search_path = matcher")
        for statement in RESIDENT.read_text().split(";\n"):
            if statement.strip():
                filled = statement
                for name, value in {
                    ":organization": key[0],
                    ":reconciliation": key[1],
                    ":first": resident + 1,
                    ":last": size,
                    ":block": part.block,
                }.items():
                    filled = filled.replace(name, str(value))
                await connection.execute(filled, timeout=600)
        await connection.execute("VACUUM ANALYZE", timeout=600)
        await connection.execute("CHECKPOINT", timeout=600)
    finally:
        await connection.close()


async def _fresh(url: str, name: str) -> Database:
    connection = await asyncpg.connect(url)
    await connection.execute(f"CREATE DATABASE growth_{name}")
    await connection.close()
    own = url.rpartition("/")[0] + f"/growth_{name}"
    await migrate_all(own, role_password=PASSWORD)
    return Database(name=f"growth_{name}", url=own, role_password=PASSWORD)


def _rss_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 2**20


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    sizes = [one for one in SIZES if one <= int(sys.argv[1])] if len(sys.argv) > 1 else SIZES
    folder = Path(tempfile.mkdtemp(prefix="tieout-growth-"))
    folder.chmod(0o711)
    postgres = OwnPostgres(folder=folder / "postgres", log_path=folder / "postgres.log")
    postgres.start()
    try:
        _say(f"PostgreSQL {postgres.version()}; {LOAD} entries a load, best of {ROUNDS}")
        report: dict[str, Any] = {"identical": asyncio.run(identical(postgres.url))}
        for one in PARTS:
            report[one.name] = asyncio.run(measure(postgres.url, one, sizes))
    finally:
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)
    _say(json.dumps(report))


if __name__ == "__main__":
    main()
