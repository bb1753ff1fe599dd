"""Deliveries made by hand, and a handler whose effect is one row a value."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from aiokafka import ConsumerRecord

from fixtures.postgres import Database
from integration.runtime.places import administrator
from tieout_runtime.failpoints import Failpoint
from tieout_runtime.intake import Intake
from tieout_runtime.postgres import Connection, Pool

TOPIC = "t.records.v1"


class Order(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    number: int
    text: str = ""
    more: Any = None


def a_record(
    value: bytes | None, *, offset: int, partition: int = 0, headers: Sequence[object] = ()
) -> ConsumerRecord:
    return ConsumerRecord(
        topic=TOPIC,
        partition=partition,
        offset=offset,
        timestamp=0,
        timestamp_type=0,
        key=b"21",
        value=value,
        checksum=None,
        serialized_key_size=2,
        serialized_value_size=len(value or b""),
        headers=tuple(headers),
    )


def some_orders(first: int, last: int) -> list[ConsumerRecord]:
    """Make good deliveries whose offset is their number."""
    return [a_record(b'{"number":%d}' % number, offset=number) for number in range(first, last + 1)]


def read_order(record: ConsumerRecord) -> Order:
    """Decode the value; a header `organization` that is no number is an error too."""
    int(dict(record.headers).get("organization", b"1"))
    order: Order = msgspec.json.decode(record.value, type=Order)
    return order


async def make_effect_table(database: Database) -> None:
    async with administrator(database) as connection:
        await connection.execute(
            "CREATE TABLE matcher.effect (number bigint PRIMARY KEY, text text);"
            "GRANT SELECT, INSERT ON matcher.effect TO tieout_matcher_worker"
        )


async def apply_orders(connection: Connection, orders: Sequence[Order]) -> dict[int, str]:
    """Store each order once; one with a negative number is refused."""
    good = [(one.number, one.text) for one in orders if one.number >= 0]
    await connection.executemany(
        "INSERT INTO effect (number, text) VALUES ($1, $2) ON CONFLICT DO NOTHING", good
    )
    return {index: "a negative order" for index, one in enumerate(orders) if one.number < 0}


async def effects(pool: Pool) -> list[int]:
    return [row["number"] for row in await pool.fetch("SELECT number FROM effect ORDER BY 1")]


async def letters(pool: Pool) -> dict[int, tuple[str, int]]:
    """Return reason and attempts of each dead letter by its offset."""
    rows = await pool.fetch('SELECT "offset", reason, attempts FROM dead_letter')
    return {row["offset"]: (row["reason"], row["attempts"]) for row in rows}


async def published_letters(pool: Pool) -> int:
    return int(await pool.fetchval("SELECT count(*) FROM outbox WHERE topic = 'dead-letters.v1'"))


def an_intake(
    pool: Pool,
    handle: Callable[..., object] = apply_orders,
    decode: Callable[[ConsumerRecord], Order] = read_order,
) -> Intake[Order]:
    """Make the consumer of a process that has just started."""
    return Intake(pool=pool, decode=decode, handle=handle, failpoint=Failpoint())  # type: ignore[arg-type]  # handlers vary
