"""An empty database beside the live one: what is replayed is never written over what is."""

import secrets
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from tieout_runtime.migrate import migrate_all
from tieout_runtime.postgres import Connection, role_name, url_for
from tieout_runtime.queries import load_queries

PREFIX = "tieout_replay_"
_SQL = load_queries("tieout_ops", "replay_scratch.sql")


@asynccontextmanager
async def scratch_database(url: str, *, role_password: str) -> AsyncIterator[str]:
    """Give the URL of a new database on the server of `url`, with all schemas; drop it at the end.

    The administrator of `url` must be allowed to make databases. One that cannot be dropped is
    named on standard error.
    """
    name = PREFIX + secrets.token_hex(6)
    await _administer(url, "create", name)
    try:
        scratch_url = urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        await migrate_all(scratch_url, role_password=role_password)
        yield scratch_url
    finally:
        await _drop(url, name)


@asynccontextmanager
async def open_worker(
    url: str, *, service: str, role_password: str, session: Mapping[str, str] | None = None
) -> AsyncIterator[Connection]:
    """Connect as a service's worker, with what its own pool sets for a session."""
    connection = await asyncpg.connect(
        url_for(url, user=role_name(service, "worker"), password=role_password),
        server_settings={
            "search_path": service,
            "application_name": f"tieout-replay-{service}",
            "jit": "off",
            "timezone": "UTC",
            **(session or {}),
        },
    )
    try:
        yield connection
    finally:
        await connection.close()


async def _drop(url: str, name: str) -> None:
    try:
        await _administer(url, "drop", name)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        told = f"the scratch database {name} is left behind ({error}); drop it by hand"
        print(told, file=sys.stderr)


async def _administer(url: str, what: str, name: str) -> None:
    connection = await asyncpg.connect(url, statement_cache_size=0)
    try:
        await connection.execute(await connection.fetchval(_SQL[what], name))
    finally:
        await connection.close()
