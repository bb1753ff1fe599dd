"""Sending what is due: several gateways share the table, each sends what it has claimed."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from tieout_gateway.domain.webhooks.addresses import UrlError, target_of
from tieout_gateway.domain.webhooks.attempts import (
    FAILING_FOR,
    GONE,
    Attempted,
    Verdict,
    judge,
    read_retry_after,
)
from tieout_gateway.domain.webhooks.issues import ANSWER_BYTES, DISPATCHED, read_issue
from tieout_gateway.domain.webhooks.sealing import Seal, SealError
from tieout_gateway.domain.webhooks.signing import signed_headers
from tieout_gateway.webhooks import deliveries, endpoints
from tieout_gateway.webhooks.connecting import NotSentError, Receivers
from tieout_gateway.webhooks.deliveries import Claimed
from tieout_gateway.webhooks.telling import tell_disabled
from tieout_runtime.failpoints import Failpoint
from tieout_runtime.postgres import Connection, Pool, transaction

PER_ENDPOINT = 5  # so that a slow receiver holds up itself alone
AT_ONCE = 100
LOOK_S = 1.0
# A claim lasts longer than the longest attempt and the writing down of it.
CLAIMED_FOR_TIMEOUTS = 2
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Sending:
    """What the sender is made of; `factor` stretches or shortens the delays between attempts."""

    pool: Pool
    receivers: Receivers
    seal: Seal
    clock: Callable[[], datetime]
    factor: float
    failpoint: Failpoint


class Sender:
    """Claims, sends, writes down. Who is killed in between leaves a claim that lapses."""

    def __init__(self, sending: Sending) -> None:
        self._with = sending
        self._busy = Counter[int]()
        self._tasks = set[asyncio.Task[None]]()
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Look now: something has become due."""
        self._wake.set()

    async def run(self) -> None:
        """Send until cancelled; attempts under way are then given up, and made again by others."""
        try:
            while True:
                self._wake.clear()
                if not await self.begin_due():
                    await self._rest()
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def begin_due(self) -> int:
        """Begin to send what is due, as far as there are places; how many."""
        free = AT_ONCE - self._busy.total()
        at = self._with.clock()
        lease = timedelta(seconds=self._with.receivers.timeout_s * CLAIMED_FOR_TIMEOUTS)
        async with transaction(self._with.pool) as connection:
            claimed = await deliveries.claim_deliveries(
                connection,
                at=at,
                until=at + lease,
                sending=+self._busy,
                per_endpoint=PER_ENDPOINT,
                at_most=free,
            )
        for one in claimed:
            self._busy[one.webhook_endpoint_id] += 1
            task = asyncio.create_task(self._send(one))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return len(claimed)

    async def finish(self) -> None:
        """Wait for what is under way."""
        await asyncio.gather(*self._tasks)

    async def _rest(self) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), LOOK_S)
        except TimeoutError:
            return

    async def _send(self, claimed: Claimed) -> None:
        """Make one attempt; what cannot be written down is sent again when the claim lapses."""
        try:
            attempted = await self._attempt(claimed)
            self._with.failpoint.hit("webhook_sent")
            await self._settle(claimed, attempted)
        except Exception as error:  # noqa: BLE001  # the claim lapses: it is tried again
            _log.warning("webhook_unsettled", id=claimed.webhook_id, exc_info=error)
        finally:
            self._busy[claimed.webhook_endpoint_id] -= 1
            self.wake()

    async def _attempt(self, claimed: Claimed) -> Attempted:
        at = self._with.clock()
        receivers = self._with.receivers
        try:
            target = target_of(claimed.url, http_allowed=receivers.http_allowed)
            headers = signed_headers(
                claimed.payload,
                webhook_id=claimed.webhook_id,
                at=at,
                keys=self._keys(claimed, at),
            )
            headers |= {"content-type": "application/json", "user-agent": "tieout-webhooks"}
            answered = await receivers.post(
                target,
                claimed.payload.encode(),
                headers,
                read_bytes=ANSWER_BYTES if claimed.event_type == DISPATCHED else 0,
            )
        except UrlError:
            return Attempted(error="url_refused")
        except SealError:
            return Attempted(error="secret_unreadable")
        except NotSentError as error:
            return Attempted(error=error.reason)
        attempted = Attempted(
            status_code=answered.status_code,
            retry_after=read_retry_after(answered.retry_after, at=at),
        )
        if not attempted.succeeded:
            return attempted
        return replace(attempted, named_issue=read_issue(answered.body))

    def _keys(self, claimed: Claimed, at: datetime) -> list[bytes]:
        """Give what to sign with: the secret, and the one before it while that still holds."""
        sealed = [claimed.secret]
        if claimed.earlier_secret and claimed.earlier_until and at < claimed.earlier_until:
            sealed.append(claimed.earlier_secret)
        own = claimed.organization_id
        return [self._with.seal.open(one, organization_id=own) for one in sealed]

    async def _settle(self, claimed: Claimed, attempted: Attempted) -> None:
        at = self._with.clock()
        verdict = judge(
            attempted,
            attempts=claimed.attempts,
            failing_since=claimed.failing_since,
            at=at,
            factor=self._with.factor,
            chance=random.random(),  # noqa: S311  # jitter
        )
        async with transaction(self._with.pool) as connection:
            await deliveries.settle_delivery(
                connection, claimed.webhook_delivery_id, verdict, attempted=attempted, at=at
            )
            await _settle_endpoint(connection, claimed, verdict, attempted, at)
        _log.info(
            "webhook",
            id=claimed.webhook_id,
            endpoint=claimed.webhook_endpoint_id,
            attempt=claimed.attempts + 1,
            status=verdict.status,
            answered=attempted.status_code,
            error=attempted.error,
        )


async def _settle_endpoint(
    connection: Connection,
    claimed: Claimed,
    verdict: Verdict,
    attempted: Attempted,
    at: datetime,
) -> None:
    endpoint_id = claimed.webhook_endpoint_id
    if attempted.succeeded:
        if claimed.failing_since is not None:
            await endpoints.note_well(connection, endpoint_id)
        return
    if claimed.failing_since is None:
        await endpoints.note_failing(connection, endpoint_id, at=at)
    if verdict.disables is None:
        return
    gone = attempted.status_code == GONE
    disabled = await endpoints.disable_endpoint(
        connection,
        endpoint_id,
        reason=verdict.disables,
        failing_before=None if gone else at - FAILING_FOR,
    )
    if disabled is not None:
        await tell_disabled(connection, claimed.organization_id, disabled, at=at)
