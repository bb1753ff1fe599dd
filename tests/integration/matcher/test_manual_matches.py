"""Matches that people make: they tie, or a part stays open, and all of it can be undone."""

from typing import Any

import pytest

from integration.matcher.checker import check
from integration.matcher.journal import outcomes_of
from integration.matcher.world import Key, World
from tieout_contracts.outcomes import MatchAccepted
from tieout_contracts.record import Side
from tieout_runtime.problems import Problem
from unit.matcher.builders import a_leaf, a_record, some_fields


async def come(world: World, key: Key, *named: tuple[int, Side, str]) -> None:
    """Deliver (record, side, amount in minor units)."""
    await world.deliver([
        a_record(n, side, some_fields(amount, external_id=f"x{n}"), reconciliation_id=key[1])
        for n, side, amount in named
    ])  # fmt: skip


async def left(world: World, key: Key) -> dict[int, int | None]:
    """Return what is left of each open entry; None: all of it."""
    rows = await world.rows(
        "SELECT o.record_id, e.left_minor FROM open_entry o JOIN entry e"
        " USING (organization_id, reconciliation_id, record_id) WHERE o.reconciliation_id = $1",
        key[1],
    )
    return {row["record_id"]: row["left_minor"] and int(row["left_minor"]) for row in rows}


@pytest.fixture
async def key(world: World) -> Key:
    return await world.with_rule(a_leaf("external_id"))


async def test_several_against_one_that_tie_need_no_adjustment(world: World, key: Key) -> None:
    await come(world, key, (1, "A", "700"), (2, "A", "300"), (3, "B", "1000"))

    await world.match_by_hand(key, 1, 2, 3)

    assert await left(world, key) == {}
    assert await world.rows("SELECT * FROM adjustment") == []
    await check(world, key)


async def test_a_difference_needs_an_adjustment_and_keeps_its_reason(
    world: World, key: Key
) -> None:
    await come(world, key, (1, "A", "1000"), (2, "B", "990"))

    with pytest.raises(Problem) as refused:
        await world.match_by_hand(key, 1, 2)
    await world.match_by_hand(
        key, 1, 2, create_adjustment=True, adjustment_reason="bank fee of March"
    )

    assert (refused.value.status, refused.value.code) == (422, "amounts_differ")
    (adjustment,) = await world.rows("SELECT amount_minor, reason, note FROM adjustment")
    assert (int(adjustment["amount_minor"]), adjustment["note"]) == (10, "bank fee of March")
    await check(world, key)


@pytest.mark.parametrize(
    ("records", "code"),
    [((1,), "side_missing"), ((1, 4), "currency_mismatch"), ((1, 99), "validation_failed")],
)
async def test_what_cannot_be_one_match_is_refused_by_name(
    world: World, key: Key, records: tuple[int, ...], code: str
) -> None:
    await come(world, key, (1, "A", "1000"))
    fields: Any = some_fields("1000", currency="USD")
    await world.deliver([a_record(4, "B", fields, reconciliation_id=key[1])])

    with pytest.raises(Problem) as refused:
        await world.match_by_hand(key, *records)

    assert (refused.value.status, refused.value.code) == (422, code)


async def test_carrying_takes_the_oldest_first_and_leaves_the_rest_open(
    world: World, key: Key
) -> None:
    await come(world, key, (1, "A", "600"), (2, "A", "600"), (3, "B", "1000"))

    await world.match_by_hand(key, 1, 2, 3, carry=True)

    assert await left(world, key) == {2: 200}
    made = [one for one in await outcomes_of(world, key) if isinstance(one, MatchAccepted)]
    views = {one.record_id: (one.allocated_minor, one.left_minor) for one in made[0].members}
    assert views == {1: (None, None), 2: ("400", "200"), 3: (None, None)}
    await check(world, key)


async def test_the_rest_of_an_entry_can_be_matched_and_each_part_be_revoked(
    world: World, key: Key
) -> None:
    await come(world, key, (1, "A", "600"), (3, "B", "1000"), (4, "A", "400"))
    first = await world.match_by_hand(key, 1, 3, carry=True)
    second = await world.match_by_hand(key, 3, 4)
    both = await left(world, key)

    await world.revoke(key, first)
    one = await left(world, key)
    await check(world, key)
    await world.revoke(key, second)

    assert (both, one) == ({}, {1: None, 3: 600})
    assert await left(world, key) == {1: None, 3: None, 4: None}
    await check(world, key)


async def test_a_pass_matches_what_is_left_of_an_entry(world: World) -> None:
    key = await world.with_rule(a_leaf("currency"), a_leaf("amount", tolerance_amount=0.01))
    await come(world, key, (1, "A", "600"), (3, "B", "1000"))
    await world.match_by_hand(key, 1, 3, carry=True)

    await come(world, key, (5, "A", "400"), (6, "A", "1000"))
    await world.passes_now(key)

    assert await left(world, key) == {6: None}
    await check(world, key)


async def test_a_forced_carry_leaves_the_rest_open(world: World, key: Key) -> None:
    await come(world, key, (1, "A", "600"), (3, "B", "1000"))

    outcome = await world.force(key, 3, 1, operation_id=4, residual_treatment="carry")

    assert outcome["status"] == "done"
    assert await left(world, key) == {3: 400}
    await check(world, key)


async def test_what_a_dissolved_suggestion_frees_takes_none_of_the_chosen(world: World) -> None:
    """Record 1 is suggested for 2 or 3 while 4 comes, which has its identity; 4 was chosen."""
    key = await world.reconciliation()
    await world.rule(key, a_leaf("external_id"))
    near = (a_leaf("reference"), a_leaf("amount", tolerance_amount=1))
    await world.rule(key, *near, priority=1)
    await world.rekey()
    for number, side, said in (
        (1, "A", some_fields("1000", reference="r", external_id="e")),
        (2, "B", some_fields("1010", reference="r")),
        (3, "B", some_fields("1010", reference="r", description="other")),
    ):
        await world.deliver([a_record(number, side, said, reconciliation_id=key[1])])  # type: ignore[arg-type]  # it is a side
    await world.passes_now(key)
    reserved = await world.rows("SELECT record_id FROM open_entry WHERE suggested_by IS NOT NULL")
    await world.deliver([
        a_record(4, "B", some_fields("1000", external_id="e"), reconciliation_id=key[1]),
        a_record(5, "A", some_fields("2010", external_id="z"), reconciliation_id=key[1]),
    ])  # fmt: skip

    chosen = [4, 5, next(row["record_id"] for row in reserved if row["record_id"] != 1)]
    await world.match_by_hand(key, *chosen)

    assert len(reserved) == 2
    assert not {*chosen} & {*await left(world, key)}
    assert 1 in await left(world, key)
    await check(world, key)
