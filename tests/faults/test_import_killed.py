"""F1: ingest killed in the middle of an import goes on with the same batch."""

import asyncio
import time
from collections.abc import Callable

from faults.product import Product, arm, death_of, rows_of

ROWS = 6_000
FAILPOINT = "import_chunk_committed"
NEXT_ITEM = "SELECT next_item FROM ingest.import_batch WHERE stream_id = $1"


async def test_a_killed_import_goes_on_as_the_same_batch_and_is_exact(
    product: Product, show_table: Callable[[object], None]
) -> None:
    ledger = await product.ledger("f1")
    ingest, file = product.first("ingest"), rows_of(1, ROWS)
    arm(ingest, FAILPOINT)

    uploading = asyncio.create_task(product.upload(ledger.key_a, file, key="f1"))
    deaths = [await death_of(ingest)]
    reached = [await product.one(NEXT_ITEM, ledger.stream_a)]
    arm(ingest, FAILPOINT)
    ingest.start(wait=False)
    deaths.append(await death_of(ingest))
    reached.append(await product.one(NEXT_ITEM, ledger.stream_a))
    begun = time.monotonic()
    await asyncio.to_thread(ingest.start)
    serving_again_s = time.monotonic() - begun
    first = (await uploading).json()
    ended = await product.api.imported(first["id"])

    again = await product.upload(ledger.key_a, file, key="f1")
    other_key = (await product.upload(ledger.key_a, file, key="f1-other")).json()
    assert deaths == [-9, -9]
    assert reached == [2000, 4000], "each kill hit a load half done, which went on"
    assert (ended.rows_read, ended.accepted, ended.skipped) == (ROWS, ROWS, 0)
    assert (again.json()["id"], again.headers["x-idempotency-replayed"]) == (first["id"], "true")
    assert (other_key["duplicate"], other_key["imported"]) == (True, 0)
    await product.upload(ledger.key_b, file, key="f1-b")
    await product.all_matched(ledger, ROWS)
    await product.holds()
    show_table([["killed at row", "serving again (s)"], [str(reached), f"{serving_again_s:.1f}"]])
