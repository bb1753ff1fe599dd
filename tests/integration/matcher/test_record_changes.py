"""Changes of records that are asked for: only while no match holds them, everywhere or nowhere."""

import asyncio
from datetime import date
from typing import Any

import msgspec
import pytest

from integration.matcher.checker import check, matched_pairs
from integration.matcher.journal import chunks_of, outcomes_of, told
from integration.matcher.logs import tombstone_of
from integration.matcher.service import Service
from integration.matcher.suggesting import suggest
from integration.matcher.world import World, arrive
from tieout_contracts.record import RecordAccepted
from unit.matcher.builders import ORGANIZATION, a_record, encoded, some_fields


def corrected(record_id: int, name: str, *, number: int = 2, **given: Any) -> RecordAccepted:
    """Make a version of a record of stream 1 that names no reconciliation yet."""
    fields = some_fields(external_id=name, **given)
    made: RecordAccepted = a_record(record_id, "A", fields, version=number, reconciliation_id=0)
    return made


def deleted(record_id: int, *, number: int = 2) -> Any:
    return tombstone_of(corrected(record_id, "gone"), number)


async def test_an_open_record_says_the_new_version_and_matches_at_once(world: World) -> None:
    key = await world.with_rule()
    await arrive(world, key, (1, "A", "x"), (2, "B", "y"))

    outcome = await world.change(5, corrected(1, "y"))

    assert outcome == {"status": "done"}
    assert await matched_pairs(world, key) == {(1, 2)}
    last = (await chunks_of(world, key))[-1]
    assert [told(one) for one in last] == [("entry.changed", 1), ("match.accepted", 1, 2)]
    await check(world, key)


async def test_the_event_that_follows_by_the_log_changes_nothing(world: World) -> None:
    key = await world.with_rule()
    await arrive(world, key, (1, "A", "x"), (2, "A", "z"))
    await world.change(5, corrected(1, "y"))
    await world.change(6, deleted(2))
    told_before = len(await outcomes_of(world, key))

    follows = [corrected(1, "y"), deleted(2)]
    await world.deliver([msgspec.structs.replace(one, reconciliation_id=key[1]) for one in follows])

    assert len(await outcomes_of(world, key)) == told_before
    await check(world, key)


async def test_a_deleted_record_may_be_matched_no_more(world: World) -> None:
    key = await world.with_rule()
    await arrive(world, key, (1, "A", "x"))

    outcome = await world.change(5, deleted(1))
    await arrive(world, key, (2, "B", "x"))
    forced = await world.force(key, 2, 1, operation_id=1)

    assert outcome == {"status": "done"}
    assert await matched_pairs(world, key) == set()
    assert (forced["status"], forced["code"]) == ("refused", "entry_not_open")
    assert told((await outcomes_of(world, key))[1]) == ("entry.withdrawn", 1)
    await check(world, key)


@pytest.mark.parametrize("asked", [corrected(1, "y"), deleted(1)], ids=["change", "deletion"])
async def test_a_match_in_one_reconciliation_refuses_it_in_all(world: World, asked: Any) -> None:
    free, bound = await world.with_rule(), await world.with_rule()
    for key in (free, bound):
        await arrive(world, key, (1, "A", "x"))
    await arrive(world, bound, (2, "B", "x"))

    outcome = await world.change(5, asked)

    (match_id,) = [row["id"] for row in await world.rows("SELECT id FROM match")]
    assert (outcome["status"], outcome["code"]) == ("refused", "already_matched")
    assert (outcome["reconciliation_id"], outcome["match_id"]) == (bound[1], match_id)
    assert f"match {match_id}" in outcome["message"]
    assert {row["version"] for row in await world.rows("SELECT version FROM entry")} == {1}
    for key in (free, bound):
        await check(world, key)


async def test_the_same_change_has_the_same_outcome_for_ever(world: World) -> None:
    key = await world.with_rule()
    await arrive(world, key, (1, "A", "x"), (2, "B", "x"))
    (match,) = await world.rows("SELECT id FROM match")

    refused = await world.change(5, corrected(1, "y"))
    await world.revoke(key, match["id"])
    again = await world.change(5, corrected(1, "y"))
    anew = await asyncio.gather(*(world.change(6, corrected(1, "y")) for _ in range(4)))

    assert refused == again
    assert anew == [{"status": "done"}] * 4
    changes = [one for one in await outcomes_of(world, key) if told(one) == ("entry.changed", 1)]
    assert len(changes) == 1
    await check(world, key)


async def test_a_suggestion_does_not_hold_it(world: World) -> None:
    key = await world.with_rule()
    await arrive(world, key, (1, "A", "x"), (2, "B", "y"), (3, "A", "y"))
    await world.revoke(key, (await world.rows("SELECT id FROM match"))[0]["id"])
    await suggest(world, key, 1, 2)

    outcome = await world.change(5, deleted(1))

    assert outcome == {"status": "done"}
    last = [told(one) for one in (await chunks_of(world, key))[-1]]
    assert last == [("match.rejected", 1, 2), ("entry.withdrawn", 1)]
    await check(world, key)


async def test_a_record_that_has_not_arrived_has_it_when_it_does(world: World) -> None:
    keys = [await world.with_rule(), await world.with_rule()]
    await arrive(world, keys[0], (1, "A", "x"))
    await arrive(world, keys[1], (7, "B", "y"), (8, "B", "z"))
    await world.mark(keys[1], 3)

    outcomes = [
        await world.change(5, corrected(1, "y", date=date(2026, 3, 5))),
        await world.change(6, corrected(2, "y")),
        await world.change(7, corrected(2, "z", number=3)),
        await world.change(8, deleted(3)),
    ]
    await check(world, keys[1])
    await arrive(world, keys[1], (1, "A", "x"), (2, "A", "x"), (3, "A", "x"), (4, "A", "x"))

    assert outcomes == [{"status": "done"}] * 4
    assert await matched_pairs(world, keys[1]) == {(1, 7), (2, 8)}
    said = await world.rows(
        "SELECT record_id, version, ended FROM entry WHERE reconciliation_id = $1 ORDER BY 1",
        keys[1][1],
    )
    assert [tuple(row) for row in said] == [
        (1, 2, None), (2, 3, None), (3, 2, "withdrawn"), (4, 1, None), (7, 1, None), (8, 1, None),
    ]  # fmt: skip
    waiting = "SELECT 1 FROM awaited_{0} WHERE reconciliation_id = $1"
    for what in ("version", "overdue"):
        assert not await world.rows(waiting.format(what), keys[1][1])
    for key in keys:
        await check(world, key)


async def test_what_arrives_as_the_awaited_version_or_a_later_one_ends_the_waiting(
    world: World,
) -> None:
    key = await world.with_rule()
    await world.change(5, corrected(1, "y"))
    await world.change(6, corrected(2, "y"))

    await world.deliver([
        a_record(1, "A", some_fields(external_id="y"), reconciliation_id=key[1], version=2),
        a_record(2, "A", some_fields(external_id="w"), reconciliation_id=key[1], version=3),
    ])  # fmt: skip

    rows = await world.rows("SELECT version, fields FROM entry ORDER BY record_id")
    assert [row["version"] for row in rows] == [2, 3]
    assert b'"w"' in rows[1]["fields"]
    await check(world, key)


async def test_an_entry_that_says_a_later_version_keeps_it(world: World) -> None:
    key = await world.with_rule()
    await world.deliver(
        [a_record(1, "A", some_fields(external_id="x"), reconciliation_id=key[1], version=3)]
    )
    await arrive(world, key, (2, "B", "x"))

    outcome = await world.change(5, corrected(1, "y"))

    assert outcome == {"status": "done"}
    assert await matched_pairs(world, key) == {(1, 2)}
    await check(world, key)


async def test_unreadable_fields_are_refused_before_anything_is_changed(world: World) -> None:
    keys = [await world.with_rule(), await world.with_rule()]
    await arrive(world, keys[0], (1, "A", "x"))
    bad = msgspec.structs.replace(corrected(1, "y"), fields=msgspec.Raw(b'{"amount_minor": 1}'))

    outcome = await world.change(5, bad)

    assert (outcome["status"], outcome["code"]) == ("refused", "not_readable")
    assert not await world.rows("SELECT 1 FROM awaited_version")
    assert {row["version"] for row in await world.rows("SELECT version FROM entry")} == {1}


async def test_the_routes_take_fields_byte_for_byte_and_cancel_for_ever(
    world: World, service: Service
) -> None:
    key = await world.with_rule()
    await arrive(world, key, (1, "A", "x"), (2, "A", "y"))
    fields = encoded(some_fields(external_id="x", metadata={"rate": 1.10}))
    fields = fields.replace(b"1.1", b"1.1000000000000000000001")
    raw = msgspec.Raw(fields)
    named = {"record_id": 1, "version": 2, "stream_id": 1}
    change = named | {"due_date": "2026-03-02", "arrival_grace_seconds": 0,
                      "arrived_at": "2026-03-02T12:00:00Z", "fields": raw}  # fmt: skip
    gone = named | {"record_id": 2, "at": "2026-03-02T12:00:00Z", "fields": raw}

    async def put(path: str, body: Any, **given: Any) -> Any:
        content = msgspec.json.encode(body)
        return await service.call("PUT", f"/record_changes/{path}", content=content, **given)

    done = await put("5/change", change)
    kept = await put("5/cancel", {"record_id": 1})
    withdrawn = await put("6/withdraw", gone)
    cancelled = await put("7/cancel", {"record_id": 1})
    too_late = await put("7/withdraw", named | {"at": gone["at"], "fields": gone["fields"]})
    foreign = await put("8/withdraw", gone | {"record_id": 1}, organization_id=ORGANIZATION + 1)
    wrong = await put("9/change", named)

    assert done.json() == kept.json() == withdrawn.json() == {"status": "done"}
    assert cancelled.json() == too_late.json() == {"status": "cancelled"}
    assert foreign.json() == {"status": "done"}  # it has no such stream, so nothing is there
    assert (wrong.status_code, wrong.json()["code"]) == (422, "validation_failed")
    rows = await world.rows("SELECT version, ended, fields FROM entry ORDER BY record_id")
    assert [(row["version"], row["ended"]) for row in rows] == [(2, None), (2, "withdrawn")]
    assert rows[0]["fields"] == fields
    shown = await service.get(f"/reconciliations/{key[1]}/entries/2")
    assert (shown["status"], "reason" in shown) == ("withdrawn", False)
    listed = await service.get(f"/reconciliations/{key[1]}/entries")
    unmatched = await service.get(f"/reconciliations/{key[1]}/entries?status=unmatched")
    assert [one["record_id"] for one in listed["data"]] == [1]
    assert [one["record_id"] for one in unmatched["data"]] == [1]
    progress = await service.get(f"/reconciliations/{key[1]}/progress")
    assert {name: progress[name] for name in ("decided", "unmatched", "ended")} == {
        "decided": 2, "unmatched": 1, "ended": 1,
    }  # fmt: skip
    marked = await service.call(
        "POST", f"/reconciliations/{key[1]}/records/2/mark_overdue", json={}
    )
    assert (marked.status_code, marked.json()["code"]) == (409, "entry_not_open")
    await check(world, key)
