"""F5 and F6: the database and the broker killed under load; the services live on and go on."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import httpx2

from faults.product import Product, rows_of, seconds_until
from fixtures.public_api import until
from tieout_local.children import ChildFailedError
from tieout_local.plan import SERVICES

ROWS = 10_000
RECONNECT_S = 10.0
ANSWER_S = 15.0
STARTED = "SELECT coalesce(sum(next_item), 0) FROM ingest.import_batch WHERE stream_id = $1"
LAST_LOADED = """SELECT max(completed_at) FROM ingest.import_batch
    WHERE stream_id IN ($1, $2) HAVING count(completed_at) = 2"""
WAITING = "SELECT coalesce(sum(messages), 0) FROM ingest.outbox WHERE published_at IS NULL"


async def read_streams(product: Product) -> httpx2.Response:
    async with asyncio.timeout(ANSWER_S):
        return await product.api.client.get("/v1/data_streams")


async def start_again(product: Product) -> None:
    """Start PostgreSQL on its data; backends of the dead one may live for a moment longer."""

    async def try_once() -> bool:
        try:
            await asyncio.to_thread(product.local.postgres.start)
        except ChildFailedError:
            return False
        return True

    await until(try_once, lambda started: started)


def processes(product: Product) -> list[int]:
    return [product.first(service).running.identity.pid for service in SERVICES]


async def test_the_database_killed_under_load(
    product: Product, show_table: Callable[[object], None]
) -> None:
    ledger = await product.ledger("f5")
    before, file = processes(product), rows_of(1, ROWS)
    for side in (ledger.key_a, ledger.key_b):
        await product.upload(side, file, key=side)
    await until(lambda: product.one(STARTED, ledger.stream_a), lambda rows: rows > 0)
    postgres = product.local.postgres.child
    assert postgres is not None

    killed_at = datetime.now(UTC)  # noqa: TID251  # the test's own moment
    postgres.kill()
    meanwhile = await until(lambda: read_streams(product), lambda one: one.status_code != 200)
    still_alive = [product.first(one).status_of("/livez") for one in SERVICES]
    not_ready = [product.first(one).status_of("/readyz") for one in SERVICES]
    await start_again(product)
    reconnected_s = await seconds_until(
        lambda: read_streams(product), lambda one: one.status_code == 200
    )
    await product.all_matched(ledger, ROWS)

    await product.holds()
    last_loaded = await product.one(LAST_LOADED, ledger.stream_a, ledger.stream_b)
    assert last_loaded > killed_at, "an import was under way"
    assert meanwhile.status_code == 503, meanwhile.text
    assert "retry-after" in meanwhile.headers
    assert (still_alive, not_ready) == ([200] * 4, [503] * 4)
    assert reconnected_s <= RECONNECT_S
    assert processes(product) == before, "no service was restarted"
    show_table([["the database again after (s)"], [f"{reconnected_s:.1f}"]])


async def test_the_broker_killed_under_load(
    product: Product, show_table: Callable[[object], None]
) -> None:
    ledger = await product.ledger("f6")
    before, file = processes(product), rows_of(1, ROWS)
    await product.upload(ledger.key_a, file, key="f6-a")
    await until(lambda: product.one(STARTED, ledger.stream_a), lambda rows: rows > 0)
    kafka = product.local.broker.child
    assert kafka is not None

    kafka.kill()
    accepted = await product.upload(ledger.key_b, file, key="f6-b")
    loaded = await product.api.imported(accepted.json()["id"])
    waiting = await product.one(WAITING)
    still_alive = [product.first(one).status_of("/livez") for one in SERVICES]
    await asyncio.to_thread(product.local.broker.start)
    resumed_s = await seconds_until(lambda: product.one(WAITING), lambda left: left < waiting)
    await product.all_matched(ledger, ROWS)

    await product.holds()
    assert (loaded.status, loaded.accepted) == ("completed", ROWS)
    assert waiting >= ROWS, "what was uploaded meanwhile waited for the broker"
    assert still_alive == [200] * 4
    assert processes(product) == before, "no service was restarted"
    show_table([["waited for the broker", "resumed after (s)"], [waiting, f"{resumed_s:.1f}"]])
