"""Runs: all that is open at once, dry or real, undone as a whole, beside live traffic."""

import json
from typing import Any

import pytest

from integration.matcher.checker import check, matched_pairs
from integration.matcher.journal import outcomes_of
from integration.matcher.world import Key, World
from tieout_contracts.outcomes import EntryOverdue
from tieout_matcher.store import runs
from tieout_runtime.postgres import transaction
from tieout_runtime.problems import Problem
from unit.matcher.builders import a_leaf, a_record, some_fields


@pytest.fixture
async def batch(world: World) -> Key:
    """Two pairs and one that nobody expects, in a reconciliation decided by runs alone."""
    key = await world.reconciliation(run_type="batch")
    await world.rule(key, a_leaf("external_id"), a_leaf("amount", tolerance_amount=1))
    await world.rekey()
    named = [(1, "A", "x", "1000"), (2, "B", "x", "1050"), (3, "A", "y", "70"), (4, "B", "y", "70")]
    await world.deliver([
        a_record(n, side, some_fields(amount, external_id=text), reconciliation_id=key[1])
        for n, side, text, amount in [*named, (5, "B", "z", "5")]
    ])  # fmt: skip
    return key


async def run(world: World, key: Key, **given: Any) -> Any:
    """Ask for a run, work it off and return its row."""
    asked = {"mode": "automatic", "dry_run": False, "note": None} | given
    async with transaction(world.worker) as connection:
        run_id = await runs.add(connection, key, **asked, at=world.clock())
    while await world.runs.round():
        pass
    async with transaction(world.worker) as connection:
        (row,) = await runs.page(connection, key, run_id=run_id)
    return row


async def test_nothing_of_a_batch_reconciliation_is_matched_before_a_run(
    world: World, batch: Key
) -> None:
    for _ in range(3):
        world.clock.move(seconds=31)
        await world.tick()

    assert await matched_pairs(world, batch) == set()
    await check(world, batch)


async def test_a_run_matches_what_its_rules_find_and_counts_it_by_rule(
    world: World, batch: Key
) -> None:
    row = await run(world, batch)

    assert await matched_pairs(world, batch) == {(1, 2), (3, 4)}
    assert (row["status"], row["entries"], row["tried"]) == ("completed", 5, 5)
    ((made),) = json.loads(row["by_rule"])
    assert (made["status"], made["matches"], made["entries"]) == ("accepted", 2, 4)
    await check(world, batch)


async def test_what_a_batch_run_leaves_is_told_to_be_unmatched(world: World, batch: Key) -> None:
    await run(world, batch)

    told = [one for one in await outcomes_of(world, batch) if isinstance(one, EntryOverdue)]
    assert [(one.entry.record_id, one.reason_code) for one in told] == [(5, "UNMATCHED")]


async def test_a_dry_run_tells_what_it_would_make_and_writes_nothing(
    world: World, batch: Key
) -> None:
    row = await run(world, batch, dry_run=True)

    preview = json.loads(row["preview"])
    assert [one["matches"] for one in preview["by_rule"]] == [2]
    assert sorted(one["side_a"] for one in preview["matches"]) == [[1], [3]]
    assert await world.rows("SELECT * FROM match") == []
    await check(world, batch)


async def test_a_manual_run_only_suggests(world: World, batch: Key) -> None:
    await run(world, batch, mode="manual")

    rows = await world.rows("SELECT status, doubt FROM match")
    assert [(row["status"], row["doubt"]) for row in rows] == [("suggested", "manual_mode")] * 2
    await check(world, batch)


async def test_an_undone_run_leaves_nothing_and_the_next_one_finds_the_same(
    world: World, batch: Key
) -> None:
    first = await run(world, batch)

    undone = await world.runs.undo(batch[0], first["id"])
    after = await matched_pairs(world, batch)
    await check(world, batch)
    await run(world, batch)

    assert (undone, after) == (2, set())
    assert await matched_pairs(world, batch) == {(1, 2), (3, 4)}
    await check(world, batch)


async def test_a_run_that_is_not_over_cannot_be_undone(world: World, batch: Key) -> None:
    async with transaction(world.worker) as connection:
        run_id = await runs.add(
            connection, batch, mode="automatic", dry_run=False, note=None, at=world.clock()
        )

    with pytest.raises(Problem) as refused:
        await world.runs.undo(batch[0], run_id)

    assert (refused.value.status, refused.value.code) == (409, "run_not_finished")
