"""I7 and S2: another organisation's identifiers are 404 everywhere; the api role sees nothing."""

from typing import Any

import asyncpg
import pytest

from integration.matcher.checker import check, matched_pairs
from integration.matcher.service import Service
from integration.matcher.world import Key, World
from tieout_runtime.postgres import tenant_transaction
from unit.matcher.builders import ORGANIZATION, a_leaf, a_record, some_fields

OTHER = ORGANIZATION + 1
ROUTES: list[tuple[str, str, Any]] = [
    ("GET", "/reconciliations/{r}", None),
    ("GET", "/reconciliations/{r}/progress", None),
    ("GET", "/reconciliations/{r}/entries", None),
    ("GET", "/reconciliations/{r}/entries?record_ids=1,2&status=unmatched", None),
    ("GET", "/reconciliations/{r}/entries/1", None),
    ("POST", "/reconciliations/{r}/records/1/mark_overdue", {}),
    ("POST", "/rules", {"reconciliation_id": "r", "filters": {"rules": [a_leaf("date")]}}),
    ("GET", "/rules?reconciliation_id={r}", None),
    ("GET", "/rules/{rule}", None),
    ("DELETE", "/rules/{rule}", None),
    ("GET", "/matches/{match}", None),
    ("DELETE", "/matches/{match}", None),
    ("PUT", "/operations/1/force-match", {"reconciliation_id": "r", "record_id": 3}),
    ("PUT", "/operations/1/cancel", {"reconciliation_id": "r"}),
]


@pytest.fixture
async def key(world: World) -> Key:
    """Give an organisation with one match, one open entry, and another one with nothing."""
    key = await world.with_rule()
    await world.deliver([
        a_record(n, "AB"[n % 2], some_fields(external_id=name), reconciliation_id=key[1])  # type: ignore[arg-type]
        for n, name in ((1, "x"), (2, "x"), (3, "y"))
    ])  # fmt: skip
    return key


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
async def test_what_belongs_to_another_organisation_is_404(
    world: World, service: Service, key: Key, method: str, path: str, body: Any
) -> None:
    (match,) = await world.rows("SELECT id FROM match")
    (rule,) = await world.rows("SELECT id FROM rule")
    path = path.format(r=key[1], rule=rule["id"], match=match["id"])
    content = {}
    if body is not None:
        own = {"reconciliation_id": key[1]} if "reconciliation_id" in body else {}
        content = {"json": {**body, **own}}

    foreign = await service.call(method, path, organization_id=OTHER, **content)

    assert (foreign.status_code, foreign.json()["code"]) == (404, "not_found")
    assert not await world.rows("SELECT 1 FROM idempotency_key")
    assert await matched_pairs(world, key) == {(2, 1)}
    await check(world, key)
    owned = await service.call(method, path, **content)
    assert owned.status_code in (200, 201, 204, 409), owned.text


async def test_lists_show_only_the_callers_own(service: Service, key: Key) -> None:
    assert (await service.get("/reconciliations", organization_id=OTHER))["data"] == []
    assert (await service.get("/matches", organization_id=OTHER))["data"] == []
    listed = await service.get(f"/matches?reconciliation_id={key[1]}", organization_id=OTHER)
    assert (listed["data"], listed["total_count"]) == ([], 0)
    assert (await service.get("/matches"))["total_count"] == 1


@pytest.mark.parametrize("token", ["", "wrong", "a-token-for-tests-onl"])
async def test_without_the_internal_token_nothing_answers(service: Service, token: str) -> None:
    for path in ("/reconciliations", "/matches"):
        assert (await service.call("GET", path, token=token)).status_code == 401
    claimed = await service.call("POST", "/overdue/claim", token=token, json={"until": "x"})
    assert claimed.status_code == 401


async def _tables(world: World) -> list[str]:
    rows = await world.rows(
        "SELECT table_name FROM information_schema.columns"
        " WHERE table_schema = 'matcher' AND column_name = 'organization_id'"
    )
    return [row["table_name"] for row in rows]


async def test_every_tenant_table_is_protected_and_hides_its_rows_from_the_api_role(
    world: World, key: Key
) -> None:
    tables = [one for one in await _tables(world) if not one.startswith("outbox_")]
    assert {"reconciliation", "entry", "open_entry", "open_key", "match", "block"} <= set(tables)

    for table in tables:
        (flags,) = await world.rows(
            "SELECT relrowsecurity, relforcerowsecurity FROM pg_class"
            " WHERE oid = ('matcher.' || $1)::regclass",
            table,
        )
        assert tuple(flags) == (True, True), table
        counted = f"SELECT count(*) FROM {table}"  # noqa: S608
        async with world.api.acquire() as connection:
            assert await connection.fetchval(counted) == 0, table
        async with tenant_transaction(world.api, organization_id=OTHER) as connection:
            assert await connection.fetchval(counted) == 0, table
    async with tenant_transaction(world.api, organization_id=key[0]) as connection:
        assert await connection.fetchval("SELECT count(*) FROM entry") == 3


async def test_the_api_role_cannot_write_for_another_organisation(world: World, key: Key) -> None:
    statement = """INSERT INTO operation (organization_id, id, reconciliation_id, outcome,
        created_at) VALUES ($1, 1, $2, '{}', now())"""

    async with tenant_transaction(world.api, organization_id=OTHER) as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement, *key)
