"""Reconciliations whose streams change: what is open of one that goes is withdrawn."""

from typing import Any

import pytest

from integration.matcher.changing import BOTH, configs, ended, patch, without_b
from integration.matcher.checker import check, matched_pairs
from integration.matcher.journal import outcomes_of, told
from integration.matcher.service import Service, path_of
from integration.matcher.suggesting import suggest
from integration.matcher.versions import entry, last_chunk, version
from integration.matcher.world import World, arrive
from unit.matcher.builders import a_record, some_fields


async def test_open_entries_of_a_stream_that_goes_are_withdrawn_matched_ones_stay(
    world: World, service: Service
) -> None:
    key = await world.with_rule()
    await arrive(world, key, (1, "A", "x"), (2, "B", "x"), (3, "A", "y"), (4, "B", "z"))

    await without_b(service, world, key)

    assert await ended(world) == {1: None, 2: None, 3: None, 4: "withdrawn"}
    assert await matched_pairs(world, key) == {(1, 2)}
    assert await last_chunk(world, key) == [("entry.withdrawn", 4)]
    await check(world, key)


async def test_the_new_version_is_told_with_its_streams(world: World, service: Service) -> None:
    key = await world.reconciliation()

    shown = await patch(service, key, name="Renamed", side_a_stream_ids=[1, 3])

    assert (shown["version"], shown["name"]) == (2, "Renamed")
    assert shown["streams"] == [{"stream_id": 1, "side": "A"}, {"stream_id": 3, "side": "A"}]
    told_config = (await configs(world))[-1]
    assert (told_config["version"], told_config["name"]) == (2, "Renamed")
    assert told_config["streams"] == shown["streams"]


async def test_what_names_no_streams_leaves_them(world: World, service: Service) -> None:
    key = await world.with_rule()
    await arrive(world, key, (1, "A", "x"))

    shown = await patch(service, key, name="Other")
    same = await patch(service, key, name="Other", **BOTH)
    empty = await patch(service, key)

    assert [one["version"] for one in (shown, same, empty)] == [2, 2, 2]
    assert len(shown["streams"]) == 2
    await world.rekey()
    assert await ended(world) == {1: None}
    await check(world, key)


async def test_what_still_arrives_of_it_is_withdrawn_at_once(
    world: World, service: Service
) -> None:
    key = await world.with_rule()
    await without_b(service, world, key)

    await arrive(world, key, (1, "A", "x"), (2, "B", "x"))

    assert await matched_pairs(world, key) == set()
    assert await ended(world) == {1: None, 2: "withdrawn"}
    await check(world, key)


async def test_nothing_takes_its_entries_while_they_wait_to_be_withdrawn(
    world: World, service: Service
) -> None:
    key = await world.with_rule()
    await arrive(world, key, (1, "B", "x"))

    await patch(service, key, side_a_stream_ids=[1], side_b_stream_ids=[])
    await arrive(world, key, (2, "A", "x"))
    await world.rekey()

    assert await ended(world) == {1: "withdrawn", 2: None}
    await check(world, key)


async def test_a_suggestion_that_holds_one_of_them_is_none_any_more(
    world: World, service: Service
) -> None:
    key = await world.with_rule()
    await arrive(world, key, (1, "A", "x"))
    await world.deliver([version(key, 2, "B", 1, "x", status="pending")])
    match_id = await suggest(world, key, 1, 2)

    await without_b(service, world, key)

    (match,) = await world.rows("SELECT status FROM match WHERE id = $1", match_id)
    assert match["status"] == "rejected"
    assert await ended(world) == {1: None, 2: "withdrawn"}
    assert await world.rows("SELECT 1 FROM block") == []
    await check(world, key)


async def test_a_revoked_match_gives_its_entry_back_withdrawn(
    world: World, service: Service
) -> None:
    key = await world.with_rule()
    await arrive(world, key, (1, "A", "x"), (2, "B", "x"))
    await without_b(service, world, key)
    (match,) = await world.rows("SELECT id FROM match")

    await world.revoke(key, match["id"])

    assert await ended(world) == {1: None, 2: "withdrawn"}
    assert [told(one)[0] for one in (await outcomes_of(world, key))[-2:]] == [
        "match.revoked", "entry.withdrawn",
    ]  # fmt: skip
    await check(world, key)


async def test_what_is_left_of_a_part_is_withdrawn_once(world: World, service: Service) -> None:
    key = await world.with_rule()
    await world.deliver([
        a_record(n, side, some_fields(amount, external_id=str(n)), reconciliation_id=key[1])
        for n, side, amount in ((1, "A", "400"), (2, "B", "1000"))
    ])  # fmt: skip
    match_id = await world.match_by_hand(key, 1, 2, carry=True)
    await without_b(service, world, key)
    await check(world, key)

    await world.revoke(key, match_id)

    assert await ended(world) == {1: None, 2: "withdrawn"}
    await check(world, key)


async def test_overdue_ones_are_overdue_no_longer(world: World, service: Service) -> None:
    key = await world.with_rule()
    await arrive(world, key, (1, "A", "x"), (2, "B", "y"))
    await world.claim(world.clock.move(days=30))

    await without_b(service, world, key)

    assert (await service.get(path_of(key, "/progress")))["overdue"] == 1
    await check(world, key)


async def test_a_changed_record_is_not_asked_about_where_its_stream_left(
    world: World, service: Service
) -> None:
    key = await world.with_rule()
    await arrive(world, key, (1, "A", "x"), (2, "B", "x"), (3, "B", "open"))
    await without_b(service, world, key)

    bound = await world.change(1, version(key, 2, "B", 2, "z"))
    free = await world.change(2, version(key, 3, "B", 2, "z"))
    unseen = await world.change(3, version(key, 9, "B", 2, "z"))

    assert (bound["status"], bound["code"]) == ("refused", "already_matched")
    assert [free["status"], unseen["status"]] == ["done", "done"]
    assert (await entry(world, 3))["version"] == 1
    assert await world.rows("SELECT 1 FROM awaited_version") == []
    await check(world, key)


@pytest.mark.parametrize("has_left", [False, True])
async def test_a_stream_keeps_its_side(
    world: World,
    service: Service,
    has_left: bool,
) -> None:
    key = await world.reconciliation()
    if has_left:
        await without_b(service, world, key)

    answered = await service.call(
        "PATCH", path_of(key), json={"side_a_stream_ids": [1, 2], "side_b_stream_ids": [3]}
    )

    assert answered.status_code == 422
    assert [one["path"] for one in answered.json()["errors"]] == ["$.side_a_stream_ids[1]"]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"name": ""}, "$.name"),
        ({"name": None}, "$.name"),
        ({"run_type": "sometimes"}, "$.run_type"),
        ({"sign_mode": "same"}, "$.sign_mode"),
        ({"side_b_stream_ids": [77]}, "$.side_b_stream_ids[0]"),
        ({"side_a_stream_ids": [1], "side_b_stream_ids": [1]}, "$"),
    ],
)
async def test_a_wrong_change_is_422_with_its_place(
    world: World, service: Service, body: dict[str, Any], path: str
) -> None:
    key = await world.reconciliation()

    answered = await service.call("PATCH", path_of(key), json=body)

    assert answered.status_code == 422
    assert [one["path"] for one in answered.json()["errors"]] == [path]
