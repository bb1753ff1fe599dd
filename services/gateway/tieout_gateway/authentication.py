"""From the credential a request carries to the principal it acts as."""

import hmac
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

import structlog
from starlette.datastructures import Headers

from tieout_gateway import keys
from tieout_gateway.domain.credential import Credential, read_credential
from tieout_gateway.domain.principal import Principal
from tieout_gateway.keys import StoredKey
from tieout_gateway.rate_limits import RateLimits
from tieout_runtime.postgres import TRANSIENT_ERRORS, Pool, tenant_transaction
from tieout_runtime.problems import Problem

USE_NOTED_EVERY = timedelta(minutes=1)
_CACHED_KEYS = 10_000
_NO_HMAC = bytes(32)  # compared against when there is no such key: the same work either way
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Authenticator:
    """Verifies API keys; one that was verified is believed for `cache_for`."""

    worker: Pool
    api: Pool
    pepper: str
    cache_for: timedelta
    clock: Callable[[], datetime]
    cache: OrderedDict[tuple[str, bytes], tuple[Principal, datetime]]
    rate_limits: RateLimits

    async def principal_of(self, headers: Headers, *, address: str) -> Principal:
        """Verify; raises Problem 401 `unauthorized`, or 403 when another organisation is named.

        Bad credentials count against the address: 429 when it had too many. One that was good
        before is looked at even then, so that a neighbour's guessing does not lock it out.
        """
        text = _credential_text(headers)
        if not text:
            raise unauthorized("the request carries no API key")
        try:
            principal = await self._principal(text, address=address)
        except Problem as problem:
            if problem.status == HTTPStatus.UNAUTHORIZED:
                await self.rate_limits.count_refusal(address)
            raise
        named = headers.get("x-organization-id")
        if named is not None and named != str(principal.organization_id):
            raise Problem(403, "forbidden", "the key belongs to another organisation")
        return principal

    async def _principal(self, text: str, *, address: str) -> Principal:
        credential = read_credential(text)
        if credential is None:
            raise unauthorized("the credential has not the form of an API key")
        return await self._verify(credential, address=address)

    async def _verify(self, credential: Credential, *, address: str) -> Principal:
        at = self.clock()
        given = credential.hmac(pepper=self.pepper)
        cached = self.cache.get((credential.prefix, given))
        if cached is not None and at < cached[1]:
            return cached[0]
        if cached is None:
            self.rate_limits.check_address(address)
        async with self.worker.acquire() as connection:
            stored = await keys.find_key(connection, credential.prefix)
        equal = hmac.compare_digest(given, stored.secret_hmac if stored else _NO_HMAC)
        if stored is None or not equal or not stored.is_usable(at=at):
            raise unauthorized("the API key is unknown, expired or revoked")
        principal = Principal(
            organization_id=stored.organization_id,
            account_id=stored.account_id,
            key_prefix=credential.prefix,
            scopes=stored.scopes,
        )
        until = min(
            at + self.cache_for, stored.expires_at or datetime.max.replace(tzinfo=at.tzinfo)
        )
        self._remember((credential.prefix, given), principal, until)
        await self._note_use(stored, at=at)
        return principal

    def _remember(self, key: tuple[str, bytes], principal: Principal, until: datetime) -> None:
        self.cache[key] = (principal, until)
        self.cache.move_to_end(key)
        if len(self.cache) > _CACHED_KEYS:
            self.cache.popitem(last=False)

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


def unauthorized(detail: str) -> Problem:
    return Problem(401, "unauthorized", detail, headers={"WWW-Authenticate": "Bearer"})


def _credential_text(headers: Headers) -> str:
    """`X-API-KEY`, or `Authorization: Bearer`; "" when neither came; two must be one."""
    given = set(headers.getlist("x-api-key"))
    for value in headers.getlist("authorization"):
        scheme, _, token = value.partition(" ")
        if scheme.lower() == "bearer":
            given.add(token.strip())
    if len(given) > 1:
        raise unauthorized("the request carries two different credentials")
    return given.pop() if given else ""
