"""The index of explanations: made where somebody asks, true to what is open, dropped when not."""

from datetime import timedelta
from typing import Any

import pytest

from integration.matcher.service import Service, path_of
from integration.matcher.world import Key, World, arrive
from tieout_matcher import explained_entries, open_search, searching
from unit.matcher.builders import DAY, a_leaf, a_record, some_fields


@pytest.fixture
async def key(world: World) -> Key:
    return await world.with_rule(a_leaf("external_id"), a_leaf("date"))


async def explained(service: Service, key: Key, record_id: int) -> Any:
    return await service.get(path_of(key, f"/entries/{record_id}/explanation"))


async def indexed(world: World) -> list[int]:
    """Return which entries are indexed; every place belongs to one of them."""
    entries = await world.rows("SELECT entry_no, keys FROM search_entry ORDER BY entry_no")
    places = await world.rows("SELECT DISTINCT entry_no FROM search_key ORDER BY entry_no")
    assert [row["entry_no"] for row in places] == [row["entry_no"] for row in entries]
    ((total,),) = await world.rows("SELECT count(*) FROM search_key")
    assert total == sum(len(row["keys"]) for row in entries)
    return [row["entry_no"] for row in entries]


async def look_over(world: World) -> None:
    world.clock.move(minutes=5)
    await world.index()


async def test_nothing_is_indexed_where_nobody_asks(world: World, key: Key) -> None:
    await arrive(world, key, (1, "A", "x"))

    await world.index()

    assert await indexed(world) == []


async def test_what_is_asked_about_is_indexed_with_what_comes_later(
    world: World, service: Service, key: Key
) -> None:
    await arrive(world, key, (1, "A", "x"), (2, "A", "y"))
    first = await explained(service, key, 1)
    await world.index()
    await arrive(world, key, (3, "B", "z"))
    world.clock.move(seconds=11)
    await world.index()

    assert await indexed(world) == [1, 2, 3]
    assert not first["searched"]["all_open"]
    assert (await explained(service, key, 1))["searched"]["all_open"]


async def test_what_is_matched_leaves_the_index_and_what_comes_back_returns(
    world: World, service: Service, key: Key
) -> None:
    await arrive(world, key, (1, "A", "x"), (2, "A", "y"))
    await explained(service, key, 1)
    await world.index()
    await arrive(world, key, (3, "B", "x"))
    await look_over(world)
    matched = await indexed(world)
    ((match_id,),) = await world.rows("SELECT id FROM match")
    await world.revoke(key, match_id)
    await look_over(world)

    assert matched == [2]
    assert await indexed(world) == [1, 2, 3]


async def test_a_change_of_rules_indexes_everything_anew(
    world: World, service: Service, key: Key
) -> None:
    await arrive(world, key, (1, "A", "x"), (2, "B", "y"))
    await explained(service, key, 1)
    await world.index()
    before = await world.rows("SELECT key_hash FROM search_key")
    await world.rule(key, a_leaf("date", tolerance_amount=3), priority=1)
    stale = await explained(service, key, 1)
    world.clock.move(seconds=11)
    await world.index()

    after = await world.rows("SELECT key_hash FROM search_key")
    assert not stale["searched"]["all_open"]
    assert {row[0] for row in before} < {row[0] for row in after}
    assert (await explained(service, key, 1))["searched"]["all_open"]


async def test_an_index_that_nobody_asks_for_is_dropped(
    world: World, service: Service, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "STRETCH_ENTRIES", 2)
    await arrive(world, key, *((n, "A", f"x{n}") for n in range(1, 6)))
    await explained(service, key, 1)
    await world.index()
    made = await indexed(world)
    world.clock.move(days=8)
    await world.index()

    assert made == [1, 2, 3, 4, 5]
    assert await indexed(world) == []
    assert await world.rows("SELECT FROM search_state") == []


async def test_whoever_lost_the_race_for_a_stretch_changes_nothing(
    world: World, service: Service, key: Key
) -> None:
    await arrive(world, key, (1, "A", "x"))
    await explained(service, key, 1)

    async def slow(function: Any, *arguments: Any) -> Any:
        await world.index()
        await arrive(world, key, (2, "B", "x"))
        await look_over(world)
        return function(*arguments)

    one = searching.Searching(pool=world.worker, solving=slow, clock=world.clock)  # type: ignore[arg-type]  # as Solving
    await one.work(key)

    assert await indexed(world) == []


async def test_the_nearest_is_found_by_the_index_among_many(
    world: World, service: Service, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of each condition that fails alone, however many others are nearer in everything else."""
    monkeypatch.setattr(explained_entries, "MAX_INDEXED", 0)  # five on either side, for each key
    monkeypatch.setattr(open_search, "NOT_INDEXED", 0)
    crowd = [(100 + n, "B", str(4950 + n), f"n{n}", 400) for n in range(100)]
    near = [
        (1, "A", "5000", "x", 0),
        (2, "B", "9000", "x", 0),
        (3, "B", "5000", "x", 90),
        (4, "B", "5000", "zzz", 0),
    ]
    await world.deliver([
        a_record(n, side, some_fields(amount, external_id=name, date=DAY - timedelta(days=ago)),
                 reconciliation_id=key[1])
        for n, side, amount, name, ago in near + crowd
    ])  # fmt: skip
    await explained(service, key, 1)
    await world.index()

    found = (await explained(service, key, 1))["near_misses"]

    assert {one["record_id"] for one in found if one["failing"] == 1} == {2, 3, 4}
