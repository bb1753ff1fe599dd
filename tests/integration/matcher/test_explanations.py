"""Explanations over the routes: of matches however they were made, of entries whatever they are."""

from typing import Any

import pytest

from integration.matcher.service import Service, path_of
from integration.matcher.world import Key, World, arrive
from tieout_contracts.record import Side
from unit.matcher.builders import a_leaf, a_record, some_fields

NEAR = a_leaf("amount", tolerance_amount="0.50")
REFERENCE = a_leaf("reference")


@pytest.fixture
async def near(world: World) -> Key:
    """One rule: the same reference, amounts up to 0.50 apart."""
    return await world.with_rule(NEAR, REFERENCE)


async def come(world: World, key: Key, *named: tuple[int, Side, str, str]) -> None:
    """Deliver (record, side, reference, amount in minor units)."""
    await world.deliver([
        a_record(n, side, some_fields(amount, reference=text), reconciliation_id=key[1])
        for n, side, text, amount in named
    ])  # fmt: skip


async def explained(service: Service, key: Key, record_id: int) -> Any:
    return await service.get(path_of(key, f"/entries/{record_id}/explanation"))


async def only_match(world: World) -> int:
    ((match_id,),) = await world.rows("SELECT id FROM match")
    return int(match_id)


async def test_a_match_of_arrival_is_explained_without_a_stored_score(
    world: World, service: Service
) -> None:
    key = await world.with_rule(a_leaf("external_id"), a_leaf("date"))
    await arrive(world, key, (1, "A", "x"), (2, "B", "x"))

    found = await service.get(f"/matches/{await only_match(world)}/explanation")

    assert [one["result"] for one in found["trace"]["conditions"]] == ["pass"] * 4
    assert [one.get("implied") for one in found["trace"]["conditions"]] == [
        None, None, "one_currency", "equal_amounts",
    ]  # fmt: skip
    assert (found["score"]["stored"], found["score"]["computed"]) == (None, 100)
    assert (found["rule"]["version"], found["kind"], found["greedy"]) == (1, "exact", False)


async def test_a_match_of_a_pass_shows_how_its_score_comes(
    world: World, service: Service, near: Key
) -> None:
    await come(world, near, (1, "A", "x", "10000"), (2, "B", "x", "10040"))
    await world.passes_now(near)

    found = (await explained(service, near, 1))["match"]

    assert found["score"] == {
        "stored": 77,
        "computed": 77,
        "weighed": [
            {"path": "$.filters.rules[0]", "weight": 4, "closeness": "0.6"},
            {"path": "$.filters.rules[1]", "weight": 3, "closeness": "1"},
        ],
        "message": "100 * (4 * 0.6 + 3 * 1) / 7, floored, is 77",
    }
    assert found["trace"]["conditions"][0]["difference"] == {"amount": "0.40", "unit": "EUR"}
    assert [one["amount_minor"] for one in found["adjustments"]] == ["-40"]
    assert (found["candidates"], found["others"]) == (1, [])


async def test_a_match_is_explained_by_the_version_of_the_rule_that_made_it(
    world: World, service: Service, near: Key
) -> None:
    await come(world, near, (1, "A", "x", "10000"), (2, "B", "x", "10040"))
    await world.passes_now(near)
    (rule,) = await service.get(f"/rules?reconciliation_id={near[1]}")
    filters = {"rules": [NEAR | {"tolerance_amount": "0.10"}, REFERENCE]}
    changed = await service.call("PATCH", f"/rules/{rule['id']}", json={"filters": filters})

    found = (await explained(service, near, 1))["match"]

    assert changed.json()["version"] == 2
    assert (found["rule"]["version"], found["rule"]["filters"]["rules"]) == (1, [NEAR, REFERENCE])
    assert found["trace"]["held"] == 0


async def test_a_suggestion_explains_its_entries_and_names_the_others(
    world: World, service: Service, near: Key
) -> None:
    await come(world, near, (1, "A", "x", "1000"), (2, "B", "x", "1040"), (3, "B", "x", "960"))
    await world.passes_now(near)

    found = await explained(service, near, 1)

    assert found["entry"]["reason"]["code"] == "suggested"
    assert (found["match"]["status"], found["match"]["doubt"]) == ("suggested", "ambiguous")
    members = {one["record_id"] for one in found["match"]["members"]}
    assert members | set(found["match"]["others"]) == {1, 2, 3}
    assert "near_misses" not in found


async def test_a_match_that_people_made_has_neither_rule_nor_trace(
    world: World, service: Service, near: Key
) -> None:
    await come(world, near, (1, "A", "x", "1000"))
    await world.force(near, 1, operation_id=9)

    found = (await explained(service, near, 1))["match"]

    assert (found["kind"], found["operation_id"]) == ("force", 9)
    assert not {"rule", "trace", "score"} & set(found)
    assert [one["reason"] for one in found["adjustments"]] == ["write_off"]


async def test_a_counterpart_that_a_suggestion_reserves_is_named(
    world: World, service: Service, near: Key
) -> None:
    await come(world, near, (1, "A", "x", "1000"), (2, "B", "x", "1040"), (3, "B", "x", "960"))
    await world.passes_now(near)
    suggestion = await only_match(world)
    (left,) = {2, 3} - {
        row["record_id"] for row in await world.rows(
            "SELECT record_id FROM open_entry WHERE suggested_by IS NOT NULL"
        )
    }  # fmt: skip

    (miss,) = (await explained(service, near, left))["near_misses"]

    assert (miss["state"], miss["failing"], miss["record_id"]) == ("suggested", 0, 1)
    assert [(one["kind"], one["match_id"]) for one in miss["changes"]] == [
        ("suggestion_rejected", suggestion)
    ]
    assert f"reserved by the suggested match {suggestion}" in miss["message"]


async def test_a_counterpart_that_another_match_has_is_named(
    world: World, service: Service
) -> None:
    key = await world.with_rule(a_leaf("external_id"))
    await arrive(world, key, (1, "A", "INV-1"), (2, "B", "INV-1"), (3, "A", "INV-1"))

    (miss,) = (await explained(service, key, 3))["near_misses"]

    assert (miss["state"], miss["record_id"]) == ("matched", 2)
    assert [(one["kind"], one["match_id"]) for one in miss["changes"]] == [
        ("match_revoked", await only_match(world))
    ]


async def test_two_that_a_person_took_apart_name_the_block(world: World, service: Service) -> None:
    key = await world.with_rule(a_leaf("external_id"))
    await arrive(world, key, (1, "A", "INV-1"), (2, "B", "INV-1"))
    match_id = await only_match(world)
    await world.revoke(key, match_id)

    (miss,) = (await explained(service, key, 2))["near_misses"]

    assert (miss["failing"], miss["record_id"]) == (0, 1)
    assert [(one["kind"], one["match_id"]) for one in miss["changes"]] == [
        ("block_cleared", match_id)
    ]


async def test_what_waits_for_a_pass_says_so(world: World, service: Service, near: Key) -> None:
    await come(world, near, (1, "A", "x", "1000"), (2, "B", "x", "1040"))

    (miss,) = (await explained(service, near, 1))["near_misses"]

    assert [one["kind"] for one in miss["changes"]] == ["pass"]


async def test_each_active_rule_tells_what_it_had_in_the_order_in_which_they_run(
    world: World, service: Service
) -> None:
    key = await world.reconciliation()
    second = await world.rule(key, REFERENCE, NEAR, priority=2)
    first = await world.rule(key, a_leaf("external_id"), priority=1)
    await world.rule(key, a_leaf("date"), status="proposed")
    await world.rekey()
    await come(world, key, (1, "A", "x", "1000"), (2, "B", "x", "2000"), (3, "B", "y", "1000"))

    found = (await explained(service, key, 1))["rules"]

    assert [(one["rule_id"], one["evaluate"], one["candidates"]) for one in found] == [
        (first, "arrival", 0), (second, "pass", 1),
    ]  # fmt: skip
    assert [one["lacks"] for one in found] == [["$.filters.rules[0]"], []]


async def test_another_organisation_gets_404(world: World, service: Service) -> None:
    key = await world.with_rule(a_leaf("external_id"))
    await arrive(world, key, (1, "A", "x"), (2, "B", "x"))
    match_id = await only_match(world)

    for path in (path_of(key, "/entries/1/explanation"), f"/matches/{match_id}/explanation"):
        answered = await service.call("GET", path, organization_id=key[0] + 1)
        assert answered.status_code == 404
