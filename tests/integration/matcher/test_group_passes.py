"""Rollups and sets through passes: members come in any order, and matches tie."""

from datetime import timedelta
from typing import Any

import pytest

from integration.matcher.checker import check
from integration.matcher.journal import outcomes_of
from integration.matcher.world import Key, World
from tieout_contracts.record import Side
from unit.matcher.builders import ARRIVED, a_leaf, a_record, some_fields

NEAR = a_leaf("amount", tolerance_amount=0.5)
BATCH = {
    "cardinality": "many_to_one",
    "group_by": ["metadata.batch"],
    "rollup": {"group_by_kind": "identifier"},
}
DAYS = {"cardinality": "many_to_one", "group_by": ["date", "counterparty"], "rollup": {}}


@pytest.fixture
async def batches(world: World) -> Key:
    """All payments of a batch come to the payout that names it, up to 0.50 apart."""
    return await ruled(world, NEAR, a_leaf("metadata.batch", "reference"), **BATCH)


async def ruled(world: World, *leaves: dict[str, Any], **rule: Any) -> Key:
    key = await world.reconciliation()
    await world.rule(key, *leaves, **rule)
    await world.rekey()
    return key


async def come(world: World, key: Key, number: int, side: Side, amount: str, **said: Any) -> None:
    if "batch" in said:
        said["metadata"] = {"batch": said.pop("batch")}
    await world.deliver(
        [a_record(number, side, some_fields(amount, **said), reconciliation_id=key[1])]
    )


async def statuses(world: World, key: Key) -> list[tuple[list[int], str, str | None]]:
    rows = await world.rows(
        "SELECT members, status, doubt FROM match WHERE reconciliation_id = $1 ORDER BY id", key[1]
    )
    return [(sorted(row["members"]), row["status"], row["doubt"]) for row in rows]


async def test_a_cohort_waits_for_its_last_member_and_ties_with_an_adjustment(
    world: World, batches: Key
) -> None:
    await come(world, batches, 1, "B", "3040", reference="7")
    await come(world, batches, 2, "A", "1000", batch="7", counterparty="x")
    await world.passes_now(batches)
    before = await statuses(world, batches)
    await come(world, batches, 3, "A", "2000", batch="7", counterparty="y")
    await world.passes_now(batches)

    assert before == []
    assert await statuses(world, batches) == [([1, 2, 3], "accepted", None)]
    (adjustment,) = await world.rows("SELECT amount_minor, reason FROM adjustment")
    assert (int(adjustment["amount_minor"]), adjustment["reason"]) == (-40, "tolerance")
    await check(world, batches)


async def test_members_that_say_otherwise_are_found_with_their_cohort_and_keep_it_whole(
    world: World,
) -> None:
    key = await ruled(world, a_leaf("amount"), a_leaf("counterparty"), **BATCH)
    await come(world, key, 1, "A", "1000", batch="7", counterparty="x")
    await come(world, key, 2, "A", "500", batch="7", counterparty="y")
    await world.passes_now(key)
    await come(world, key, 3, "B", "1000", counterparty="x")
    await world.passes_now(key)

    assert await statuses(world, key) == []
    await check(world, key)


async def test_an_overdue_record_is_told_by_how_much_its_group_misses(
    world: World, batches: Key
) -> None:
    await come(world, batches, 1, "B", "3400", reference="7")
    await come(world, batches, 2, "A", "1000", batch="7")
    await come(world, batches, 3, "A", "2000", batch="7")
    await world.passes_now(batches)

    await world.claim(ARRIVED + timedelta(days=9))

    told = {
        one.entry.record_id: (one.reason_code, one.reason)
        for one in await outcomes_of(world, batches)
        if type(one).__name__ == "EntryOverdue"
    }
    assert told[1][0] == "ROLLUP_INCOMPLETE"
    assert "4.00 EUR less" in told[1][1]
    assert told[2][0] == told[3][0] == "UNMATCHED_OVERDUE"
    await check(world, batches)


async def test_a_rejected_window_is_not_made_again_and_the_next_one_is(world: World) -> None:
    key = await ruled(world, a_leaf("amount"), **DAYS)
    for number, day in ((1, "2026-03-01"), (2, "2026-03-02")):
        await come(world, key, number, "A", "1000", date=day, counterparty="x")
    await come(world, key, 3, "B", "1000", date="2026-03-02", counterparty="x")
    await world.passes_now(key)
    first = await statuses(world, key)
    (row,) = await world.rows("SELECT id FROM match")

    await world.revoke(key, row["id"], "the other day")
    await world.passes_now(key)

    assert first == [([2, 3], "suggested", "ambiguous")]
    assert await statuses(world, key) == [
        ([2, 3], "rejected", "ambiguous"), ([1, 3], "accepted", None),
    ]  # fmt: skip
    await check(world, key)


async def test_sets_of_both_sides_match_and_what_fits_twice_waits_for_a_person(
    world: World,
) -> None:
    key = await ruled(
        world, a_leaf("amount"), a_leaf("reference"),
        cardinality="many_to_many", search="subset_sum",
    )  # fmt: skip
    clear = (("A", "100"), ("A", "400"), ("B", "200"), ("B", "300"))
    unclear = (("A", "300"), ("A", "700"), ("A", "400"), ("B", "700"))
    for number, (side, amount) in enumerate((*clear, *unclear), start=1):
        name = "clear" if number <= len(clear) else "unclear"
        await come(world, key, number, "A" if side == "A" else "B", amount, reference=name)

    await world.passes_now(key)

    assert sorted(await statuses(world, key)) == [
        ([1, 2, 3, 4], "accepted", None), ([6, 8], "suggested", "ambiguous"),
    ]  # fmt: skip
    await check(world, key)
