"""F17: two matchers decide the same records, two relays publish the same outcomes."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path

from faults import rival_matcher
from faults.broker import told_again
from faults.product import Ledger, Product, rows_of
from fixtures.public_api import until
from tieout_local.children import Child, ChildCommand, start_child
from tieout_local.http_probe import http_get
from tieout_local.ports import free_port
from tieout_local.service import ServiceAddress
from tieout_local.service_environment import instance_environment

ROWS = 6_000
RIVAL = rival_matcher.GROUP
MATCHED = "SELECT matched FROM matcher.reconciliation WHERE id = $1"
DECIDED = """SELECT count(*) FROM matcher.match WHERE reconciliation_id = $1
    AND (extract(microsecond FROM created_at)::int % 1000000 = 123457) = $2"""


@asynccontextmanager
async def rival(product: Product, settings: Mapping[str, str]) -> AsyncIterator[Child]:
    address = ServiceAddress(service="matcher", name="matcher-rival", port=free_port())
    log_path = product.local.plan.logs / "matcher-rival.log"
    common = {**product.local.operations.environment, **settings}
    child = start_child(
        ChildCommand(
            name=address.name,
            arguments=[sys.executable, str(Path(rival_matcher.__file__))],
            environment=instance_environment(common, address=address, spool_folder=log_path.parent),
            log_path=log_path,
        ),
        product.local.plan.register,
    )

    def is_ready() -> bool:
        answer = http_get(address.port, "/readyz")
        return answer is not None and answer[0] == HTTPStatus.OK

    try:
        await asyncio.to_thread(child.wait_ready, is_ready, timeout_seconds=60)
        yield child
    finally:
        assert await asyncio.to_thread(child.stop) == 0


async def decide_while_one_is_late(product: Product, ledger: Ledger, late: Child) -> None:
    """Let the other one begin; the late one then is given what is decided, and what is not."""
    late.identity.signal_group(signal.SIGSTOP)
    try:
        for side in (ledger.key_a, ledger.key_b):
            await product.upload(side, rows_of(1, ROWS), key=side)
        await until(
            lambda: product.one(MATCHED, ledger.reconciliation_id), lambda matched: matched > 0
        )
    finally:
        late.identity.signal_group(signal.SIGCONT)
    await product.all_matched(ledger, ROWS)


async def test_two_matchers_and_two_relays_have_one_effect(
    product: Product, show_table: Callable[[object], None]
) -> None:
    ledgers = [await product.ledger(f"f17-{number}") for number in range(2)]
    matches, records = [await product.broker.ends(topic) for topic in ("matches.v1", "records.v1")]
    matcher = product.first("matcher")
    await product.broker.skip_to_the_end(RIVAL, "records.v1")

    # Deliveries of other sizes: of what one has decided in part the other is given the whole.
    await asyncio.to_thread(matcher.restart, extra_environment=a_delivery_of(200))
    async with rival(product, a_delivery_of(130)) as other:
        for ledger, late in zip(ledgers, (matcher.running, other), strict=True):
            await decide_while_one_is_late(product, ledger, late)
        all_records = sum((await product.broker.ends("records.v1")).values())
        await until(lambda: product.broker.committed(RIVAL), lambda one: one == all_records)
        await product.holds()
    await asyncio.to_thread(matcher.restart)

    shares = [
        sum([await product.one(DECIDED, one.reconciliation_id, own) for one in ledgers])
        for own in (True, False)
    ]
    again = told_again(await product.broker.read(matches))
    assert all_records - sum(records.values()) > 4 * ROWS
    assert min(shares) > 0, "both decided some"
    assert sum(shares) == 2 * ROWS, "and no pair was decided by both"
    assert again > 0, "both relays published"
    show_table([["decided by the rival", "by the other", "told twice"], [*shares, again]])


def a_delivery_of(records: int) -> dict[str, str]:
    return {"TIEOUT_MATCHER_BATCH_RECORDS": str(records)}
