"""No organisation's row is visible to another (I7), and no service reads another's schema."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import permutations

import asyncpg
import pytest

from fixtures.postgres import Database
from integration.runtime.places import administrator, settings_for
from tieout_runtime.postgres import (
    Connection,
    open_pool,
    role_name,
    tenant_transaction,
    url_for,
)
from tieout_runtime.settings import SERVICES

OURS, THEIRS = 1, 2
PUT = (
    "INSERT INTO idempotency_key (organization_id, account_id, method, route, key, fingerprint,"
    " created_at) VALUES ($1, 1, 'POST', '/x', 'k', '\\x00', now())"
)
# What holds no organisation's data and every role of a service may read.
OPEN_TABLES = {"schema_migration"}
TABLES_WITH_AN_ORGANISATION = """
SELECT n.nspname || '.' || c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AS safe
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organization_id' AND NOT a.attisdropped
WHERE n.nspname = ANY ($1) AND c.relkind IN ('r', 'p') AND NOT c.relispartition
"""
TABLES_THE_API_READS = """
SELECT c.relname AS name, EXISTS (
    SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'organization_id'
) AS has_organisation
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND has_table_privilege('tieout_' || $1 || '_api', c.oid, 'SELECT')
"""
PARTITIONS_ANYONE_READS = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, pg_roles r
WHERE n.nspname = ANY ($1) AND c.relispartition AND r.rolname ~ '^tieout_.*_(api|worker)$'
  AND has_table_privilege(r.oid, c.oid, 'SELECT')
"""


@asynccontextmanager
async def connected(database: Database, service: str, role: str) -> AsyncIterator[Connection]:
    url = url_for(database.url, user=role_name(service, role), password=database.role_password)
    connection = await asyncpg.connect(url, server_settings={"search_path": service})
    try:
        yield connection
    finally:
        await connection.close()


async def ask_as(connection: Connection, organization_id: int) -> None:
    await connection.execute(
        "SELECT set_config('app.organization_id', $1, false)", str(organization_id)
    )


@pytest.fixture(params=SERVICES)
async def service(request: pytest.FixtureRequest, database: Database) -> str:
    """Name a service in whose schema each of two organisations has one row."""
    name = str(request.param)
    async with connected(database, name, "worker") as worker:
        for organization_id in (OURS, THEIRS):
            await worker.execute(PUT, organization_id)
    return name


async def test_without_an_organisation_the_api_role_sees_no_row(
    database: Database, service: str
) -> None:
    async with connected(database, service, "api") as api:
        assert await api.fetchval("SELECT count(*) FROM idempotency_key") == 0


async def test_the_api_role_sees_its_organisation_only(database: Database, service: str) -> None:
    async with connected(database, service, "api") as api:
        await ask_as(api, OURS)

        rows = await api.fetch("SELECT organization_id FROM idempotency_key")
        touched = await api.execute("UPDATE idempotency_key SET status = 200")
        gone = await api.execute("DELETE FROM idempotency_key WHERE organization_id = $1", THEIRS)

    assert [row["organization_id"] for row in rows] == [OURS]
    assert (touched, gone) == ("UPDATE 1", "DELETE 0")


async def test_a_connection_of_the_pool_carries_nothing_over_to_its_next_use(
    database: Database, service: str
) -> None:
    settings = settings_for(database)
    pool = await open_pool(settings, service=service, role="api", max_connections=1)
    try:
        async with tenant_transaction(pool, organization_id=OURS) as connection:
            own = await connection.fetchval("SELECT count(*) FROM idempotency_key")
        async with pool.acquire() as connection:
            await connection.execute("BEGIN")
            await connection.execute("SET LOCAL app.organization_id = '1'")
        after = await pool.fetchval("SELECT count(*) FROM idempotency_key")
        async with tenant_transaction(pool, organization_id=THEIRS) as connection:
            rows = await connection.fetch("SELECT organization_id FROM idempotency_key")
    finally:
        await pool.close()

    assert (own, after) == (1, 0)
    assert [row["organization_id"] for row in rows] == [THEIRS]


async def test_the_worker_role_sees_every_organisation(database: Database, service: str) -> None:
    async with connected(database, service, "worker") as worker:
        assert await worker.fetchval("SELECT count(*) FROM idempotency_key") == 2


@pytest.mark.parametrize(
    "statement",
    [PUT.replace("'k'", "'other'"), "UPDATE idempotency_key SET organization_id = $1"],
    ids=["insert", "update"],
)
async def test_a_row_of_another_organisation_is_never_written(
    database: Database, service: str, statement: str
) -> None:
    async with connected(database, service, "api") as api:
        await ask_as(api, OURS)

        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
            await api.execute(statement, THEIRS)


@pytest.mark.parametrize("role", ["owner", "worker", "api"])
async def test_no_role_reads_another_schema(module_database: Database, role: str) -> None:
    for own, other in permutations(SERVICES, 2):
        async with connected(module_database, own, role) as connection:
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match=f"schema {other}"):
                await connection.fetch(f"SELECT * FROM {other}.outbox")  # noqa: S608 - our names


@pytest.mark.parametrize("role", ["worker", "api"])
async def test_no_serving_role_changes_its_schema(module_database: Database, role: str) -> None:
    for service in SERVICES:
        async with connected(module_database, service, role) as connection:
            for statement in ("CREATE TABLE own ()", "DROP TABLE outbox",
                              "ALTER TABLE outbox DISABLE ROW LEVEL SECURITY"):  # fmt: skip
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute(statement)


async def test_every_tenant_table_is_protected(module_database: Database) -> None:
    async with administrator(module_database) as connection:
        rows = await connection.fetch(TABLES_WITH_AN_ORGANISATION, list(SERVICES))
        open_partitions = await connection.fetch(PARTITIONS_ANYONE_READS, list(SERVICES))

    assert {row["name"] for row in rows if not row["safe"]} == set()
    assert {f"{service}.outbox" for service in SERVICES} <= {row["name"] for row in rows}
    assert open_partitions == []


@pytest.mark.parametrize("service_name", SERVICES)
async def test_the_api_role_reads_no_table_without_an_organisation(
    module_database: Database, service_name: str
) -> None:
    async with administrator(module_database) as connection:
        rows = await connection.fetch(TABLES_THE_API_READS, service_name)

    assert {row["name"] for row in rows if not row["has_organisation"]} <= OPEN_TABLES


@pytest.mark.parametrize("service_name", SERVICES)
async def test_only_the_worker_passes_by_row_security(
    module_database: Database, service_name: str
) -> None:
    async with administrator(module_database) as connection:
        rows = await connection.fetch(
            "SELECT rolname, rolbypassrls, rolsuper, rolcreaterole FROM pg_roles"
            " WHERE rolname LIKE $1",
            f"tieout\\_{service_name}\\_%",
        )

    passing = {row["rolname"] for row in rows if row["rolbypassrls"]}
    assert passing == {role_name(service_name, "worker")}
    assert not any(row["rolsuper"] or row["rolcreaterole"] for row in rows)
