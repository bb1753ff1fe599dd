"""Revoking: the members are open again as they were, the pair is blocked, others may have them."""

from datetime import timedelta

import pytest

from integration.matcher.checker import check, matched_pairs
from integration.matcher.journal import chunks_of, outcomes_of, told
from integration.matcher.world import Key, World
from tieout_runtime.problems import Problem
from unit.matcher.builders import ARRIVED, a_leaf, a_record, some_fields


async def arrive(world: World, key: Key, *named: tuple[int, str, str]) -> None:
    log = [
        a_record(record_id, side, some_fields(external_id=name, reference="r"),  # type: ignore[arg-type]
                 reconciliation_id=key[1])
        for record_id, side, name in named
    ]  # fmt: skip
    await world.deliver(log)


async def match_of(world: World, record_id: int) -> int:
    (row,) = await world.rows("SELECT match_id FROM entry WHERE record_id = $1", record_id)
    return int(row["match_id"])


async def test_members_open_again_with_their_overdue_times_and_the_pair_is_not_made_again(
    world: World,
) -> None:
    key = await world.with_rule()
    await arrive(world, key, (1, "A", "x"))
    await world.claim(ARRIVED + timedelta(days=9))
    await arrive(world, key, (2, "B", "x"))
    match_id = await match_of(world, 1)

    await world.revoke(key, match_id, reason="by mistake")
    await world.rule(key, a_leaf("reference"))
    await world.rekey()

    assert await matched_pairs(world, key) == set()
    revoked = (await outcomes_of(world, key))[-1]
    assert told(revoked) == ("match.revoked", 1, 2)
    assert revoked.reason == "by mistake"
    assert [member.overdue_seq for member in revoked.members] == [2, None]
    (row,) = await world.rows("SELECT * FROM match")
    assert (row["revoked_at"], row["revoke_reason"]) == (world.clock.now, "by mistake")
    await check(world, key)


async def test_released_entries_match_others_in_the_same_transaction(world: World) -> None:
    key = await world.with_rule()
    await arrive(world, key, (1, "A", "x"), (2, "B", "x"), (3, "A", "x"))

    await world.revoke(key, await match_of(world, 1))

    assert await matched_pairs(world, key) == {(3, 2)}
    last = (await chunks_of(world, key))[-1]
    assert [told(one) for one in last] == [("match.revoked", 1, 2), ("match.accepted", 3, 2)]
    await check(world, key)


async def test_a_blocked_pair_is_passed_over_not_waited_for(world: World) -> None:
    key = await world.with_rule()
    await arrive(world, key, (1, "A", "x"), (2, "B", "x"))
    await world.revoke(key, await match_of(world, 1))

    await arrive(world, key, (3, "A", "x"), (4, "B", "x"))

    assert await matched_pairs(world, key) == {(3, 2), (1, 4)}
    await check(world, key)


async def test_many_blocked_pairs_do_not_hide_the_one_that_may_be_made(world: World) -> None:
    key = await world.with_rule()
    for record_id in range(10, 20):
        await arrive(world, key, (record_id, "A", "x"))
    await arrive(world, key, (1, "B", "x"))
    for _ in range(9):
        await world.revoke(key, await match_of(world, 1))

    assert await matched_pairs(world, key) == {(19, 1)}
    await world.revoke(key, await match_of(world, 1))
    assert await matched_pairs(world, key) == set()
    await world.rule(key, a_leaf("reference"))
    await world.rekey()
    assert await matched_pairs(world, key) == set()
    await arrive(world, key, (20, "A", "x"))
    assert await matched_pairs(world, key) == {(20, 1)}
    await check(world, key)


async def test_revoking_again_changes_nothing_and_an_unknown_match_is_404(world: World) -> None:
    key = await world.with_rule()
    await arrive(world, key, (1, "A", "x"), (2, "B", "x"))
    match_id = await match_of(world, 1)
    await world.revoke(key, match_id)
    before = await outcomes_of(world, key)

    await world.revoke(key, match_id)

    assert await outcomes_of(world, key) == before
    with pytest.raises(Problem, match="404 not_found"):
        await world.revoke((key[0] + 1, key[1]), match_id)
    await check(world, key)


async def test_what_is_released_while_rules_are_rekeyed_waits_its_turn(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tieout_matcher.released.REKEY_ENTRIES", 2)
    key = await world.with_rule()
    await arrive(world, key, (1, "A", "x"), *((n, "A", f"y{n}") for n in range(2, 8)))
    await arrive(world, key, (8, "B", "x"), (9, "B", "z"))
    await world.rule(key, a_leaf("reference"), priority=1)
    await world.rekey_chunk(key)

    await world.revoke(key, await match_of(world, 8))
    await check(world, key)
    await world.rekey()

    assert await matched_pairs(world, key) == {(1, 9), (2, 8)}
    await check(world, key)


async def test_what_is_released_ahead_of_its_turn_takes_nothing_from_those_before_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tieout_matcher.released.REKEY_ENTRIES", 2)
    key = await world.with_rule()
    named = ((1, "A", "u", "r"), (2, "A", "v", "s"), (3, "B", "w", "r"), (4, "A", "x", "t"))
    for record_id, side, name, reference in (*named, (5, "B", "x", "r")):
        fields = some_fields(external_id=name, reference=reference)
        await world.deliver([a_record(record_id, side, fields, reconciliation_id=key[1])])  # type: ignore[arg-type]
    await world.rule(key, a_leaf("reference"), priority=1)
    await world.rekey_chunk(key)

    await world.revoke(key, await match_of(world, 5))
    await world.rekey()

    assert await matched_pairs(world, key) == {(1, 3)}
    await check(world, key)
