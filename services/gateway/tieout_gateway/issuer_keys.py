"""The public keys of the issuer of tokens: kept for a time, fetched seldom."""

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx2
import structlog

from tieout_runtime.problems import unavailable

REFETCH_AFTER = timedelta(minutes=1)  # however many unknown keys tokens name
RETRY_AFTER = timedelta(seconds=10)  # when the issuer did not answer
KEPT_AT_MOST = timedelta(days=1)  # while the issuer does not answer
TIMEOUT_S = 5.0
_MAX_BYTES = 1024 * 1024
_MAX_KEYS = 100
_KEY_TYPES = ("RSA", "EC", "OKP")  # never "oct": a shared secret is no public key
Jwk = Mapping[str, Any]
_log = structlog.get_logger(__name__)


class JwksError(ValueError):
    """The issuer's answer is no set of keys; what was there before stays."""


class IssuerKeys:
    """Keys by their `kid`. One fetch at a time, at most one in `REFETCH_AFTER`."""

    def __init__(
        self,
        *,
        url: str,
        client: httpx2.AsyncClient,
        cache_for: timedelta,
        clock: Callable[[], datetime],
    ) -> None:
        self._url = url
        self._client = client
        self._cache_for = cache_for
        self._clock = clock
        self._keys: dict[str, Jwk] = {}
        self._fetched_at: datetime | None = None
        self._next_fetch_at: datetime | None = None
        self._fetching = asyncio.Lock()

    async def find(self, kid: str) -> Jwk | None:
        """Find the key, asking the issuer when it is unknown or old; None when there is none.

        Raises Problem 503 while no keys of an acceptable age are to be had.
        """
        if self._lacks(kid) and (self._may_fetch() or self._fetching.locked()):
            async with self._fetching:  # whoever comes during a fetch waits for what it brings
                if self._lacks(kid) and self._may_fetch():
                    await self._fetch()
        if self._age() is None or self._age_exceeds(KEPT_AT_MOST):
            raise unavailable("the keys of the issuer of tokens are not to be had")
        return self._keys.get(kid)

    def _lacks(self, kid: str) -> bool:
        return kid not in self._keys or self._age_exceeds(self._cache_for)

    def _age(self) -> timedelta | None:
        return None if self._fetched_at is None else self._clock() - self._fetched_at

    def _age_exceeds(self, limit: timedelta) -> bool:
        age = self._age()
        return age is not None and age >= limit

    def _may_fetch(self) -> bool:
        return self._next_fetch_at is None or self._clock() >= self._next_fetch_at

    async def _fetch(self) -> None:
        at = self._clock()
        self._next_fetch_at = at + RETRY_AFTER
        try:
            self._keys = keys_of(await self._answer())
        except (httpx2.HTTPError, JwksError) as error:
            _log.warning("issuer_keys_not_fetched", error=repr(error))
            return
        self._fetched_at = at
        self._next_fetch_at = at + REFETCH_AFTER

    async def _answer(self) -> bytes:
        body = b""
        async with self._client.stream("GET", self._url) as response:
            if not response.is_success:
                raise JwksError(f"the issuer answered {response.status_code}")
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > _MAX_BYTES:
                    raise JwksError("the issuer's answer is too long")
        return body


def keys_of(body: bytes) -> dict[str, Jwk]:
    """Read a JWK Set (RFC 7517): public keys for signatures that have a `kid`.

    Raises JwksError when there is none; a key that is of no use here is left out, as sets may
    hold keys for other purposes.
    """
    try:
        listed = json.loads(body)["keys"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise JwksError("the issuer's answer is no set of keys") from error
    if not isinstance(listed, list):
        raise JwksError("the issuer's answer is no set of keys")
    usable = [one for one in listed[:_MAX_KEYS] if _is_usable(one)]
    if not usable:
        raise JwksError("the issuer has no key for signatures")
    return {one["kid"]: one for one in usable}


def _is_usable(key: Any) -> bool:
    return (
        isinstance(key, dict)
        and key.get("kty") in _KEY_TYPES
        and key.get("use") in (None, "sig")
        and isinstance(key.get("kid"), str)
    )
