"""What a pooled connection leaves to its next user: nothing, with or without a reset."""

import pytest

from tieout_runtime.postgres import Connection, Pool, borrowed, tenant_transaction, transaction

LOCK = 4711
OWN_LOCKS = "SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory'"


async def backend(connection: Connection) -> int:
    return int(await connection.fetchval("SELECT pg_backend_pid()"))


async def test_a_session_lock_ends_when_its_connection_is_given_back(worker: Pool) -> None:
    async with worker.acquire() as connection:
        holder = await backend(connection)
        await connection.execute("SELECT pg_advisory_lock($1)", LOCK)

    async with borrowed(worker) as connection:
        assert await backend(connection) == holder
        assert await connection.fetchval(OWN_LOCKS) == 0


async def test_a_use_that_leaves_nothing_says_so_for_itself_alone(worker: Pool) -> None:
    async with transaction(worker) as connection:
        first = await backend(connection)

    async with worker.acquire() as connection:
        assert await backend(connection) == first
        await connection.execute("SELECT pg_advisory_lock($1)", LOCK)

    async with transaction(worker) as connection:
        assert await backend(connection) == first
        assert await connection.fetchval(OWN_LOCKS) == 0


async def test_a_transaction_costs_no_reset(worker: Pool) -> None:
    async with worker.acquire() as held:  # makes the pool open a second connection
        async with transaction(worker) as connection:
            pid = await backend(connection)
        seen = await held.fetchval("SELECT query FROM pg_stat_activity WHERE pid = $1", pid)

    assert "COMMIT" in seen


async def fail_within(worker: Pool) -> None:
    async with transaction(worker) as connection:
        await connection.execute("SET LOCAL application_name = 'changed'")
        raise LookupError


async def test_a_transaction_that_fails_is_rolled_back(worker: Pool) -> None:
    with pytest.raises(LookupError):
        await fail_within(worker)

    async with worker.acquire() as connection:
        assert not connection.is_in_transaction()
        assert await connection.fetchval("SHOW application_name") != "changed"


async def test_an_organisation_is_forgotten_with_its_transaction(api: Pool) -> None:
    async with tenant_transaction(api, organization_id=1) as connection:
        pid = await backend(connection)

    async with borrowed(api) as connection:
        assert await backend(connection) == pid
        assert not await connection.fetchval("SELECT current_setting('app.organization_id', true)")
