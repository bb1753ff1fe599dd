"""A late entry that says what a matched one of its side says is told to be a duplicate."""

from typing import Any

import pytest

from integration.matcher.journal import outcomes_of
from integration.matcher.world import Key, World
from tieout_contracts.outcomes import EntryOverdue, ReasonCode
from tieout_contracts.record import Side
from unit.matcher.builders import a_leaf, a_record, some_fields


async def come(world: World, key: Key, record_id: int, side: Side, **said: Any) -> None:
    amount = said.pop("amount", "1000")
    fields = some_fields(amount, **{"external_id": f"own-{record_id}", "reference": "R-1"} | said)
    await world.deliver([a_record(record_id, side, fields, reconciliation_id=key[1])])


async def overdue_told(world: World, key: Key) -> list[tuple[int, ReasonCode]]:
    return [
        (one.entry.record_id, one.reason_code)
        for one in await outcomes_of(world, key)
        if isinstance(one, EntryOverdue)
    ]


@pytest.fixture
async def key(world: World) -> Key:
    """One rule, reference and amount; a pair of them is matched: records 1 and 2."""
    key = await world.with_rule(a_leaf("reference"), a_leaf("amount"))
    await come(world, key, 1, "A")
    await come(world, key, 2, "B")
    return key


@pytest.mark.parametrize("side", ["A", "B"])
async def test_the_same_movement_reported_twice_is_a_duplicate(
    world: World, key: Key, side: Side
) -> None:
    await come(world, key, 3, side)

    await world.claim(world.clock.move(days=30))

    assert await overdue_told(world, key) == [(3, "DUPLICATE")]
    (last,) = [one for one in await outcomes_of(world, key) if isinstance(one, EntryOverdue)]
    twin = 1 if side == "A" else 2
    assert last.reason is not None
    assert last.reason.startswith(f"Record {twin} of the same side says the same and is matched")
    (row,) = await world.rows("SELECT reason_code, reason FROM open_entry")
    assert tuple(row) == ("duplicate", last.reason)


@pytest.mark.parametrize(
    "other",
    [{"amount": "1001"}, {"date": "2026-02-28"}, {"direction": "debit"}, {"reference": "R-2"},
     {"currency": "USD"}, {"reference": None}],
)  # fmt: skip
async def test_what_says_something_else_is_none(
    world: World, key: Key, other: dict[str, Any]
) -> None:
    await come(world, key, 3, "A", **other)

    await world.claim(world.clock.move(days=30))

    assert await overdue_told(world, key) == [(3, "UNMATCHED_OVERDUE")]


async def test_two_open_ones_are_no_duplicates_of_each_other(world: World) -> None:
    key = await world.with_rule(a_leaf("reference"), a_leaf("amount"))
    await come(world, key, 1, "A")
    await come(world, key, 2, "A")

    await world.claim(world.clock.move(days=30))

    assert await overdue_told(world, key) == [
        (1, "UNMATCHED_OVERDUE"),
        (2, "UNMATCHED_OVERDUE"),
    ]


async def test_a_rule_without_identity_knows_no_duplicates(world: World) -> None:
    key = await world.with_rule(a_leaf("description"), a_leaf("amount"))
    for record_id, side in ((1, "A"), (2, "B"), (3, "A")):
        await come(world, key, record_id, side, description="rent")  # type: ignore[arg-type]

    await world.claim(world.clock.move(days=30))

    assert await overdue_told(world, key) == [(3, "UNMATCHED_OVERDUE")]


@pytest.mark.parametrize(
    "said", [{"tx.id": "T-1"}, {"tx": {"id": "T-1"}}], ids=["a flat key", "nested"]
)
async def test_an_identity_in_metadata_counts(world: World, said: dict[str, Any]) -> None:
    key = await world.with_rule(a_leaf("metadata.tx.id"), a_leaf("amount"))
    for record_id, side in ((1, "A"), (2, "B"), (3, "A")):
        await come(world, key, record_id, side, metadata=said)  # type: ignore[arg-type]

    await world.claim(world.clock.move(days=30))

    assert await overdue_told(world, key) == [(3, "DUPLICATE")]


async def test_one_marked_overdue_is_looked_at_too(world: World, key: Key) -> None:
    await come(world, key, 3, "A")

    await world.mark(key, 3)

    assert await overdue_told(world, key) == [(3, "DUPLICATE")]


async def test_a_pass_that_knows_nothing_more_leaves_it_a_duplicate(world: World, key: Key) -> None:
    await come(world, key, 3, "A")
    await world.claim(world.clock.move(days=30))

    await world.passes_now(key)

    (row,) = await world.rows("SELECT reason_code FROM open_entry")
    assert row["reason_code"] == "duplicate"
    assert await overdue_told(world, key) == [(3, "DUPLICATE")]
