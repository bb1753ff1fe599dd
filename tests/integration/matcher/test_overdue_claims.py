"""Time enters the log once: claims, and marks, of now, of later and of what has not arrived."""

from datetime import timedelta

import pytest

from integration.matcher.checker import check
from integration.matcher.journal import chunks_of, outcomes_of, told
from integration.matcher.world import Key, World
from tieout_contracts.outcomes import EntryOverdue
from tieout_runtime.problems import Problem
from unit.matcher.builders import a_record, some_fields


async def arrive(world: World, key: Key, *records: int, side: str = "A", grace: int = 0) -> None:
    log = [
        a_record(n, side, some_fields(external_id=f"x{n % 100}"), reconciliation_id=key[1],  # type: ignore[arg-type]
                 arrival_grace_seconds=grace * 3600)
        for n in records
    ]  # fmt: skip
    await world.deliver(log)


async def overdue_told(world: World, key: Key) -> list[int]:
    outcomes = await outcomes_of(world, key)
    return [one.entry.record_id for one in outcomes if isinstance(one, EntryOverdue)]


async def test_each_is_claimed_once_in_chunks_earliest_first(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tieout_matcher.overdue.CLAIM_ENTRIES", 7)
    key = await world.with_rule()
    await arrive(world, key, *range(1, 11), grace=48)
    await arrive(world, key, *range(11, 21))
    await arrive(world, key, 30, grace=24 * 30)
    (row,) = await world.rows("SELECT next_overdue_at FROM reconciliation")
    soon = row["next_overdue_at"]

    assert await world.claim(soon - timedelta(seconds=1)) == 0
    claimed = await world.claim(soon + timedelta(days=5))
    again = await world.claim(soon + timedelta(days=5))

    assert (claimed, again) == (20, 0)
    assert await overdue_told(world, key) == [*range(11, 21), *range(1, 11)]
    told_in = [len(chunk) for chunk in await chunks_of(world, key)][3:]
    assert told_in == [7, 7, 6]
    (row,) = await world.rows("SELECT next_overdue_at, overdue FROM reconciliation")
    assert tuple(row) == (world.clock.now + timedelta(days=30), 20)
    await check(world, key)


async def test_a_claim_goes_over_all_organisations_the_longest_waiting_first(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tieout_matcher.overdue.CLAIM_RECONCILIATIONS", 1)
    keys = [await world.with_rule(organization_id=n) for n in (7, 8)]
    for key, grace in zip(keys, (72, 48), strict=True):
        record = a_record(1, organization_id=key[0], reconciliation_id=key[1],
                          arrival_grace_seconds=grace * 3600)  # fmt: skip
        await world.deliver([record])
    until = world.clock.now + timedelta(days=5)

    assert await world.claim(until) == 1
    assert [await overdue_told(world, key) for key in keys] == [[], [1]]
    assert await world.claim(until) == 1
    assert await world.claim(until) == 0


async def test_the_outcome_says_since_when_and_by_which_number(world: World) -> None:
    key = await world.with_rule()
    await arrive(world, key, 5)

    at = world.clock.move(days=2)
    await world.claim(at)

    unmatched, overdue = await outcomes_of(world, key)
    assert told(overdue) == ("entry.overdue", 5)
    assert overdue.at == at
    assert overdue.entry.overdue_seq == overdue.seq == 2
    assert overdue.entry.overdue_at == unmatched.entry.overdue_at < at


async def test_marking_now_tells_at_once_and_marking_again_changes_nothing(world: World) -> None:
    key = await world.with_rule()
    await arrive(world, key, 5, grace=999)

    await world.mark(key, 5)
    await world.mark(key, 5, at=world.clock.now + timedelta(days=1))

    assert await overdue_told(world, key) == [5]
    (row,) = await world.rows("SELECT overdue_at, overdue_seq FROM entry")
    assert tuple(row) == (world.clock.now, 2)
    await check(world, key)


@pytest.mark.parametrize("days", [1, 400])
async def test_marking_a_later_time_wins_over_the_streams(world: World, days: int) -> None:
    key = await world.with_rule()
    await arrive(world, key, 5, grace=24 * 30)
    then = world.clock.now + timedelta(days=days)

    await world.mark(key, 5, at=then)

    assert await world.claim(then - timedelta(seconds=1)) == 0
    await check(world, key)
    assert await world.claim(then) == 1
    assert (await outcomes_of(world, key))[-1].entry.overdue_at == then


async def test_what_has_not_arrived_gets_its_time_on_arrival(world: World) -> None:
    key = await world.with_rule()
    then = world.clock.now + timedelta(days=100)
    await world.mark(key, 5, at=world.clock.now)
    await world.mark(key, 5, at=then)
    await world.mark(key, 6)
    await check(world, key)

    await arrive(world, key, 4, 5, 6, 7)

    rows = await world.rows("SELECT record_id, overdue_at FROM entry WHERE record_id IN (5, 6)")
    assert dict(rows) == {5: then, 6: world.clock.now}  # type: ignore[arg-type]
    assert not await world.rows("SELECT 1 FROM awaited_overdue")
    assert await world.claim(world.clock.now) == 1
    assert await overdue_told(world, key) == [6]
    await check(world, key)


async def test_marks_that_cannot_be(world: World) -> None:
    key = await world.with_rule()
    await arrive(world, key, 5)
    await arrive(world, key, 105, side="B")

    with pytest.raises(Problem, match="409 already_matched"):
        await world.mark(key, 5)
    with pytest.raises(Problem, match="422 validation_failed"):
        await world.mark(key, 6, stream_id=3)
    with pytest.raises(Problem, match="404 not_found"):
        await world.mark((key[0] + 1, key[1]), 5)

    await check(world, key)


async def test_a_mark_of_what_is_matched_on_arrival_is_harmless(world: World) -> None:
    key = await world.with_rule()
    await arrive(world, key, 105, side="B")
    await world.mark(key, 5)

    await arrive(world, key, 5)

    assert await world.claim(world.clock.move(days=99)) == 0
    await check(world, key)
