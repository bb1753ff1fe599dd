"""Events in from the broker while anybody has an endpoint, old deliveries out of the table."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from tieout_contracts.topics import EXCEPTIONS, MATCHES
from tieout_gateway.webhooks import deliveries, endpoints
from tieout_gateway.webhooks.skipping import skip_to
from tieout_gateway.webhooks.taking import Taking, read_announced
from tieout_runtime.failpoints import Failpoint
from tieout_runtime.intake import Intake
from tieout_runtime.kafka import make_broker, subscribe
from tieout_runtime.postgres import Pool, transaction
from tieout_runtime.run import Wakeup
from tieout_runtime.service import patiently
from tieout_runtime.settings import CommonSettings

# Groups of their own, so that one topic's rebalance stops not the other.
GROUPS = {"gateway.matches": MATCHES, "gateway.exceptions": EXCEPTIONS}
# Fewer than other services take at once: requests wait while these are written out.
BATCH_RECORDS = 500
GATHER_MS = 100
# By as much as clocks may differ, events are read that are older than the oldest endpoint.
CLOCKS_DIFFER = timedelta(minutes=5)
SWEPT_EVERY_S = 60.0
SWEPT_AT_ONCE = 1000


async def consume(common: CommonSettings, pool: Pool, taking: Taking) -> None:
    """Take events whenever there is an enabled endpoint, until cancelled."""
    async for _ in Wakeup().rounds():
        since = await _told_from(pool)
        if since is not None:
            for group, topic in GROUPS.items():
                await skip_to(since - CLOCKS_DIFFER, topic=topic, settings=common, service=group)
            await _consume_while_told(common, pool, taking)


async def _consume_while_told(common: CommonSettings, pool: Pool, taking: Taking) -> None:
    """Take events until nobody wants any more; waits for a broker that is not there."""
    broker = make_broker(common, service="gateway")
    intake = Intake(
        pool=pool,
        decode=read_announced,
        handle=taking.on_events,
        failpoint=Failpoint(armed=common.failpoint),
    )
    for group, topic in GROUPS.items():
        subscribe(
            broker,
            intake.on_batch,
            topic=topic,
            settings=common,
            service=group,
            max_records=BATCH_RECORDS,
            gather_ms=GATHER_MS,
        )
    try:
        await patiently("broker", broker.start)
        async for _ in Wakeup().rounds():
            if await _told_from(pool) is None:
                break
    finally:
        await broker.stop()


async def _told_from(pool: Pool) -> datetime | None:
    async with transaction(pool) as connection:
        return await endpoints.told_from(connection)


async def sweep(pool: Pool, clock: Callable[[], datetime], kept_for: timedelta) -> None:
    """Wait a moment, then remove what is kept no longer, a part at a time."""
    await asyncio.sleep(SWEPT_EVERY_S)
    before = clock() - kept_for
    removed = 1
    while removed:
        async with transaction(pool) as connection:
            removed = await deliveries.forget_deliveries(
                connection, made_before=before, at_most=SWEPT_AT_ONCE
            )
    async with transaction(pool) as connection:
        await endpoints.forget_endpoints(connection, deleted_before=before)
