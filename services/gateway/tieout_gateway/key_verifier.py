"""From an API key to the service user it acts as."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from tieout_gateway import keys
from tieout_gateway.believed import Believed
from tieout_gateway.domain.credential import Credential
from tieout_gateway.domain.principal import Principal
from tieout_gateway.keys import StoredKey
from tieout_gateway.rate_limits import RateLimits
from tieout_runtime.postgres import TRANSIENT_ERRORS, Pool, borrowed, tenant_transaction

USE_NOTED_EVERY = timedelta(minutes=1)
_NEVER = datetime.max.replace(tzinfo=UTC)
_NO_HMAC = bytes(32)  # compared against when there is no such key: the same work either way
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class KeyVerifier:
    """Verifies API keys; one that was verified is believed for `cache_for`."""

    worker: Pool
    api: Pool
    pepper: str
    cache_for: timedelta
    clock: Callable[[], datetime]
    believed: Believed
    rate_limits: RateLimits

    async def principal_of(self, credential: Credential, *, address: str) -> Principal | None:
        """Give whom the key stands for; None when it is unknown, expired or revoked.

        Raises Problem 429, without a look, for a key that was never good and comes from an
        address that had too many bad ones.
        """
        at = self.clock()
        given = (credential.prefix, credential.hmac(pepper=self.pepper))
        believed = self.believed.get(given, at=at)
        if believed is not None:
            return believed
        if not self.believed.was_good(given):
            self.rate_limits.check_address(address)
        stored = await self._stored(credential.prefix)
        equal = hmac.compare_digest(given[1], stored.secret_hmac if stored else _NO_HMAC)
        if stored is None or not equal or not stored.is_usable(at=at):
            return None
        principal = Principal(
            organization_id=stored.organization_id,
            account_id=stored.account_id,
            key_prefix=credential.prefix,
            scopes=stored.scopes,
            organization_ids=frozenset({stored.organization_id}),
        )
        until = min(at + self.cache_for, stored.expires_at or _NEVER)
        self.believed.remember(given, principal, until=until)
        await self._note_use(stored, at=at)
        return principal

    async def _stored(self, prefix: str) -> StoredKey | None:
        async with borrowed(self.worker) as connection:
            return await keys.find_key(connection, prefix)

    async def _note_use(self, stored: StoredKey, *, at: datetime) -> None:
        """Note the use; a database that cannot take the note does not stop the request."""
        since = at - USE_NOTED_EVERY
        if stored.last_used_at is not None and stored.last_used_at >= since:
            return
        try:
            async with tenant_transaction(
                self.api, organization_id=stored.organization_id
            ) as connection:
                await keys.note_use(
                    connection, api_key_id=stored.api_key_id, at=at, unless_since=since
                )
        except TRANSIENT_ERRORS as error:
            _log.warning("key_use_not_noted", error=repr(error))
