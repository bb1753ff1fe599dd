"""F2 and F4: killed between database and broker, all comes again and has no second effect."""

import asyncio
from collections.abc import Callable

import pytest

from faults.broker import told_again
from faults.product import Ledger, Product, arm, death_of, rows_of
from fixtures.public_api import until

ROWS = 2_000
UNPUBLISHED = {
    "ingest": "SELECT sum(messages) FROM ingest.outbox WHERE published_at IS NULL",
    "matcher": "SELECT sum(messages) FROM matcher.outbox WHERE published_at IS NULL",
}
EFFECTS = {
    "matcher": "SELECT entries FROM matcher.reconciliation WHERE id = $1",
    "exceptions": "SELECT applied_seq FROM exceptions.projection WHERE reconciliation_id = $1",
}
TELLS = {"ingest": ("records.v1", "audit.v1"), "matcher": ("matches.v1",)}


async def upload_both(product: Product, ledger: Ledger) -> None:
    file = rows_of(1, ROWS)
    await product.upload(ledger.key_a, file, key=f"{ledger.name}-a")
    await product.upload(ledger.key_b, file, key=f"{ledger.name}-b")


@pytest.mark.parametrize("service", ["matcher", "exceptions"])
async def test_killed_before_the_broker_knows_of_the_commit(
    product: Product, show_table: Callable[[object], None], service: str
) -> None:
    """F2: what the database has and the broker does not know of is delivered again."""
    ledger = await product.ledger(f"f2-{service}")
    victim = product.first(service)
    arm(victim, "after_commit")
    before = await product.broker.committed(service)

    await upload_both(product, ledger)
    died = await death_of(victim)
    effects = await product.one(EFFECTS[service], ledger.reconciliation_id)
    redelivered = effects - (await product.broker.committed(service) - before)
    await asyncio.to_thread(victim.start)

    await product.all_matched(ledger, ROWS)
    await product.holds()
    assert died == -9
    assert redelivered > 0
    assert await product.entries(ledger) == 2 * ROWS
    show_table([["killed", "redelivered", "effects"], [service, redelivered, 2 * ROWS]])


@pytest.mark.parametrize("service", ["ingest", "matcher"])
async def test_a_relay_killed_before_it_marks_what_it_published(
    product: Product, show_table: Callable[[object], None], service: str
) -> None:
    """F4: the next relay publishes it again; consumers apply each event once."""
    ledger = await product.ledger(f"f4-{service}")
    victim = product.first(service)
    await until(lambda: product.one(UNPUBLISHED[service]), lambda left: not left)
    arm(victim, "relay_published")
    since = await product.broker.ends(*TELLS[service])

    uploading = asyncio.create_task(upload_both(product, ledger))
    died = await death_of(victim)
    unmarked = await product.one(UNPUBLISHED[service])
    published = len(await product.broker.read(since))
    await asyncio.to_thread(victim.start)
    await uploading

    await product.all_matched(ledger, ROWS)
    await product.holds()
    twice = told_again(await product.broker.read(since))
    assert died == -9
    assert min(published, unmarked) > 0, "it died with events published and not marked"
    assert twice >= min(published, unmarked)
    assert await product.entries(ledger) == 2 * ROWS
    show_table([["relay killed", "told twice", "effects"], [service, twice, 2 * ROWS]])
