"""F11: each service is asked to end while imports run, ends in time, and nothing is lost."""

import asyncio
import time
from collections.abc import Callable

from faults.product import Product, rows_of
from tieout_local.plan import SERVICES

ROWS = 5_000
GRACE_S = 30
# What is not done yet when the service has ended: it was asked in the middle of its work.
LEFT = {
    "ingest": "SELECT count(*) FROM ingest.import_batch WHERE completed_at IS NULL",
    "matcher": """SELECT (SELECT sum(accepted) FROM ingest.import_batch)
        > (SELECT count(*) FROM matcher.entry)""",
}


async def test_each_service_ends_within_its_grace_while_imports_run(
    product: Product, show_table: Callable[[object], None]
) -> None:
    ledger = await product.ledger("f11")
    took: dict[str, float] = {}

    for round_number, service in enumerate(SERVICES):
        file = rows_of(round_number * ROWS, ROWS)
        for side in (ledger.key_a, ledger.key_b):
            await product.upload(side, file, key=f"{side}-{round_number}")
        instance, begun = product.first(service), time.monotonic()
        code = await asyncio.to_thread(instance.stop, grace_seconds=GRACE_S)
        took[service] = time.monotonic() - begun
        assert code == 0, service
        assert service not in LEFT or await product.one(LEFT[service]), service
        await asyncio.to_thread(instance.start)

    await product.all_matched(ledger, len(SERVICES) * ROWS)
    await product.holds()
    assert max(took.values()) < GRACE_S
    show_table([list(took), [f"{seconds:.1f} s" for seconds in took.values()]])
