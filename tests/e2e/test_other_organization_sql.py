"""I7: a service's api role without an organisation sees no row, and with one only its rows."""

import asyncpg
import pytest

from e2e.main_job import Job
from fixtures.public_api import PublicApi
from fixtures.stack import RunningStack
from fixtures.tenant_tables import count_rows, tenant_tables
from tieout_runtime.postgres import Connection, role_name, url_for
from tieout_runtime.settings import SERVICES


@pytest.fixture(scope="module", autouse=True)
async def something_raised(job: Job) -> None:
    """Give the exceptions service something to hide as well."""
    await job.mark_overdue("bank-4")


@pytest.mark.parametrize("service", SERVICES)
async def test_sql_of_the_api_role_without_an_organization_sees_no_row(
    stack: RunningStack, service: str
) -> None:
    admin = await asyncpg.connect(stack.postgres_url)
    api = await _as_api_role(stack, service)
    try:
        there = await count_rows(admin, service)
        seen = {table: await _seen(api, table) for table in await tenant_tables(admin, service)}
    finally:
        await api.close()
        await admin.close()

    assert sum(there.values()) > 0
    assert {table: count for table, count in seen.items() if count != 0} == {}


@pytest.mark.parametrize("service", SERVICES)
async def test_sql_of_the_api_role_sees_only_its_organization(
    stack: RunningStack, job: Job, stranger: PublicApi, service: str
) -> None:
    first, other = job.api.organization.organization_id, stranger.organization.organization_id
    api = await _as_api_role(stack, service)
    try:
        await api.execute("SELECT set_config('app.organization_id', $1, false)", str(other))
        tables = await tenant_tables(api, service)
        seen = {table: await _seen(api, table, f"organization_id = {first}") for table in tables}
        own = sum([await _seen(api, table, f"organization_id = {other}") for table in tables])
    finally:
        await api.close()

    assert {table: count for table, count in seen.items() if count != 0} == {}
    assert own > 0 or service == "exceptions"  # nothing of the stranger's is late


async def _as_api_role(stack: RunningStack, service: str) -> Connection:
    password = stack.local.secrets.role_password
    url = url_for(stack.postgres_url, user=role_name(service, "api"), password=password)
    return await asyncpg.connect(url)


async def _seen(connection: Connection, table: str, where: str = "true") -> int:
    """Count what a role sees of a table; none where it may not look at all."""
    try:
        query = f"SELECT count(*) FROM {table} WHERE {where}"  # noqa: S608 - from the catalogue
        return int(await connection.fetchval(query))
    except asyncpg.InsufficientPrivilegeError:
        return 0
