"""Events in from the broker, and old deliveries out of the table, while the gateway runs."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from tieout_contracts.topics import EXCEPTIONS, MATCHES
from tieout_gateway.webhooks import deliveries, endpoints
from tieout_gateway.webhooks.taking import Taking, read_announced
from tieout_runtime.failpoints import Failpoint
from tieout_runtime.intake import Intake
from tieout_runtime.kafka import make_broker, subscribe
from tieout_runtime.postgres import Pool, transaction
from tieout_runtime.service import patiently
from tieout_runtime.settings import CommonSettings

# Groups of their own, so that one topic's rebalance stops not the other.
GROUPS = {"gateway.matches": MATCHES, "gateway.exceptions": EXCEPTIONS}
# Fewer than other services take at once: requests wait while these are written out.
BATCH_RECORDS = 500
GATHER_MS = 100
SWEPT_EVERY_S = 60.0
SWEPT_AT_ONCE = 1000


async def consume(common: CommonSettings, pool: Pool, taking: Taking) -> None:
    """Take events until cancelled; waits for a broker that is not there."""
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
        await asyncio.Event().wait()
    finally:
        await broker.stop()


async def sweep(pool: Pool, clock: Callable[[], datetime], kept_for: timedelta) -> None:
    """Wait a moment, then remove what ended long ago, a part at a time."""
    await asyncio.sleep(SWEPT_EVERY_S)
    before = clock() - kept_for
    removed = 1
    while removed:
        async with transaction(pool) as connection:
            removed = await deliveries.forget_deliveries(
                connection, ended_before=before, at_most=SWEPT_AT_ONCE
            )
    async with transaction(pool) as connection:
        await endpoints.forget_endpoints(connection, deleted_before=before)
