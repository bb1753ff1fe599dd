"""F15 through the whole product: seven kinds of poison on each topic that a service consumes."""

import asyncio
from collections import Counter
from collections.abc import Callable

import asyncpg

from faults.broker import GROUPS, Headers
from faults.product import Product, rows_of
from fixtures.public_api import until

ROWS = 200
HEADERS: Headers = [("tieout-producer", b"1"), ("organization", b"1"), ("ce_type", b"no.such")]
POISON: dict[str, tuple[bytes, Headers]] = {
    "random bytes": (bytes(range(128, 256)) * 4, HEADERS),
    "truncated JSON": (b'{"type":"stream","organization_id":1,', HEADERS),
    "wrong schema": (b'{"type":"stream","organization_id":"one"}', HEADERS),
    "a megabyte": (b'"' + b"x" * 1_000_000 + b'"', HEADERS),
    "NUL": (b"\x00" * 40, HEADERS),
    "deep nesting": (b'{"type":' + b"[" * 100_000, HEADERS),
    "bad headers": (b"{}", [("organization", b"\xff\xfe"), ("", b"\x00"), ("ce_type", b"\xff")]),
}
LETTERS = " UNION ALL ".join(
    f"SELECT '{service}' AS service, topic, reason FROM {service}.dead_letter WHERE topic = ANY($1)"  # noqa: S608  # names of this file
    for service in ("ingest", "matcher", "exceptions", "gateway")
)
EXPECTED = {
    (group.partition(".")[0], topic): len(POISON)
    for group, topics in GROUPS.items()
    for topic in topics
}


async def letters(product: Product) -> list[tuple[str, str, str]]:
    """Read (service, topic, reason) of every dead letter."""
    prefix = product.broker.prefix
    connection = await asyncpg.connect(product.local.postgres.url)
    try:
        rows = await connection.fetch(LETTERS, [prefix + topic for _, topic in EXPECTED])
    finally:
        await connection.close()
    return [(row["service"], row["topic"].removeprefix(prefix), row["reason"]) for row in rows]


async def test_poison_is_put_aside_once_by_each_consumer_and_the_rest_goes_on(
    product: Product, show_table: Callable[[object], None]
) -> None:
    ledger = await product.ledger("f15")
    since = await product.broker.ends("dead-letters.v1")
    before = await letters(product)
    await product.upload(ledger.key_a, rows_of(1, ROWS), key="f15-a")

    topics = {topic for _, topic in EXPECTED}
    await asyncio.gather(*(product.broker.publish(one, POISON.values()) for one in topics))
    await product.upload(ledger.key_b, rows_of(1, ROWS), key="f15-b")
    wanted = sum(EXPECTED.values())
    await until(lambda: letters(product), lambda found: len(found) >= wanted)
    await until(product.broker.lag, lambda waiting: waiting == 0)

    await product.all_matched(ledger, ROWS)
    await product.holds()
    found = await letters(product)
    assert before == []
    assert Counter((service, topic) for service, topic, _ in found) == EXPECTED
    assert all(reason for _, _, reason in found)
    sent = Counter(one.value for one in await product.broker.read(since))
    assert sent == {value: len(EXPECTED) for value, _ in POISON.values()}, "byte for byte, once"
    shown = Counter((service, topic) for service, topic, _ in found)
    show_table([["consumer", "dead letters"], *((" of ".join(at), n) for at, n in shown.items())])
