"""Changes told by services are appended once each, and kept from being changed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from fixtures.postgres import Database
from integration.exceptions.conftest import Rig
from tieout_contracts.audit_events import AuditNoted
from tieout_exceptions.handlers import on_audit
from tieout_runtime.postgres import Pool, transaction
from unit.exceptions.outcome_log import ORGANIZATION
from unit.exceptions.test_audit import noted


async def take(pool: Pool, *messages: AuditNoted) -> None:
    async with transaction(pool) as connection:
        await on_audit(connection, messages)


async def tampered(database: Database, statement: str) -> None:
    """Do as the database's owner what nobody else may."""
    connection = await asyncpg.connect(database.url)
    await connection.execute("SET search_path TO exceptions")
    await connection.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
    await connection.execute(statement)
    await connection.close()


@asynccontextmanager
async def connected(rig: Rig, database: Database, role: str) -> AsyncIterator[Any]:
    """Connect as the service's worker, or as who owns the tables."""
    if role == "worker":
        async with rig.worker.acquire() as connection:
            yield connection
        return
    owner = await asyncpg.connect(database.url)
    await owner.execute("SET search_path TO exceptions")
    yield owner
    await owner.close()


async def test_each_is_appended_once_in_the_order_it_comes(rig: Rig) -> None:
    await take(rig.worker, noted(1), noted(2), noted(1))
    await take(rig.worker, noted(2), noted(3), noted(4, organization_id=8))

    page = await rig.json("/audit_entries")

    told = [(one["entry"]["seq"], one["entry"]["id"]) for one in page["data"]]
    assert told == [(1, "matcher:1"), (2, "matcher:2"), (3, "matcher:3")]
    verified = await rig.json("/audit_entries/verification")
    assert verified == {
        "verified": True,
        "entries": 3,
        "hash": page["data"][-1]["hash"],
        "first_wrong": None,
    }


async def test_they_are_paged_and_chosen(rig: Rig) -> None:
    await take(rig.worker, *(noted(number, account_id=number % 2) for number in range(5)))

    first = await rig.json("/audit_entries", limit=2)
    second = await rig.json("/audit_entries", limit=9, cursor=first["next_cursor"])
    own = await rig.json("/audit_entries", account_id=1)
    later = await rig.json("/audit_entries", at_from="2026-11-07T00:00:00Z")

    assert [one["entry"]["seq"] for one in first["data"] + second["data"]] == [1, 2, 3, 4, 5]
    assert second["next_cursor"] is None
    assert [one["entry"]["account_id"] for one in own["data"]] == [1, 1]
    assert later["data"] == []


async def test_an_organisation_without_changes_is_verified(rig: Rig) -> None:
    verified = await rig.json("/audit_entries/verification")

    assert (verified["verified"], verified["entries"]) == (True, 0)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_entry SET account_id = 1", "DELETE FROM audit_entry", "TRUNCATE audit_entry"],
)
@pytest.mark.parametrize("role", ["worker", "owner"])
async def test_nobody_changes_an_entry(
    rig: Rig, database: Database, role: str, statement: str
) -> None:
    await take(rig.worker, noted(1))

    async with connected(rig, database, role) as connection:
        with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.RaiseError)):
            await connection.execute(statement)


@pytest.mark.parametrize(
    ("statement", "first_wrong"),
    [
        ("UPDATE audit_entry SET content = content || ' '::bytea WHERE seq = 2", 2),
        ("DELETE FROM audit_entry WHERE seq = 1", 1),
        ("DELETE FROM audit_entry WHERE seq = 3", 3),
    ],
)
async def test_what_was_done_all_the_same_is_seen(
    rig: Rig, database: Database, statement: str, first_wrong: int
) -> None:
    await take(rig.worker, noted(1), noted(2), noted(3))
    await tampered(database, statement)

    verified = await rig.json("/audit_entries/verification")

    assert (verified["verified"], verified["first_wrong"]) == (False, first_wrong)


async def test_the_rig_asks_for_the_organisation_that_was_told_of() -> None:
    assert noted(1).organization_id == ORGANIZATION
