"""What rules with tolerances find: in passes, whole components at a time, whatever came first."""

from collections.abc import Awaitable, Callable, Sequence

import pytest

import tieout_matcher.passes
from integration.matcher.checker import check
from integration.matcher.journal import outcomes_of
from integration.matcher.world import Key, World
from tieout_contracts.record import Side
from tieout_matcher.applying import Applied, Applying, Work
from tieout_matcher.domain.passes.snapshot import Group
from tieout_matcher.store.rule_book import RuleBook
from unit.matcher.builders import a_leaf, a_record, some_fields

NEAR = a_leaf("amount", tolerance_amount=0.5)
SAME_REFERENCE = a_leaf("reference")


@pytest.fixture
async def near(world: World) -> Key:
    """One rule: the same reference, amounts up to 0.50 apart."""
    return await world.with_rule(SAME_REFERENCE, NEAR)


async def come(world: World, key: Key, *named: tuple[int, Side, str, str]) -> None:
    """Deliver (record, side, reference, amount in minor units)."""
    await world.deliver([
        a_record(n, side, some_fields(amount, reference=text), reconciliation_id=key[1])
        for n, side, text, amount in named
    ])  # fmt: skip


async def statuses(world: World, key: Key) -> list[tuple[list[int], str, str | None]]:
    rows = await world.rows(
        "SELECT members, status, doubt FROM match WHERE reconciliation_id = $1 ORDER BY id", key[1]
    )
    return [(row["members"], row["status"], row["doubt"]) for row in rows]


async def test_a_pair_within_tolerance_is_accepted_with_an_adjustment(
    world: World, near: Key
) -> None:
    await come(world, near, (1, "A", "x", "1000"), (2, "B", "x", "1040"))

    await world.passes_now(near)

    assert await statuses(world, near) == [([1, 2], "accepted", None)]
    (adjustment,) = await world.rows("SELECT amount_minor, reason FROM adjustment")
    assert (int(adjustment["amount_minor"]), adjustment["reason"]) == (-40, "tolerance")
    await check(world, near)


async def test_what_is_too_far_apart_stays_open(world: World, near: Key) -> None:
    await come(world, near, (1, "A", "x", "1000"), (2, "B", "x", "1051"))

    await world.passes_now(near)

    assert await statuses(world, near) == []
    await check(world, near)


async def test_a_tick_tries_only_what_was_open_at_the_tick_before(world: World, near: Key) -> None:
    await come(world, near, (1, "A", "x", "1000"), (2, "B", "x", "1040"))

    await world.tick()
    first = await statuses(world, near)
    world.clock.move(seconds=31)
    await world.tick()

    assert first == []
    assert await statuses(world, near) == [([1, 2], "accepted", None)]


async def test_two_that_are_as_close_are_suggested_and_reserved(world: World, near: Key) -> None:
    await come(world, near, (1, "A", "x", "1000"), (2, "B", "x", "1040"), (3, "B", "x", "960"))

    await world.passes_now(near)

    ((members, status, doubt),) = await statuses(world, near)
    assert (len(members), status, doubt) == (2, "suggested", "ambiguous")
    assert [one.__class__.__name__ for one in await outcomes_of(world, near)][
        -1
    ] == "MatchSuggested"
    await check(world, near)


async def test_accepting_a_suggestion_matches_its_members(world: World, near: Key) -> None:
    await come(world, near, (1, "A", "x", "1000"), (2, "B", "x", "1040"), (3, "B", "x", "960"))
    await world.passes_now(near)
    (row,) = await world.rows("SELECT id FROM match")

    await world.accept(near, row["id"])

    assert [status for _, status, _ in await statuses(world, near)] == ["accepted"]
    await check(world, near)


async def test_a_rejected_suggestion_is_never_made_again_until_its_block_is_cleared(
    world: World, near: Key
) -> None:
    await come(world, near, (1, "A", "x", "1000"), (2, "B", "x", "1040"), (3, "B", "x", "960"))
    await world.passes_now(near)
    (row,) = await world.rows("SELECT id, members FROM match")

    await world.revoke(near, row["id"], "the other one")
    await world.passes_now(near)
    after = await statuses(world, near)

    assert after[0] == (row["members"], "rejected", "ambiguous")
    assert len(after) == 2
    assert after[1][0] != row["members"]
    assert after[1][1:] == ("accepted", None)
    await check(world, near)


async def test_a_force_match_of_a_reserved_entry_rejects_the_suggestion(
    world: World, near: Key
) -> None:
    await come(world, near, (1, "A", "x", "1000"), (2, "B", "x", "1040"), (3, "B", "x", "960"))
    await world.passes_now(near)

    outcome = await world.force(near, 1, operation_id=9)
    await world.passes_now(near)

    assert outcome["status"] == "done"
    assert [status for _, status, _ in await statuses(world, near)] == ["rejected", "accepted"]
    await check(world, near)


async def test_one_identity_with_other_money_is_told_once(world: World) -> None:
    key = await world.with_rule(a_leaf("external_id"))
    await world.deliver([
        a_record(1, "A", some_fields("1000", external_id="x"), reconciliation_id=key[1]),
        a_record(2, "B", some_fields("1050", external_id="x"), reconciliation_id=key[1]),
    ])  # fmt: skip

    for _ in range(3):
        world.clock.move(seconds=31)
        await world.tick()
    told = [one for one in await outcomes_of(world, key) if hasattr(one, "other")]

    assert [(one.entry.record_id, one.other.record_id, one.reason_code) for one in told] == [
        (2, 1, "AMOUNT_MISMATCH")
    ]
    assert "0.50 EUR" in told[0].reason
    await check(world, key)


async def test_a_change_of_rules_tries_everything_open_again(world: World, near: Key) -> None:
    await come(world, near, (1, "A", "x", "1000"), (2, "B", "x", "1090"))
    await world.passes_now(near)

    await world.rule(near, SAME_REFERENCE, a_leaf("amount", tolerance_amount=1))
    await world.rekey()
    await world.passes()

    assert await statuses(world, near) == [([1, 2], "accepted", None)]
    await check(world, near)


class Overtaken(Applying):
    """Something else happens between the snapshot and its application."""

    async def apply(self, work: Work, groups: Sequence[Group]) -> Applied:
        await HAPPENS[0]()
        return await super().apply(work, groups)


HAPPENS: list[Callable[[], Awaitable[object]]] = []


async def test_what_was_taken_since_the_snapshot_is_left_alone(world: World, near: Key) -> None:
    await come(world, near, (1, "A", "x", "1000"), (2, "B", "x", "1040"))
    HAPPENS[:] = [lambda: world.force(near, 2, operation_id=5)]
    overtaken = Overtaken(pool=world.worker, rule_book=RuleBook(), clock=world.clock)
    world.passing = world.passing_with(overtaken)

    await world.passes_now(near)

    assert await statuses(world, near) == [([2], "accepted", None)]
    await check(world, near)


async def test_rules_changed_since_the_snapshot_are_those_that_count(
    world: World, near: Key
) -> None:
    await come(world, near, (1, "A", "x", "1000"), (2, "B", "x", "1040"))
    HAPPENS[:] = [lambda: world.rule(near, a_leaf("external_id"), priority=9)]
    overtaken = Overtaken(pool=world.worker, rule_book=RuleBook(), clock=world.clock)
    world.passing = world.passing_with(overtaken)

    await world.passes_now(near)
    before = await statuses(world, near)
    world.passing = world.passing_with(world.passing.applying)
    await world.rekey()
    await world.passes()

    assert before == []


async def test_pairs_are_found_also_where_a_rollup_ties_too_much_together(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tieout_matcher.passes, "COMPONENT_ENTRIES", 3)
    key = await world.with_rule(SAME_REFERENCE, NEAR)
    rollup = {"group_by_kind": "date", "lookback_days": 1, "date_field": "date"}
    await world.rule(
        key,
        a_leaf("currency"),
        cardinality="many_to_one",
        group_by=["date"],
        rollup=rollup,
        priority=9,
    )
    await world.rekey()
    named: list[tuple[int, Side, str, str]] = [
        (1, "A", "x", "1000"), (2, "B", "x", "1040"), (3, "A", "y", "70"),
        (4, "A", "z", "90"), (5, "B", "q", "5000"),
    ]  # fmt: skip

    await come(world, key, *named)
    await world.passes_now(key)

    assert await statuses(world, key) == [([1, 2], "accepted", None)]
    await check(world, key)
