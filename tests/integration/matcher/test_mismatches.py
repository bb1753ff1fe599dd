"""Two of one identity that differ are told of, until they differ no more."""

import pytest

from integration.matcher.journal import outcomes_of
from integration.matcher.world import Key, World
from tieout_contracts.outcomes import MismatchEnded, MismatchFound, ReasonFound
from tieout_contracts.record import Side
from unit.matcher.builders import a_leaf, a_record, some_fields

Told = tuple[str, int, int | None]


@pytest.fixture
async def near(world: World) -> Key:
    """One rule: the same reference, amounts up to 0.50 apart."""
    return await world.with_rule(a_leaf("reference"), a_leaf("amount", tolerance_amount=0.5))


async def come(world: World, key: Key, *named: tuple[int, Side, str, str]) -> None:
    """Deliver (record, side, reference, amount in minor units), and let passes try them."""
    await world.deliver([
        a_record(n, side, some_fields(amount, reference=text), reconciliation_id=key[1])
        for n, side, text, amount in named
    ])  # fmt: skip
    await world.passes_now(key)


async def told(world: World, key: Key) -> list[Told]:
    """List what was told of differences: type, record, the other one."""
    found: list[Told] = []
    for one in await outcomes_of(world, key):
        match one:
            case MismatchFound():
                found.append(("found", one.entry.record_id, one.other.record_id))
            case MismatchEnded():
                found.append(("ended", one.entry.record_id, one.other_record_id))
            case ReasonFound():
                found.append((one.reason_code, one.entry.record_id, None))
    return found


async def test_two_that_differ_are_told_of_once(world: World, near: Key) -> None:
    await come(world, near, (1, "A", "x", "1000"), (2, "B", "x", "2000"))
    await come(world, near, (3, "A", "y", "1000"))

    assert await told(world, near) == [("found", 2, 1)]


async def test_a_third_of_the_identity_ends_it(world: World, near: Key) -> None:
    await come(world, near, (1, "A", "x", "1000"), (2, "B", "x", "2000"))
    await come(world, near, (3, "A", "x", "5000"))

    assert await told(world, near) == [("found", 2, 1), ("ended", 2, 1)]
    assert await world.rows("SELECT record_id FROM mismatch") == []


async def test_when_the_third_is_matched_it_is_told_again(world: World, near: Key) -> None:
    await come(world, near, (1, "A", "x", "1000"), (2, "B", "x", "2000"))
    await come(world, near, (3, "A", "x", "5000"))
    await come(world, near, (4, "B", "x", "5000"))

    assert await told(world, near) == [("found", 2, 1), ("ended", 2, 1), ("found", 2, 1)]


async def test_after_its_other_record_was_matched_and_given_back_it_is_told_again(
    world: World, near: Key
) -> None:
    await come(world, near, (1, "A", "x", "1000"), (2, "B", "x", "2000"), (4, "B", "z", "1000"))
    match_id = await world.match_by_hand(near, 1, 4)

    await world.revoke(near, match_id)
    await world.passes_now(near)

    assert await told(world, near) == [("found", 2, 1), ("found", 2, 1)]


async def test_a_match_of_the_two_and_its_revoke_tell_nothing_more(world: World, near: Key) -> None:
    await come(world, near, (1, "A", "x", "1000"), (2, "B", "x", "2000"))
    match_id = await world.match_by_hand(near, 1, 2, create_adjustment=True)

    await world.revoke(near, match_id)
    await world.passes_now(near)

    assert await told(world, near) == [("found", 2, 1)]


async def test_a_late_entry_is_told_that_its_reason_vanished(world: World, near: Key) -> None:
    await come(world, near, (1, "A", "x", "1000"), (2, "B", "x", "2000"))
    await world.claim(world.clock.move(days=30))
    await come(world, near, (3, "A", "x", "5000"))

    assert await told(world, near) == [
        ("found", 2, 1),
        ("ended", 2, 1),
        ("UNMATCHED_OVERDUE", 2, None),
    ]
