"""`tieout verify`: what holds passes, and every check sees what it is there to see."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from fixtures.postgres import Database
from fixtures.run import current_run
from integration.ops.command_line import Ended, tieout
from tieout_local.service_environment import without_ours
from tieout_ops.auditor import open_auditor, prepare_auditor
from tieout_ops.verify import PENDING_LIMIT, Finding, Report, find_violations, look, verify
from tieout_ops.verify_checks import Check, checks
from tieout_runtime.postgres import Connection

from .corruptions import CORRUPTIONS

SMALL_WORLD = Path(__file__).with_name("small_world.sql").read_text("utf-8")
CHECKS = checks(pending_limit=PENDING_LIMIT)
CASES = [(name, one) for name, found in CORRUPTIONS.items() for one in found]


@contextmanager
def changing_roles() -> Iterator[None]:
    """Roles belong to the server, which other test processes share."""
    with current_run().lock("template"):
        yield


@pytest.fixture(scope="module")
async def world(module_database: Database) -> Database:
    connection = await asyncpg.connect(module_database.url)
    await connection.execute(SMALL_WORLD)
    await connection.close()
    with changing_roles():
        await prepare_auditor(module_database.url, role_password=module_database.role_password)
    return module_database


def violated(report: Report) -> set[str]:
    return {one.check.name for one in report.findings if not one.holds}


async def after(database: Database, corruption: str) -> Report:
    """Look at the database as it would be, and leave it as it is."""
    connection = await asyncpg.connect(database.url)
    spoiling = connection.transaction()
    await spoiling.start()
    try:
        changed = await connection.execute(corruption)
        assert not changed.endswith(" 0"), "the corruption changed nothing"
        return await look(connection, CHECKS)
    finally:
        await spoiling.rollback()
        await connection.close()


async def test_what_holds_passes(world: Database) -> None:
    report = await verify(world.url, role_password=world.role_password)

    assert violated(report) == set()
    assert report.holds
    assert report.seen == {
        "records": 9,
        "entries": 8,
        "matches": 3,
        "outcomes": 8,
        "breaks": 3,
        "operations": 3,
    }


@pytest.mark.parametrize(("name", "corruption"), CASES)
async def test_a_check_sees_what_it_is_there_to_see(
    world: Database, name: str, corruption: str
) -> None:
    report = await after(world, corruption)

    assert name in violated(report)
    (finding,) = [one for one in report.findings if one.check.name == name]
    assert all(one.place and one.wrong for one in finding.violations)
    assert not report.holds


def test_every_check_has_a_corruption() -> None:
    assert {one.name for one in CHECKS} == set(CORRUPTIONS)


async def test_it_waits_for_what_is_under_way_and_for_nothing_else(world: Database) -> None:
    connection = await asyncpg.connect(world.url)

    async def arrive_late() -> None:
        await asyncio.sleep(0.8)
        await connection.execute("UPDATE exceptions.projection SET applied_seq = 8")

    async def check(seconds: float) -> Report:
        wait = timedelta(seconds=seconds)
        return await verify(world.url, role_password=world.role_password, wait=wait)

    try:
        await connection.execute("UPDATE exceptions.projection SET applied_seq = 7")
        at_once = await check(0)
        arriving = asyncio.create_task(arrive_late())
        after_a_while = await check(20)
        await arriving
        await connection.execute("UPDATE matcher.reconciliation SET matched = 3")
        async with asyncio.timeout(10):  # of the 60 s it may wait
            never = await check(60)
    finally:
        await connection.execute("UPDATE exceptions.projection SET applied_seq = 8")
        await connection.execute("UPDATE matcher.reconciliation SET matched = 4")
        await connection.close()

    assert (violated(at_once), violated(never)) == ({"applied"}, {"counters"})
    assert after_a_while.holds


async def test_while_it_waits_it_asks_what_is_violated_and_answers_by_one_whole_look(
    world: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = await asyncpg.connect(world.url)

    async def break_another_and_arrive() -> None:
        async with connection.transaction():
            await connection.execute("UPDATE matcher.reconciliation SET matched = 3")
            await connection.execute("UPDATE exceptions.projection SET applied_seq = 8")

    asked = counted(monkeypatch, at=len(CHECKS) + 2, do=break_another_and_arrive)
    try:
        await connection.execute("UPDATE exceptions.projection SET applied_seq = 7")
        wait = timedelta(seconds=60)
        report = await verify(world.url, role_password=world.role_password, wait=wait)
    finally:
        await connection.execute("UPDATE exceptions.projection SET applied_seq = 8")
        await connection.execute("UPDATE matcher.reconciliation SET matched = 4")
        await connection.close()

    every = [one.name for one in CHECKS]
    waited = asked[len(every) : -len(every)]
    assert asked == [*every, *waited, *every]
    assert set(waited) == {"applied"}
    assert violated(report) == {"counters"}, "broken while it waited"


async def test_what_never_arrives_is_told_by_a_whole_look(
    world: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = counted(monkeypatch)
    connection = await asyncpg.connect(world.url)
    try:
        await connection.execute("UPDATE exceptions.projection SET applied_seq = 7")
        wait = timedelta(seconds=0.7)
        report = await verify(world.url, role_password=world.role_password, wait=wait)
    finally:
        await connection.execute("UPDATE exceptions.projection SET applied_seq = 8")
        await connection.close()

    assert violated(report) == {"applied"}
    assert [one.check.name for one in report.findings] == asked[-len(CHECKS) :]


async def nothing() -> None:
    pass


def counted(
    monkeypatch: pytest.MonkeyPatch, *, at: int = 0, do: Callable[[], Awaitable[None]] = nothing
) -> list[str]:
    """Return the names of the checks made from now on, in their order; `do` it before one."""
    asked: list[str] = []

    async def find(connection: Connection, check: Check) -> Finding:
        asked.append(check.name)
        if len(asked) == at:
            await do()
        return await find_violations(connection, check)

    monkeypatch.setattr("tieout_ops.verify.find_violations", find)
    return asked


async def test_the_auditor_reads_every_schema_and_writes_none(world: Database) -> None:
    async with open_auditor(world.url, role_password=world.role_password) as auditor:
        for schema in ("ingest", "matcher", "exceptions", "gateway"):
            await auditor.fetch(f"SELECT * FROM {schema}.outbox")  # noqa: S608 - names of this list
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            await auditor.execute("UPDATE matcher.reconciliation SET seq = 0")
        await auditor.execute("SET default_transaction_read_only = off")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await auditor.execute("UPDATE matcher.reconciliation SET seq = 0")


async def test_the_command_says_it_by_table_json_and_exit_code(world: Database) -> None:
    connection = await asyncpg.connect(world.url)
    good = await run(world, "--json")
    table = await run(world)
    await connection.execute("UPDATE matcher.adjustment SET amount_minor = 251")
    bad, bad_table = await run(world, "--json"), await as_a_process(world)
    await connection.execute("UPDATE matcher.adjustment SET amount_minor = 250")
    await connection.close()

    assert (good.returncode, table.returncode, bad.returncode, bad_table.returncode) == (0, 0, 1, 1)
    assert json.loads(good.stdout)["holds"] is True
    assert len(table.stdout.splitlines()) == len(CHECKS) + 1
    (wrong,) = [one for one in json.loads(bad.stdout)["checks"] if not one["holds"]]
    assert wrong["name"] == "sums"
    assert wrong["violations"] == [
        {
            "place": "organization 1, match 2000",
            "wrong": "1 of 1 members, 1 currencies, off by -0.01",
        }
    ]
    assert "organization 1, match 2000: 1 of 1 members" in bad_table.stdout
    assert "1 of the checks are violated" in bad_table.stdout


async def test_migrate_makes_the_auditor(database: Database) -> None:
    with changing_roles():
        migrated = await asyncio.to_thread(tieout, ("migrate",), database.settings)

    verified = await run(database)

    assert (migrated.returncode, verified.returncode) == (0, 0), migrated.stderr + verified.stderr
    assert "everything holds: 0 records" in verified.stdout


async def run(database: Database, *arguments: str) -> Ended:
    return await asyncio.to_thread(tieout, ("verify", *arguments), database.settings)


async def as_a_process(database: Database) -> Ended:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tieout_ops", "verify"),
        env=without_ours(os.environ) | database.settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    async with asyncio.timeout(60):
        out, told = await process.communicate()
    assert process.returncode is not None
    return Ended(returncode=process.returncode, stdout=out.decode(), stderr=told.decode())
