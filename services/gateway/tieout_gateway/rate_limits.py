"""How often a credential may ask, and an address be refused, over all gateway processes.

A process takes hundredths of a limit from the common count and lets requests through from what it
took, so that most of them ask no database. What it took and did not use is lost when the window
ends: the limit is never passed, and may be felt up to a hundredth for each process too early.
"""

import asyncio
import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from limits import RateLimitItem
from limits.aio.storage import Storage
from limits.aio.strategies import FixedWindowRateLimiter

from tieout_gateway.domain.principal import Principal
from tieout_runtime.problems import Problem

_PARTS = 100
_REMEMBERED = 20_000


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where one name stands in its window; `reset_s` are whole seconds until the next one."""

    limit: RateLimitItem
    allowed: bool
    remaining: int
    reset_s: int

    def headers(self) -> dict[str, str]:
        """Write the headers of draft-ietf-httpapi-ratelimit-headers-07."""
        return {
            "RateLimit-Limit": str(self.limit.amount),
            "RateLimit-Policy": f"{self.limit.amount};w={self.limit.get_expiry()}",
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset_s),
        }

    def problem(self, what: str) -> Problem:
        detail = f"{what}: {self.limit}; come back in {self.reset_s} seconds"
        headers = {"Retry-After": str(self.reset_s)}
        return Problem(429, "rate_limited", detail, headers=headers)


@dataclass(kw_only=True)
class _Share:
    """What this process took of one name's window; `elsewhere` is still to be had by anyone."""

    left: int = 0
    elsewhere: int = 0
    until: float = 0.0
    is_refused: bool = False
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    def is_spent(self, now: float) -> bool:
        return self.is_refused and now < self.until

    def can_let_through(self, now: float) -> bool:
        return self.left > 0 and now < self.until


class Shares:
    """What this process took of the limits, by name."""

    def __init__(self, *, counts: Storage, clock: Callable[[], datetime]) -> None:
        self._limiter = FixedWindowRateLimiter(counts)
        self._clock = clock
        self._shares: OrderedDict[str, _Share] = OrderedDict()

    async def spend(self, limit: RateLimitItem, name: str) -> Standing:
        """Count one request of `name`."""
        share = self._share_of(limit, name)
        while not share.can_let_through(self._now()):
            if share.is_spent(self._now()):
                return self._standing(limit, share, allowed=False)
            async with share.asking:
                now = self._now()
                if not share.can_let_through(now) and not share.is_spent(now):
                    await self._take(limit, name, share)
        share.left -= 1
        return self._standing(limit, share, allowed=True)

    def spent(self, limit: RateLimitItem, name: str) -> Standing | None:
        """Tell from memory alone that nothing is left for `name`; None when that is not known."""
        share = self._shares.get(limit.key_for(name))
        if share is None or not share.is_spent(self._now()):
            return None
        return self._standing(limit, share, allowed=False)

    async def _take(self, limit: RateLimitItem, name: str, share: _Share) -> None:
        part = max(1, limit.amount // _PARTS)
        granted = await self._limiter.hit(limit, name, cost=part)
        window = await self._limiter.get_window_stats(limit, name)
        share.left = part if granted else 0
        share.is_refused = not granted
        share.elsewhere = window.remaining
        share.until = window.reset_time

    def _share_of(self, limit: RateLimitItem, name: str) -> _Share:
        key = limit.key_for(name)
        share = self._shares.setdefault(key, _Share())
        self._shares.move_to_end(key)
        if len(self._shares) > _REMEMBERED:
            self._shares.popitem(last=False)
        return share

    def _standing(self, limit: RateLimitItem, share: _Share, *, allowed: bool) -> Standing:
        return Standing(
            limit=limit,
            allowed=allowed,
            remaining=share.left + share.elsewhere,
            reset_s=max(1, math.ceil(share.until - self._now())),
        )

    def _now(self) -> float:
        return self._clock().timestamp()


@dataclass(frozen=True, kw_only=True)
class RateLimits:
    """The two limits of the door."""

    shares: Shares
    requests: RateLimitItem
    refusals: RateLimitItem

    async def count_request(self, principal: Principal) -> Standing:
        """Count a request of a key, or of a person, with whatever token they come."""
        name = f"key:{principal.key_prefix}" if principal.key_prefix else None
        return await self.shares.spend(self.requests, name or f"user:{principal.account_id}")

    async def count_refusal(self, address: str) -> None:
        """Count a bad credential; raises Problem 429 when its address had too many of them."""
        standing = await self.shares.spend(self.refusals, f"refused:{address}")
        if not standing.allowed:
            raise _too_many_refusals(standing)

    def check_address(self, address: str) -> None:
        """Raise Problem 429 when the address is known to have had too many bad credentials."""
        standing = self.shares.spent(self.refusals, f"refused:{address}")
        if standing is not None:
            raise _too_many_refusals(standing)


def _too_many_refusals(standing: Standing) -> Problem:
    return standing.problem("too many bad credentials from this address")
