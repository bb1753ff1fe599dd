"""Faults of migrations (F22): two at once, killed half way, changed files, unknown schemas."""

import asyncio
import sys
from functools import partial

import asyncpg
import pytest

from fixtures.postgres import Database, PostgresServerInfo
from integration.runtime.places import SERVICE, administrator, settings_for
from tieout_runtime.migrate import (
    SchemaMismatchError,
    assert_at_head,
    migrate_all,
    migrations_of,
)
from tieout_runtime.postgres import Connection, role_name, url_for
from tieout_runtime.service import open_plumbing
from tieout_runtime.settings import SERVICES

EVERYTHING = {service: len(migrations_of(service)) for service in SERVICES}
# A migrator whose second service has one more migration: it makes a table and then takes long.
SLOW_MIGRATOR = """
import asyncio, sys
from tieout_runtime import migrate
known = migrate.migrations_of
slow = migrate.Migration(package="slow", number=1, name="slow", checksum="0",
                         sql="CREATE TABLE half_way (); SELECT pg_sleep(3)")
def with_slow_one(service):
    found = known(service)
    return [found[0], slow, *found[1:]] if service == "matcher" else found
migrate.migrations_of = with_slow_one
asyncio.run(migrate.migrate_all(sys.argv[1], role_password=sys.argv[2]))
"""
IN_THE_SLOW_FILE = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND query LIKE '%pg_sleep(3)%' AND pid <> pg_backend_pid()
"""


class Migrator:
    """Migrates while no other test of this run does: roles belong to the server."""

    def __init__(self, server: PostgresServerInfo) -> None:
        self.alone = partial(server.run.lock, "template")

    async def migrate(self, database: Database) -> dict[str, int]:
        with self.alone():
            return await migrate_all(database.url, role_password=database.role_password)


@pytest.fixture
def migrator(postgres_server: PostgresServerInfo) -> Migrator:
    return Migrator(postgres_server)


async def connect_as_api(database: Database) -> Connection:
    url = url_for(database.url, user=role_name(SERVICE, "api"), password=database.role_password)
    return await asyncpg.connect(url, server_settings={"search_path": SERVICE})


async def test_two_migrators_at_once_apply_each_file_once(
    migrator: Migrator, empty_database: Database
) -> None:
    arguments = {"url": empty_database.url, "role_password": empty_database.role_password}

    with migrator.alone():
        both = await asyncio.gather(migrate_all(**arguments), migrate_all(**arguments))

    for service, count in EVERYTHING.items():
        assert sorted(one[service] for one in both) == [0, count]


async def test_a_second_run_changes_nothing(migrator: Migrator, database: Database) -> None:
    assert await migrator.migrate(database) == dict.fromkeys(SERVICES, 0)


async def test_a_migrator_killed_half_way_is_completed_by_the_next(
    migrator: Migrator, empty_database: Database
) -> None:
    with migrator.alone():
        await die_half_way(empty_database)

    applied = await migrator.migrate(empty_database)

    async with administrator(empty_database) as connection:
        half_way = await connection.fetchval("SELECT to_regclass('matcher.half_way')")
    assert half_way is None
    assert applied == EVERYTHING | {"ingest": 0, "matcher": EVERYTHING["matcher"] - 1}
    assert await migrator.migrate(empty_database) == dict.fromkeys(SERVICES, 0)


async def die_half_way(database: Database) -> None:
    """Kill a migrator in the middle of a file, after other files."""
    command = [sys.executable, "-c", SLOW_MIGRATOR, database.url, database.role_password]
    process = await asyncio.create_subprocess_exec(*command)
    try:
        async with administrator(database) as connection:
            while not await connection.fetchval(IN_THE_SLOW_FILE):
                assert process.returncode is None
                await asyncio.sleep(0.05)
    finally:
        process.kill()
        await process.wait()


async def test_a_file_changed_after_it_was_applied_is_refused(
    migrator: Migrator, database: Database
) -> None:
    async with administrator(database) as connection:
        await connection.execute("UPDATE matcher.schema_migration SET checksum = 'other'")

    with pytest.raises(SchemaMismatchError, match="one was changed after it was applied"):
        await migrator.migrate(database)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE matcher.schema_migration SET checksum = 'other' WHERE number = 1",
        "DELETE FROM matcher.schema_migration WHERE package = 'tieout_matcher'",
        "INSERT INTO matcher.schema_migration VALUES ('tieout_matcher', 900, 'later', 'x')",
    ],
    ids=["changed", "missing", "newer"],
)
async def test_a_service_refuses_a_schema_it_does_not_know(database: Database, change: str) -> None:
    async with administrator(database) as connection:
        await connection.execute(change)
    connection = await connect_as_api(database)

    with pytest.raises(SchemaMismatchError, match="run `tieout migrate` of the same version"):
        await assert_at_head(connection, SERVICE)

    await connection.close()


async def test_a_service_does_not_start_without_its_schema(database: Database) -> None:
    async with administrator(database) as connection:
        await connection.execute("DROP TABLE matcher.schema_migration")

    with pytest.raises(SchemaMismatchError, match="no schema yet; run `tieout migrate`"):
        async with open_plumbing(
            settings_for(database), service=SERVICE, api_connections=1, worker_connections=1
        ):
            pytest.fail("it started")
