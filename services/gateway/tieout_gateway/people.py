"""The people of an organisation, as the dialects name them: the one place that knows who exists."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from tieout_gateway import users
from tieout_runtime.postgres import Pool, tenant_transaction
from tieout_runtime.problems import Problem


@dataclass(frozen=True, kw_only=True)
class People:
    """The people of one organisation; numbers of others mean nobody."""

    pool: Pool
    organization_id: int

    async def subjects(self, numbers: Iterable[int]) -> Mapping[int, str]:
        """Name each of these people that there is, by number."""
        asked = sorted(set(numbers))
        if not asked:
            return {}
        async with tenant_transaction(
            self.pool, organization_id=self.organization_id
        ) as connection:
            return await users.subjects(
                connection, organization_id=self.organization_id, account_ids=asked
            )

    async def strangers(self, numbers: Sequence[int], path: str) -> Problem | None:
        """Give 422 `validation_failed` that names the places of unknown people; None: all known."""
        known = await self.subjects(numbers)
        errors = [
            {"path": f"{path}[{place}]", "message": "there is no such user"}
            for place, number in enumerate(numbers)
            if number not in known
        ]
        if not errors:
            return None
        detail = "; ".join(f"{one['path']}: {one['message']}" for one in errors)
        return Problem(422, "validation_failed", detail, errors=errors)


async def people_of(request: Request) -> People:
    """Dependency of routes that name people."""
    principal = request.state.principal
    return People(pool=request.app.state.pool, organization_id=principal.organization_id)


FromPeople = Annotated[People, Depends(people_of)]
