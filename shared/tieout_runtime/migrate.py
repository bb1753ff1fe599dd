"""Migrations: numbered SQL files per service, each applied once, in order, with its checksum."""

import asyncio
import hashlib
from dataclasses import dataclass
from importlib.resources import files

import asyncpg

from tieout_runtime.postgres import Connection, role_name, url_for
from tieout_runtime.settings import SERVICES

ROLE_TRIES = 10
ROLE_RETRY_S = 0.05
_LOCK = 0x7E0_0001  # one migrator at a time in a database
_LEDGER = """
CREATE TABLE IF NOT EXISTS schema_migration (
    package    text NOT NULL,
    number     int NOT NULL,
    name       text NOT NULL,
    checksum   text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (package, number)
)"""


class SchemaMismatchError(RuntimeError):
    """The database's schema is not the one this program was made for; it must not start."""


@dataclass(frozen=True, kw_only=True)
class Migration:
    package: str
    number: int
    name: str
    checksum: str
    sql: str


def migrations_of(service: str) -> list[Migration]:
    """List the plumbing that all services share, then the service's own files."""
    return [*_files_of("tieout_runtime"), *_files_of(f"tieout_{service}")]


def _files_of(package: str) -> list[Migration]:
    """Read `sql/migrations/NNNN_name.sql` of a package; numbered 1, 2, 3 and so on."""
    folder = files(package) / "sql" / "migrations"
    found = []
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if not file.name.endswith(".sql"):
            continue
        sql = file.read_text(encoding="utf-8")
        number, _, name = file.name.removesuffix(".sql").partition("_")
        checksum = hashlib.sha256(sql.encode()).hexdigest()
        found.append(
            Migration(package=package, number=int(number), name=name, checksum=checksum, sql=sql)
        )
    if [one.number for one in found] != list(range(1, len(found) + 1)):
        raise SchemaMismatchError(f"the migrations of {package} are not numbered 1, 2, 3 …")
    return found


async def migrate_all(url: str, *, role_password: str) -> dict[str, int]:
    """Bring all schemas to head as the administrator of `url`; returns migrations applied.

    Waits for another migrator. Each file is one transaction: a killed run is completed by the
    next. Raises SchemaMismatchError when an applied file has changed.
    """
    connection = await asyncpg.connect(url, statement_cache_size=0)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
        for service in SERVICES:
            await _prepare_roles(connection, service, role_password)
    finally:
        await connection.close()
    return {service: await _migrate(url, service, role_password) for service in SERVICES}


async def _prepare_roles(connection: Connection, service: str, password: str) -> None:
    """Create the schema and its three roles.

    Roles are of the whole server: they may exist already, and a migrator of another database may
    change one at the same moment, which PostgreSQL answers with an internal error.
    """
    for attempt in range(1, ROLE_TRIES + 1):
        try:
            await _create_roles(connection, service, password)
        except (asyncpg.InternalServerError, asyncpg.UniqueViolationError):
            if attempt == ROLE_TRIES:
                raise
            await asyncio.sleep(ROLE_RETRY_S * attempt)
        else:
            return


async def _create_roles(connection: Connection, service: str, password: str) -> None:
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK + 1)
        for role in ("owner", "worker", "api"):
            name = role_name(service, role)
            exists = await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", name)
            verb = "ALTER" if exists else "CREATE"
            secret = await connection.fetchval("SELECT quote_literal($1::text)", password)
            bypass = "BYPASSRLS" if role == "worker" else "NOBYPASSRLS"  # COPY needs it: ADR 0004
            await connection.execute(
                f"{verb} ROLE {name} LOGIN NOSUPERUSER {bypass} PASSWORD {secret}"
            )
        owner = role_name(service, "owner")
        await connection.execute(f"CREATE SCHEMA IF NOT EXISTS {service} AUTHORIZATION {owner}")
        for role in ("worker", "api"):
            await connection.execute(
                f"GRANT USAGE ON SCHEMA {service} TO {role_name(service, role)}"
            )
        database = await connection.fetchval("SELECT quote_ident(current_database())")
        await connection.execute(f"GRANT TEMPORARY, CONNECT ON DATABASE {database} TO {owner}")
        worker = role_name(service, "worker")
        await connection.execute(f"GRANT TEMPORARY ON DATABASE {database} TO {worker}")


async def _migrate(url: str, service: str, password: str) -> int:
    owner_url = url_for(url, user=role_name(service, "owner"), password=password)
    connection = await asyncpg.connect(
        owner_url, statement_cache_size=0, server_settings={"search_path": service}
    )
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
        await connection.execute(_LEDGER)
        applied = await _applied(connection)
        ours = migrations_of(service)
        waiting = [one for one in ours if (one.package, one.number) not in applied]
        _compare(service, [one for one in ours if one not in waiting], applied)
        for one in waiting:
            async with connection.transaction():
                await connection.execute(one.sql)
                await connection.execute(
                    "INSERT INTO schema_migration (package, number, name, checksum)"
                    " VALUES ($1, $2, $3, $4)",
                    one.package,
                    one.number,
                    one.name,
                    one.checksum,
                )
        for role in ("worker", "api"):
            name = role_name(service, role)
            await connection.execute(f"GRANT SELECT ON schema_migration TO {name}")
        return len(waiting)
    finally:
        await connection.close()


async def assert_at_head(connection: Connection, service: str) -> None:
    """Raise SchemaMismatchError unless the database has exactly this program's migrations."""
    try:
        applied = await _applied(connection)
    except asyncpg.UndefinedTableError as error:
        raise SchemaMismatchError(f"{service}: no schema yet; run `tieout migrate`") from error
    _compare(service, migrations_of(service), applied)


async def _applied(connection: Connection) -> dict[tuple[str, int], str]:
    rows = await connection.fetch("SELECT package, number, checksum FROM schema_migration")
    return {(row["package"], row["number"]): row["checksum"] for row in rows}


def _compare(service: str, ours: list[Migration], applied: dict[tuple[str, int], str]) -> None:
    if {(one.package, one.number): one.checksum for one in ours} != applied:
        raise SchemaMismatchError(
            f"{service}: the database has {len(applied)} migrations, this program {len(ours)},"
            " or one was changed after it was applied; run `tieout migrate` of the same version"
        )
