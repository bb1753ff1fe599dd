"""Open entries of rollups and sets: which groups were looked at, and what is missing."""

from datetime import timedelta
from typing import Any

from integration.matcher.service import Service, path_of
from integration.matcher.world import Key, World
from tieout_contracts.record import Side
from unit.matcher.builders import DAY, a_leaf, a_record, some_fields

SUM = a_leaf("amount")
BY_PO: dict[str, Any] = {
    "cardinality": "many_to_one",
    "group_by": ["metadata.po"],
    "rollup": {"group_by_kind": "identifier"},
}
BY_DAY: dict[str, Any] = {
    "cardinality": "many_to_one",
    "group_by": ["date"],
    "rollup": {"group_by_kind": "date", "lookback_days": 3, "date_field": "date"},
}


async def come(world: World, key: Key, *named: tuple[int, Side, str, dict[str, Any]]) -> None:
    """Deliver (record, side, amount in minor units, more fields)."""
    await world.deliver([
        a_record(n, side, some_fields(amount, **more), reconciliation_id=key[1])
        for n, side, amount, more in named
    ])  # fmt: skip


async def with_rule(world: World, *leaves: dict[str, Any], **given: Any) -> Key:
    key = await world.reconciliation()
    await world.rule(key, *leaves, **given)
    await world.rekey()
    return key


async def groups_of(world: World, service: Service, key: Key, record_id: int) -> Any:
    """Explain by what is not indexed yet, and by the index: both say the same."""
    path = path_of(key, f"/entries/{record_id}/explanation")
    fresh = await service.get(path)
    await world.index()
    indexed = await service.get(path)
    assert indexed["groups"] == fresh["groups"]
    assert indexed["searched"]["all_open"]
    return indexed["groups"][0]


def po(name: str) -> dict[str, Any]:
    return {"metadata": {"po": name}}


async def test_a_cohort_says_what_is_missing_to_the_minor_unit(
    world: World, service: Service
) -> None:
    key = await with_rule(world, SUM, **BY_PO)
    await come(
        world, key,
        (1, "A", "4000", po("P1")), (2, "A", "8000", po("P1")), (3, "A", "500", po("P2")),
        (4, "B", "13234", {}), (5, "B", "90000", {}),
    )  # fmt: skip

    of_member = await groups_of(world, service, key, 1)
    of_target = await groups_of(world, service, key, 4)

    nearest = of_member["groups"][0]
    assert (nearest["side_a"]["record_ids"], nearest["side_a"]["sum"]) == ([1, 2], "120.00")
    assert (nearest["side_b"]["record_ids"], nearest["difference"]) == ([4], "-12.34")
    assert nearest["message"] == (
        "The 2 open records come to 120.00 EUR; record 4 says 132.34 EUR: 12.34 EUR less."
    )
    assert [one["side_a"]["record_ids"] for one in of_target["groups"]] == [[1, 2], [3]]
    assert of_target["groups"][0]["difference"] == "-12.34"


async def test_a_cohort_outside_the_window_says_by_how_much(world: World, service: Service) -> None:
    window = {"rollup": {"group_by_kind": "identifier", "lookback_days": 2, "date_field": "date"}}
    key = await with_rule(world, SUM, **BY_PO | window)
    await come(
        world, key,
        (1, "A", "4000", po("P1") | {"date": DAY - timedelta(days=5)}), (2, "B", "4000", {}),
    )  # fmt: skip

    found = await groups_of(world, service, key, 2)

    assert not found["groups"][0]["holds"]
    assert found["message"].endswith(
        "A record lies 3 days outside the 2 days that the rule looks back."
    )


async def test_a_record_without_its_group_key_says_so(world: World, service: Service) -> None:
    key = await with_rule(world, SUM, **BY_PO)
    await come(world, key, (1, "A", "4000", {}))

    found = await groups_of(world, service, key, 1)

    assert (found["code"], found["groups"]) == ("group_key_missing", [])
    assert "`metadata.po`" in found["message"]


async def test_windows_of_days_are_shown_the_nearest_first(world: World, service: Service) -> None:
    key = await with_rule(world, SUM, **BY_DAY)
    days = [{"date": DAY - timedelta(days=back)} for back in range(4)]
    await come(
        world, key,
        (1, "A", "1000", days[0]), (2, "A", "2000", days[1]), (3, "A", "4000", days[2]),
        (4, "A", "9999", days[3]), (5, "B", "6100", days[0]),
    )  # fmt: skip

    of_target = await groups_of(world, service, key, 5)
    of_member = await groups_of(world, service, key, 1)

    assert [
        (one["side_a"]["record_ids"], one["difference"]) for one in of_target["groups"]
    ] == [([3, 2], "-1.00"), ([3, 2, 1], "9.00"), ([3], "-21.00"), ([2, 1], "-31.00"),
         ([2], "-41.00")]  # fmt: skip
    assert [one["side_a"]["record_ids"] for one in of_member["groups"]] == [
        [3, 2, 1], [2, 1], [1],
    ]  # fmt: skip
    assert of_target["groups"][0]["days"] == [
        str(DAY - timedelta(days=2)), str(DAY - timedelta(days=1)),
    ]  # fmt: skip


async def test_a_block_of_sets_says_how_far_it_is_apart(world: World, service: Service) -> None:
    key = await with_rule(
        world, SUM, a_leaf("counterparty"), cardinality="many_to_many", search="subset_sum"
    )
    acme = {"counterparty": "acme"}
    await come(
        world, key,
        (1, "A", "1000", acme), (2, "A", "2000", acme), (3, "B", "2500", acme),
        (4, "B", "3000", {"counterparty": "other"}),
    )  # fmt: skip

    found = await groups_of(world, service, key, 1)

    (block,) = found["groups"]
    assert (block["side_a"]["records"], block["side_b"]["record_ids"]) == (2, [3])
    assert block["difference"] == "5.00"
