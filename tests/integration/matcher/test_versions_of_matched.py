"""Later versions of records that accepted matches hold, whole or in part."""

from datetime import date
from typing import Any

import pytest

from integration.matcher.checker import check, matched_pairs
from integration.matcher.journal import chunks_of, outcomes_of, told
from integration.matcher.versions import entry, version
from integration.matcher.world import World, arrive


async def test_in_a_match_the_same_money_is_noted_and_the_match_stays(world: World) -> None:
    key = await world.with_rule()
    await arrive(world, key, (1, "A", "x"), (2, "B", "x"))

    later = version(key, 2, "B", 2, "renamed", date=date(2026, 3, 4))
    await world.deliver([later])

    assert await matched_pairs(world, key) == {(1, 2)}
    (changed,) = (await chunks_of(world, key))[-1]
    assert (told(changed), changed.entry.version) == (("entry.changed", 2), 2)
    assert changed.match_id == (await entry(world, 2))["match_id"]
    assert (await entry(world, 2))["fields"] == bytes(later.fields)
    await check(world, key)


@pytest.mark.parametrize(
    "other", [{"amount_minor": "1001"}, {"currency": "USD"}, {"direction": "debit"}]
)
async def test_in_a_match_other_money_takes_it_apart_without_a_block(
    world: World, other: dict[str, Any]
) -> None:
    key = await world.with_rule()
    await arrive(world, key, (1, "A", "x"), (2, "B", "x"), (3, "B", "x"))

    await world.deliver([version(key, 2, "B", 2, "x", **other)])

    assert await matched_pairs(world, key) == {(1, 3)}
    assert [told(one) for one in await outcomes_of(world, key)][-3:] == [
        ("match.revoked", 1, 2), ("match.accepted", 1, 3), ("entry.changed", 2),
    ]  # fmt: skip
    assert not await world.rows("SELECT 1 FROM block")
    await check(world, key)


async def test_a_force_match_of_a_pending_record_is_taken_apart_by_another_booking(
    world: World,
) -> None:
    key = await world.with_rule()
    await world.deliver([version(key, 2, "B", 1, status="pending")])
    await world.force(key, 2, operation_id=1)

    await world.deliver([version(key, 2, "B", 2, amount_minor="1200")])

    assert [told(one) for one in await outcomes_of(world, key)][-2:] == [
        ("match.revoked", 2), ("entry.changed", 2),
    ]  # fmt: skip
    await check(world, key)


@pytest.mark.parametrize(
    ("amount_minor", "left"), [("1000", ["400"]), ("1100", [])], ids=["same money", "other money"]
)
async def test_of_a_partly_matched_record_the_rest_stays_only_while_its_money_does(
    world: World, amount_minor: str, left: list[str]
) -> None:
    key = await world.with_rule()
    await world.deliver([version(key, 1, "A", 1), version(key, 2, "B", 1, amount_minor="250"),
                         version(key, 3, "B", 1, amount_minor="350")])  # fmt: skip
    for other in (2, 3):
        await world.match_by_hand(key, 1, other, carry=True)

    refused = await world.change(5, version(key, 1, "A", 2, "other"))
    await world.deliver([version(key, 1, "A", 2, "other", amount_minor=amount_minor)])

    assert (refused["status"], refused["code"]) == ("refused", "already_matched")
    rows = await world.rows("SELECT left_minor::text AS left FROM entry WHERE record_id = 1")
    assert [row["left"] for row in rows if row["left"]] == left
    accepted = await world.rows("SELECT 1 FROM match WHERE status = 'accepted'")
    assert len(accepted) == (2 if left else 0)
    await check(world, key)


@pytest.mark.parametrize("second", ["350", "750"], ids=["a rest is open", "nothing is left"])
async def test_a_late_record_parted_from_several_matches_is_counted_late_once(
    world: World, second: str
) -> None:
    key = await world.with_rule()
    await world.deliver([version(key, 1, "A", 1), version(key, 2, "B", 1, amount_minor="250"),
                         version(key, 3, "B", 1, amount_minor=second)])  # fmt: skip
    for record in (1, 2):
        await world.mark(key, record)
    for other in (2, 3):
        await world.match_by_hand(key, 1, other, carry=True)

    await world.deliver([version(key, 1, "A", 2, amount_minor="900")])

    (counted,) = await world.rows("SELECT overdue FROM reconciliation WHERE id = $1", key[1])
    assert counted["overdue"] == 2
    await check(world, key)
