"""Records of a stream withdrawn together, as ingest asks when a stream is emptied."""

import asyncio
from typing import Any

import msgspec

from integration.matcher.checker import check, matched_pairs
from integration.matcher.journal import outcomes_of, told
from integration.matcher.service import Service
from integration.matcher.suggesting import suggest
from integration.matcher.test_record_changes import deleted
from integration.matcher.world import World, arrive
from tieout_runtime.postgres import transaction
from unit.matcher.builders import ORGANIZATION, encoded, some_fields


async def withdraw(world: World, first: int, *record_ids: int) -> dict[str, Any]:
    """Withdraw records by changes of numbers from `first` on."""
    changes = {first + n: deleted(record_id) for n, record_id in enumerate(record_ids)}
    async with transaction(world.worker) as connection:
        return await world.record_changes.withdraw_all(connection, changes)


async def ended(world: World) -> set[int]:
    rows = await world.rows("SELECT record_id FROM entry WHERE ended = 'withdrawn'")
    return {row["record_id"] for row in rows}


async def test_all_are_withdrawn_in_every_reconciliation(world: World) -> None:
    keys = [await world.with_rule(), await world.with_rule()]
    for key in keys:
        await arrive(world, key, (1, "A", "x"), (2, "A", "y"), (3, "A", "z"))

    outcome = await withdraw(world, 5, 1, 2)
    for key in keys:
        await arrive(world, key, (4, "B", "x"), (6, "B", "z"))

    assert outcome == {"status": "done"}
    for key in keys:
        assert await matched_pairs(world, key) == {(3, 6)}
        withdrawn = [
            one for one in await outcomes_of(world, key) if told(one)[0] == "entry.withdrawn"
        ]
        assert [told(one) for one in withdrawn] == [
            ("entry.withdrawn", 1), ("entry.withdrawn", 2),
        ]  # fmt: skip
        await check(world, key)


async def test_one_that_a_match_holds_refuses_all_in_all_reconciliations(world: World) -> None:
    free, bound = await world.with_rule(), await world.with_rule()
    for key in (free, bound):
        await arrive(world, key, (1, "A", "x"), (2, "A", "y"))
    await arrive(world, bound, (3, "B", "y"))

    outcome = await withdraw(world, 5, 1, 2)

    (match_id,) = [row["id"] for row in await world.rows("SELECT id FROM match")]
    assert (outcome["status"], outcome["code"]) == ("refused", "already_matched")
    assert (outcome["reconciliation_id"], outcome["match_id"]) == (bound[1], match_id)
    assert await ended(world) == set()
    assert {row["version"] for row in await world.rows("SELECT version FROM entry")} == {1}
    for key in (free, bound):
        await check(world, key)


async def test_the_same_set_has_the_same_outcome_for_ever(world: World) -> None:
    key = await world.with_rule()
    await arrive(world, key, (1, "A", "x"), (2, "A", "y"), (3, "B", "y"))
    (match,) = await world.rows("SELECT id FROM match")

    refused = await withdraw(world, 5, 1, 2)
    await world.revoke(key, match["id"])
    again = await withdraw(world, 5, 1, 2)
    anew = await asyncio.gather(*(withdraw(world, 7, 1, 2) for _ in range(4)))

    assert refused == again
    assert anew == [{"status": "done"}] * 4
    assert await ended(world) == {1, 2}
    decided = await world.rows("SELECT id, outcome FROM record_change ORDER BY id")
    assert [row["id"] for row in decided] == [5, 6, 7, 8]
    assert decided[2]["outcome"] == decided[3]["outcome"]
    await check(world, key)


async def test_what_one_leaves_in_a_suggestion_is_withdrawn_too(world: World) -> None:
    key = await world.with_rule()
    await arrive(world, key, (1, "A", "x"), (2, "A", "w"), (3, "B", "y"))
    await suggest(world, key, 1, 2, 3)
    await arrive(world, key, (4, "B", "w"))  # 2 would match it as soon as it is free

    outcome = await withdraw(world, 5, 1, 2)

    assert outcome == {"status": "done"}
    assert await ended(world) == {1, 2}
    assert await matched_pairs(world, key) == set()
    opened = await world.rows("SELECT record_id FROM open_entry ORDER BY record_id")
    assert [row["record_id"] for row in opened] == [3, 4]
    await check(world, key)


async def test_one_that_has_not_arrived_is_withdrawn_when_it_does(world: World) -> None:
    key = await world.with_rule()
    await arrive(world, key, (1, "A", "x"), (3, "B", "y"))

    outcome = await withdraw(world, 5, 1, 2)
    await arrive(world, key, (2, "A", "y"))

    assert outcome == {"status": "done"}
    assert await ended(world) == {1, 2}
    assert await matched_pairs(world, key) == set()
    await check(world, key)


async def test_many_are_withdrawn_in_one_go(world: World) -> None:
    key = await world.with_rule()
    numbers = range(1, 1001)
    await arrive(world, key, *((n, "A", f"x{n}") for n in numbers))

    outcome = await withdraw(world, 5000, *numbers)

    assert outcome == {"status": "done"}
    assert await ended(world) == set(numbers)
    await check(world, key)


async def test_the_routes_tell_what_holds_a_stream_and_withdraw(
    world: World, service: Service
) -> None:
    key = await world.with_rule()
    await arrive(world, key, (1, "A", "x"), (2, "A", "y"), (3, "B", "y"))
    (match,) = await world.rows("SELECT id FROM match")
    fields = msgspec.Raw(encoded(some_fields(external_id="x")))
    change = {"id": 5, "record_id": 1, "version": 2, "fields": fields}
    body = {"at": "2026-03-02T12:00:00Z", "changes": [change]}

    async def put(content: Any, **given: Any) -> Any:
        path = "/streams/1/withdrawals"
        return await service.call("PUT", path, content=msgspec.json.encode(content), **given)

    held = await service.get("/streams/1/hold")
    foreign = await service.call(
        "GET", f"/streams/1/hold?reconciliation_ids={key[1]}", organization_id=ORGANIZATION + 1
    )
    await world.revoke(key, match["id"])
    free = await service.get(f"/streams/1/hold?reconciliation_ids={key[1]}&reconciliation_ids=77")
    unlinked = await service.get("/streams/9/hold")
    done = await put(body)
    wrong = [await put({"at": body["at"], "changes": []}), await put({}), await put([])]

    holding = {"reconciliation_id": key[1], "record_id": 2, "match_id": match["id"]}
    assert held == {"reconciliation_ids": [key[1]], "match": holding}
    nothing = {"reconciliation_ids": [], "match": None}
    assert foreign.json() == unlinked == nothing
    assert free == {"reconciliation_ids": [key[1]], "match": None}
    assert done.json() == {"status": "done"}
    assert [one.status_code for one in wrong] == [422] * 3
    assert await ended(world) == {1}
    await check(world, key)


async def test_a_part_of_a_record_in_a_match_holds_it(world: World, service: Service) -> None:
    key = await world.with_rule()
    await arrive(world, key, (1, "A", "x"), (2, "B", "y"))
    await world.worker.execute(
        "UPDATE entry SET left_minor = 400 WHERE record_id = 1"  # as a match in part leaves it
    )
    none_left = await service.get("/streams/1/hold")
    await world.worker.execute(
        """
        INSERT INTO match (organization_id, id, reconciliation_id, kind, members, allocated,
                           created_at, status)
        VALUES ($1, 5000, $2, 'manual', '{1,2}', '{600,600}', now(), 'accepted')
        """,
        *key,
    )

    held = await service.get("/streams/1/hold")

    assert none_left["match"] is None
    assert held["match"] == {"reconciliation_id": key[1], "record_id": 1, "match_id": 5000}
