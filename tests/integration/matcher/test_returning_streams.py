"""Streams that come back to a reconciliation, and all that is decided anew with them."""

import pytest

from integration.matcher.changing import BOTH, ended, patch, without_b
from integration.matcher.checker import check, matched_pairs
from integration.matcher.logs import tombstone_of
from integration.matcher.service import Service
from integration.matcher.versions import entry, version
from integration.matcher.world import World, arrive
from tieout_matcher.store import released


async def test_a_stream_that_comes_back_brings_its_entries_back(
    world: World, service: Service
) -> None:
    key = await world.with_rule()
    await arrive(world, key, (1, "A", "x"), (2, "B", "y"), (3, "B", "x2"))
    await world.claim(world.clock.move(days=30))
    await without_b(service, world, key)
    await arrive(world, key, (4, "A", "y"), (5, "B", "late"))

    await patch(service, key, **BOTH)
    await world.rekey()

    assert await ended(world) == dict.fromkeys(range(1, 6))
    assert await matched_pairs(world, key) == {(4, 2)}
    assert await world.rows("SELECT 1 FROM left_entry") == []
    await check(world, key)


async def test_a_record_deleted_meanwhile_does_not_come_back(
    world: World, service: Service
) -> None:
    key = await world.with_rule()
    await arrive(world, key, (1, "B", "x"), (2, "B", "y"))
    await without_b(service, world, key)
    await world.deliver([tombstone_of(version(key, 1, "B", 1), 2)])
    await world.deliver([version(key, 2, "B", 2, "z")])

    await patch(service, key, **BOTH)
    await world.rekey()

    assert await ended(world) == {1: "withdrawn", 2: None}
    assert (await entry(world, 2))["version"] == 2
    await check(world, key)


async def test_another_run_type_decides_what_is_open_anew(world: World, service: Service) -> None:
    key = await world.with_rule(run_type="batch")
    await arrive(world, key, (1, "A", "x"), (2, "B", "x"))

    await patch(service, key, run_type="continuous")
    await world.rekey()

    assert await matched_pairs(world, key) == {(1, 2)}
    await check(world, key)


async def test_chunks_withdraw_everything(
    world: World, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tieout_matcher.released.REKEY_ENTRIES", 2)
    key = await world.with_rule()
    await arrive(world, key, *((n, "B" if n % 2 else "A", f"x{n}") for n in range(1, 8)))

    await without_b(service, world, key)
    gone = await ended(world)
    await patch(service, key, **BOTH)
    await world.rekey()

    assert gone == {n: "withdrawn" if n % 2 else None for n in range(1, 8)}
    assert set((await ended(world)).values()) == {None}
    assert await released.to_rekey(world.worker, limit=1) == []  # type: ignore[arg-type]  # a pool fetches as well
    await check(world, key)
