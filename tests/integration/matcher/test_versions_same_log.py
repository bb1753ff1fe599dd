"""The same log with later versions gives the same entries and matches, however it is delivered."""

import asyncio

import pytest

from integration.matcher.checker import check, matched_pairs
from integration.matcher.logs import a_log_of_versions, moved_to, with_duplicates
from integration.matcher.world import Key, World
from tieout_contracts.record import RecordVersion
from unit.matcher.builders import ORGANIZATION, a_leaf

RULES = (a_leaf("external_id"), a_leaf("reference"))
_STATE = "SELECT record_id, version, ended, fields FROM entry WHERE reconciliation_id = $1"
Found = tuple[set[tuple[int, ...]], set[tuple[object, ...]]]


async def with_rules(world: World) -> Key:
    key = await world.reconciliation()
    for priority, leaf in enumerate(RULES):
        await world.rule(key, leaf, priority=priority)
    await world.rekey()
    return key


async def found(world: World, key: Key) -> Found:
    entries = {tuple(row) for row in await world.rows(_STATE, key[1])}
    return await matched_pairs(world, key), entries


async def one_by_one(world: World, log: list[RecordVersion]) -> Found:
    """Deliver each message by itself: what all other ways have to equal."""
    key = await with_rules(world)
    await world.deliver(moved_to(log, key), batch=1)
    await check(world, key)
    return await found(world, key)


@pytest.mark.parametrize("seed", range(2))
async def test_batches_duplicates_and_turns_do_not_matter(
    world: World, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    log = a_log_of_versions((ORGANIZATION, 0), length=60, seed=seed, kinds=6 + 9 * (seed % 2))
    expected = await one_by_one(world, log)
    assert len(expected[0]) > 5
    assert {row[2] for row in expected[1]} == {None, "withdrawn"}

    for batch, turn in ((9, 500), (500, 13)):
        monkeypatch.setattr("tieout_matcher.revising.TURN_RECORDS", turn)
        key, repeated = await with_rules(world), await with_rules(world)
        await world.deliver(moved_to(log, key), batch=batch)
        again = with_duplicates(log, seed=seed)
        await world.deliver(moved_to(again, repeated), batch=batch)

        for one in (key, repeated):
            assert await found(world, one) == expected
            await check(world, one)


async def test_two_matchers_at_once_end_as_one(world: World) -> None:
    log = a_log_of_versions((ORGANIZATION, 0), length=60, seed=7)
    expected = await one_by_one(world, log)
    keys = [await with_rules(world), await with_rules(world)]
    mixed = [one for pair in zip(*(moved_to(log, key) for key in keys), strict=True)
             for one in pair]  # fmt: skip

    await asyncio.gather(
        *(world.deliver(mixed, batch=batch, matcher=world.another_matcher()) for batch in (40, 41))
    )

    for key in keys:
        assert await found(world, key) == expected
        await check(world, key)
