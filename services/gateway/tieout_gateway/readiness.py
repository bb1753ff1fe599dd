"""What readiness asks: the database, as either role, and the owners behind the door."""

from collections.abc import Mapping

from tieout_gateway import keys
from tieout_gateway.owners import Owners
from tieout_runtime.health import Check
from tieout_runtime.internal import InternalClient
from tieout_runtime.migrate import assert_at_head
from tieout_runtime.postgres import Pool, borrowed


async def assert_ready(pool: Pool) -> None:
    async with borrowed(pool) as connection:
        await assert_at_head(connection, "gateway")


def checks_of(pools: Mapping[str, Pool]) -> dict[str, Check]:
    """Ask that the key table answers to both roles, in the schema we were made for."""

    def check_of(role: str) -> Check:
        async def check() -> None:
            async with borrowed(pools[role]) as connection:
                await assert_at_head(connection, "gateway")
                await keys.can_be_read(connection)

        return check

    return {f"database_as_{role}": check_of(role) for role in ("worker", "api")}


def owner_checks_of(owners: Owners) -> dict[str, Check]:
    def check_of(client: InternalClient) -> Check:
        async def check() -> None:
            await client.call("GET", "/livez")

        return check

    clients = {
        "ingest": owners.ingest,
        "matcher": owners.matcher,
        "exceptions": owners.exceptions,
    }
    return {name: check_of(client) for name, client in clients.items()}
