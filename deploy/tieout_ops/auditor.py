"""The auditor: a role that reads every schema, over all organisations, and writes none."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from tieout_runtime.postgres import Connection, url_for
from tieout_runtime.queries import load_queries

AUDITOR = "tieout_auditor"
_SQL = load_queries("tieout_ops", "auditor.sql")
_SESSION = {
    "application_name": "tieout-auditor",
    "default_transaction_read_only": "on",
    "work_mem": "128MB",  # it joins whole tables,
    "enable_nestloop": "off",  # also just filled ones, of which the planner knows no size
    "jit": "off",
    "timezone": "UTC",
}


async def prepare_auditor(url: str, *, role_password: str) -> None:
    """Make the role, and let it read the schemas, as the administrator of `url`."""
    connection = await asyncpg.connect(url, statement_cache_size=0)
    try:
        async with connection.transaction():
            await connection.execute(_SQL["role"])
            await connection.execute(await connection.fetchval(_SQL["password"], role_password))
            await connection.execute(_SQL["grants"])
    finally:
        await connection.close()


@asynccontextmanager
async def open_auditor(url: str, *, role_password: str) -> AsyncIterator[Connection]:
    """Connect to the database of `url` as the auditor; errors are those of asyncpg."""
    connection = await asyncpg.connect(
        url_for(url, user=AUDITOR, password=role_password), server_settings=_SESSION
    )
    try:
        yield connection
    finally:
        await connection.close()
