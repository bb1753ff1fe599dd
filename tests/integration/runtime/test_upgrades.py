"""Migrations over rows that an earlier version of the program left behind."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from fixtures.postgres import Database
from fixtures.run import current_run
from tieout_runtime import migrate
from tieout_runtime.postgres import Connection

ALL = migrate.migrations_of
# Records 1 (booked), 2 (pending), 3 (pending, then booked as position 4): so 1 and 3 were sent.
RECORDS = """
INSERT INTO ingest.stream (organization_id, id, key, name, type, expected_days,
                           arrival_grace_seconds, overlap, routable, created_at)
VALUES (1, 7, 'bank', 'bank', 'api', 2, 0, 'dedupe', 2, now());
INSERT INTO ingest.record (organization_id, stream_id, id, version, position, routable, source,
                           arrived_at, fields, raw)
SELECT 1, 7, id, version, position, routable, 'api', now(), '', ''
FROM (VALUES (1, 1, 1, true), (2, 1, 2, false), (3, 1, 3, false), (3, 2, 4, true))
     AS stored (id, version, position, routable);
INSERT INTO ingest.route (organization_id, stream_id, reconciliation_id, side, version, active,
                          routed)
VALUES (1, 7, 5, 'A', 1, true, 2), (1, 7, 6, 'A', 2, false, 0);
"""
MATCHES = """
INSERT INTO matcher.match (organization_id, id, reconciliation_id, kind, members, created_at,
                           revoked_at)
VALUES (1, 1, 5, 'exact', '{1,2}', now(), NULL), (1, 2, 5, 'exact', '{3,4}', now(), now())
"""


@asynccontextmanager
async def at(
    database: Database, monkeypatch: pytest.MonkeyPatch, service: str, number: int
) -> AsyncIterator[Connection]:
    """Migrate a service up to a number; give the connection of the administrator."""

    def until(asked: str) -> list[migrate.Migration]:
        package = f"tieout_{service}"
        return [one for one in ALL(asked) if one.package != package or one.number <= number]

    connection = await asyncpg.connect(database.url)
    with current_run().lock("template"):
        monkeypatch.setattr(migrate, "migrations_of", until)
        await migrate.migrate_all(database.url, role_password=database.role_password)
    try:
        yield connection
    finally:
        await connection.close()


async def to_the_head(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with current_run().lock("template"):
        monkeypatch.setattr(migrate, "migrations_of", ALL)
        await migrate.migrate_all(database.url, role_password=database.role_password)


async def test_pending_records_that_were_kept_back_are_sent_and_every_record_counts_once(
    empty_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at(empty_database, monkeypatch, "ingest", 2) as connection:
        await connection.execute(RECORDS)
        await to_the_head(empty_database, monkeypatch)

        assert await connection.fetchval("SELECT records FROM ingest.stream") == 3
        routed = await connection.fetch("SELECT routed FROM ingest.route ORDER BY version")
        assert [row["routed"] for row in routed] == [2, 0]
        backfills = await connection.fetch(
            "SELECT reconciliation_id, backfilled_to, backfill_to FROM ingest.backfill"
        )
        assert [tuple(row) for row in backfills] == [(5, 1, 2)]


async def test_matches_revoked_before_there_was_a_status_are_revoked(
    empty_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at(empty_database, monkeypatch, "matcher", 1) as connection:
        await connection.execute(MATCHES)
        await to_the_head(empty_database, monkeypatch)

        found = await connection.fetch("SELECT status FROM matcher.match ORDER BY id")
        assert [row["status"] for row in found] == ["accepted", "revoked"]
