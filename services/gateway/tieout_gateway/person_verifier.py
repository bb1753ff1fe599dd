"""From a person's token to the user it stands for, in the organisation they act in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import asyncpg

from tieout_gateway import users
from tieout_gateway.believed import Believed
from tieout_gateway.domain.claims import Person
from tieout_gateway.domain.membership import MembershipError, chosen_organization
from tieout_gateway.domain.principal import Principal
from tieout_gateway.tokens import TokenVerifier
from tieout_runtime.postgres import Pool, borrowed, tenant_transaction
from tieout_runtime.problems import unavailable


@dataclass(frozen=True, kw_only=True)
class PersonVerifier:
    """Verifies tokens; a person never seen in an organisation becomes a user of it."""

    tokens: TokenVerifier
    worker: Pool
    api: Pool
    cache_for: timedelta
    clock: Callable[[], datetime]
    believed: Believed

    async def principal_of(self, token: str, *, named: str | None) -> Principal:
        """Give whom the token stands for; `named` is the organisation the request names.

        Raises TokenError, MembershipError, or Problem 503.
        """
        at = self.clock()
        given = (sha256(token.encode()).digest(), named)
        believed = self.believed.get(given, at=at)
        if believed is not None:
            return believed
        person = await self.tokens.person_of(token, at=at)
        organization_ids = person.organization_ids
        if organization_ids is None:
            organization_ids = await self._made_in(person.subject)
        organization_id = chosen_organization(organization_ids, named)
        principal = Principal(
            organization_id=organization_id,
            account_id=await self._account(person, organization_id, at=at),
            key_prefix=None,
            scopes=person.scopes,
            organization_ids=organization_ids,
        )
        until = min(at + self.cache_for, person.expires_at)
        self.believed.remember(given, principal, until=until)
        return principal

    async def _made_in(self, subject: str) -> frozenset[int]:
        """Find where an administrator has made the person, when the token does not say."""
        async with borrowed(self.worker) as connection:
            return frozenset(await users.organizations_of(connection, subject))

    async def _account(self, person: Person, organization_id: int, *, at: datetime) -> int:
        try:
            async with tenant_transaction(self.api, organization_id=organization_id) as connection:
                return await users.meet(connection, organization_id, person, at=at)
        except asyncpg.ForeignKeyViolationError as error:
            raise MembershipError("the person does not belong to that organisation") from error
        except asyncpg.UniqueViolationError as error:  # the same address, made at this moment
            raise unavailable("the user is being changed; try again") from error
