"""The sample that rules are learned from: whole, free, of days that both sides have, bounded."""

from datetime import timedelta

from integration.matcher.planting import plant
from integration.matcher.world import Key, World
from tieout_contracts.record import Side
from tieout_matcher.domain.backtesting.past import Past
from tieout_matcher.store.learning import Limits, sample_of
from tieout_runtime.postgres import tenant_snapshot
from unit.matcher.builders import a_leaf
from unit.matcher.planted import START, Planting

LIMITS = Limits(arrivals=100, open_entries=100, matches=100, members=100)
PAIR: tuple[Side, Side] = ("A", "B")


async def sampled(world: World, key: Key, **limits: int) -> Past:
    async with tenant_snapshot(world.api, organization_id=key[0]) as connection:
        return await sample_of(connection, key, sign_mode="same", limits=LIMITS._replace(**limits))


def records(past: Past) -> list[int]:
    return sorted(one.record_id for one in past.entries)


def in_days(side: Side, days: range, planted: Planting) -> list[int]:
    return [planted.add(side, 100 + day, START + timedelta(days=day)) for day in days]


async def test_what_is_reserved_or_taken_in_part_is_not_learned_from(world: World) -> None:
    key, planted = await world.reconciliation(), Planting(1)
    for cents in (700, 800, 900):
        for side in PAIR:
            planted.add(side, cents, START)
    planted.add("A", 50, START)
    await plant(world, key, planted)
    await world.match_by_hand(key, 7, 6, carry=True)
    await world.worker.execute(
        "UPDATE open_entry SET suggested_by = 9999999 WHERE record_id IN (1, 2)"
    )

    past = await sampled(world, key)

    assert (records(past), past.matches) == ([3, 4, 5], [])


async def test_where_one_side_goes_further_the_days_of_both_come_first(world: World) -> None:
    key, planted = await world.reconciliation(), Planting(1)
    of_a, of_b = in_days("A", range(12), planted), in_days("B", range(5), planted)
    await plant(world, key, planted)

    few, more = await sampled(world, key, open_entries=3), await sampled(world, key, open_entries=7)

    assert records(few) == of_a[2:5] + of_b[2:5]
    assert records(more) == of_a[:5] + of_a[-2:] + of_b


async def test_only_what_arrived_last_is_looked_at(world: World) -> None:
    key, planted = await world.reconciliation(), Planting(1)
    late, early = in_days("A", range(3, 6), planted), in_days("A", range(3), planted)
    await plant(world, key, planted)

    past = await sampled(world, key, arrivals=4, open_entries=2)

    assert records(past) == [late[-1], early[-1]]


async def test_matches_of_people_are_the_last_ones_and_whole(world: World) -> None:
    key, planted = await world.reconciliation(), Planting(1)
    for number in range(5):
        a, b = (planted.add(side, 500 + number, START) for side in PAIR)
        planted.match([a], [b])
    await plant(world, key, planted)

    few, short = await sampled(world, key, matches=2), await sampled(world, key, members=7)

    assert [(one.side_a, one.side_b) for one in few.matches] == [((9,), (10,)), ((7,), (8,))]
    assert records(few) == [7, 8, 9, 10]
    assert records(short) == [5, 6, 7, 8, 9, 10]


async def test_what_rules_made_or_people_revoked_teaches_nothing(world: World) -> None:
    key = await world.with_rule(a_leaf("reference"))
    planted = Planting(1)
    for side in PAIR:
        planted.add(side, 500, START, reference="made by a rule")
    a, b = (planted.add(side, 600, START) for side in PAIR)
    await plant(world, key, planted)
    await world.revoke(key, await world.match_by_hand(key, a, b))

    past = await sampled(world, key)

    assert (records(past), past.matches) == ([a, b], [])
    assert past.apart == {((a,), (b,))}
