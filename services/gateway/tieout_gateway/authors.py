"""Who acted, for answers that say so by name."""

from collections.abc import Iterable
from dataclasses import dataclass

from tieout_runtime.postgres import Pool, tenant_transaction
from tieout_runtime.queries import load_queries

_SQL = load_queries("tieout_gateway", "authors.sql")


@dataclass(frozen=True, kw_only=True)
class Authors:
    """Knows what the accounts of each organisation are called."""

    api: Pool

    async def names_of(self, organization_id: int, account_ids: Iterable[int]) -> dict[int, str]:
        """Tell what these accounts are called; unknown ones are left out."""
        wanted = sorted(set(account_ids))
        if not wanted:
            return {}
        async with tenant_transaction(self.api, organization_id=organization_id) as connection:
            rows = await connection.fetch(_SQL["names"], organization_id, wanted)
        return {row["account_id"]: row["name"] for row in rows}
