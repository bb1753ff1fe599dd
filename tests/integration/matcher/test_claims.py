"""K2 by itself: without the row lock, a claim that came too late ends without any effect."""

import asyncio
from dataclasses import replace

import pytest

from integration.matcher.checker import check, matched_pairs
from integration.matcher.world import Key, World
from tieout_contracts.record import Side
from tieout_matcher.domain.decide import Entry
from tieout_matcher.settle import Arrivals, settle
from tieout_matcher.store.reconciliation_lock import SQL, Locked, advance, lock
from tieout_matcher.store.rule_book import RuleBook
from tieout_matcher.store.settling import StaleClaimError, candidates
from tieout_runtime.postgres import Connection, transaction
from unit.matcher.builders import ARRIVED, a_record, encoded, some_fields


async def unlocked(world: World, key: Key) -> Locked:
    """Read a reconciliation as `lock` does, and give the lock back."""
    async with transaction(world.worker) as connection:
        return (await lock(connection, [key]))[key]


async def arriving(
    connection: Connection, locked: Locked, record_id: int, side: Side, entry_no: int
) -> Arrivals:
    rules = await RuleBook().rules_of(connection, locked)
    fields = encoded(some_fields(external_id="x"))
    texts = rules.texts(fields, side)
    entry = Entry(
        record_id=record_id,
        entry_no=entry_no,
        version=1,
        stream_id=2,
        side=side,
        overdue_at=ARRIVED,
        texts=texts,
        hashes=rules.hashes(texts),
        fields=fields,
    )
    return Arrivals(locked=locked, rules=rules, entries=[entry], new=True)


async def test_the_later_of_two_claims_aborts_and_leaves_nothing(world: World) -> None:
    key = await world.with_rule()
    one = a_record(1, "A", some_fields(external_id="x"), reconciliation_id=key[1])
    await world.deliver([one])
    locked = await unlocked(world, key)

    async def settle_as(record_id: int, entry_no: int, go_on: asyncio.Event) -> None:
        async with transaction(world.worker) as connection:
            own = replace(locked, seq=entry_no - 1)
            arrivals = await arriving(connection, own, record_id, "B", entry_no)
            moves = await settle(connection, [arrivals], at=ARRIVED)
            await go_on.wait()
            await advance(connection, moves, at=ARRIVED)

    first_may_end, second_may_end = asyncio.Event(), asyncio.Event()
    first = asyncio.create_task(settle_as(2, 2, first_may_end))
    await asyncio.sleep(0.3)
    second = asyncio.create_task(settle_as(3, 3, second_may_end))
    await asyncio.sleep(0.3)
    first_may_end.set()
    second_may_end.set()
    await first

    with pytest.raises(StaleClaimError):
        await second
    assert await matched_pairs(world, key) == {(1, 2)}
    await check(world, key)


async def test_a_claim_of_what_is_not_open_aborts_the_whole_delivery(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = await world.with_rule()
    names = ("x", "y")
    await world.deliver([a_record(n, "A", some_fields(external_id=name), reconciliation_id=key[1])
                         for n, name in enumerate(names)])  # fmt: skip

    async def stale(connection: Connection, *asked: object) -> object:
        found = await candidates(connection, *asked)  # type: ignore[arg-type]
        await connection.execute("DELETE FROM open_entry WHERE record_id = 1")
        return found

    monkeypatch.setattr("tieout_matcher.store.settling.candidates", stale)
    late = [a_record(n + 10, "B", some_fields(external_id=name), reconciliation_id=key[1])
            for n, name in enumerate(names)]  # fmt: skip
    with pytest.raises(StaleClaimError):
        await world.deliver(late)
    monkeypatch.undo()

    await check(world, key)
    await world.deliver(late)
    assert await matched_pairs(world, key) == {(0, 10), (1, 11)}
    await check(world, key)


async def test_the_row_lock_makes_the_second_wait_and_see_the_first(world: World) -> None:
    key = await world.with_rule()
    async with transaction(world.worker) as first:
        await lock(first, [key])
        async with transaction(world.worker) as second:
            await second.execute("SET LOCAL lock_timeout = '100ms'")
            with pytest.raises(Exception, match="lock timeout"):
                await second.fetch(SQL["lock"], [key[0]], [key[1]])
