"""Later versions that come by the log: what a source says now takes the place of what it said."""

from datetime import date, timedelta

import pytest

from integration.matcher.checker import check, matched_pairs
from integration.matcher.journal import chunks_of, outcomes_of, told
from integration.matcher.logs import tombstone_of
from integration.matcher.suggesting import suggest
from integration.matcher.versions import entry, last_chunk, version
from integration.matcher.world import World, arrive
from unit.matcher.builders import ARRIVED, a_leaf, a_record


async def test_a_pending_record_is_open_and_never_matched_on_arrival(world: World) -> None:
    key = await world.with_rule()
    await arrive(world, key, (1, "A", "x"))

    await world.deliver([version(key, 2, "B", 1, "x", status="pending")])
    await arrive(world, key, (3, "A", "x"))

    assert await matched_pairs(world, key) == set()
    assert told((await outcomes_of(world, key))[1]) == ("entry.unmatched", 2)
    await check(world, key)


async def test_its_booking_matches_in_the_same_transaction(world: World) -> None:
    key = await world.with_rule()
    await arrive(world, key, (1, "A", "x"))
    await world.deliver([version(key, 2, "B", 1, "y", status="pending", amount_minor="999")])

    await world.deliver([version(key, 2, "B", 2, "x")])

    assert await matched_pairs(world, key) == {(1, 2)}
    assert await last_chunk(world, key) == [("entry.changed", 2), ("match.accepted", 1, 2)]
    await check(world, key)


async def test_rules_made_and_matches_revoked_leave_pending_records_alone(world: World) -> None:
    key = await world.reconciliation()
    await arrive(world, key, (1, "A", "x"))
    await world.deliver([version(key, 2, "B", 1, "x", status="pending")])

    await world.rule(key)
    await world.rekey()

    assert await matched_pairs(world, key) == set()
    await check(world, key)


async def test_a_version_that_is_not_later_changes_nothing(world: World) -> None:
    key = await world.with_rule()
    await world.deliver([version(key, 1, "A", 3)])

    for number in (3, 2, 1):
        await world.deliver([version(key, 1, "A", number, "other")])
        await world.deliver([tombstone_of(version(key, 1, "A", 1), number)])

    assert [told(one) for one in await outcomes_of(world, key)] == [("entry.unmatched", 1)]
    await check(world, key)


async def test_a_suggestion_with_it_is_dropped_and_its_members_are_decided_again(
    world: World,
) -> None:
    key = await world.with_rule()
    await arrive(world, key, (1, "A", "x"))
    await world.deliver([version(key, 2, "B", 1, "x", status="pending")])
    match_id = await suggest(world, key, 1, 2)
    await check(world, key)

    await world.deliver([version(key, 2, "B", 2, "x")])

    rejected, *rest = (await chunks_of(world, key))[-1]
    assert (rejected.match_id, rejected.reason) == (match_id, "record 2 has changed")
    assert [told(one) for one in rest] == [("entry.changed", 2), ("match.accepted", 1, 2)]
    (row,) = await world.rows("SELECT * FROM match WHERE id = $1", match_id)
    assert (row["status"], row["decided_at"]) == ("rejected", world.clock.now)
    assert not await world.rows("SELECT 1 FROM block")
    await check(world, key)


async def test_a_deleted_record_is_no_more_wherever_it_stands(world: World) -> None:
    key = await world.with_rule()
    await arrive(
        world, key, (1, "A", "x"), (2, "B", "x"), (3, "A", "y"), (4, "B", "z"), (5, "A", "z")
    )
    await world.deliver([version(key, 6, "A", 1, "y", status="pending")])
    await arrive(world, key, (7, "B", "w"))
    await suggest(world, key, 3, 7)
    of_pair, reserved, plain = (version(key, *one) for one in (
        (2, "B", 1, "x"), (3, "A", 1, "y"), (6, "A", 1, "y"),
    ))  # fmt: skip

    await world.deliver([tombstone_of(one, 2) for one in (of_pair, reserved, plain)])

    assert [told(one) for one in await outcomes_of(world, key)][-5:] == [
        ("match.revoked", 1, 2), ("entry.withdrawn", 2),
        ("match.rejected", 3, 7), ("entry.withdrawn", 3), ("entry.withdrawn", 6),
    ]  # fmt: skip
    ended = await world.rows("SELECT record_id, ended, ended_at FROM entry WHERE ended IS NOT NULL")
    assert {tuple(row) for row in ended} == {
        (record, "withdrawn", world.clock.now) for record in (2, 3, 6)
    }
    assert await matched_pairs(world, key) == {(5, 4)}
    await check(world, key)


async def test_a_record_deleted_before_it_arrives_never_opens(world: World) -> None:
    key = await world.with_rule()
    await arrive(world, key, (1, "A", "x"))
    late = version(key, 2, "B", 1, "x")

    await world.deliver([tombstone_of(late, 2)])
    await world.deliver([late])

    assert [told(one) for one in await outcomes_of(world, key)][1:] == [("entry.withdrawn", 2)]
    await check(world, key)


async def test_a_deleted_record_that_is_told_again_opens_again(world: World) -> None:
    key = await world.with_rule()
    await arrive(world, key, (1, "A", "x"))
    await world.claim(ARRIVED + timedelta(days=9))
    record = version(key, 1, "A", 1, "x")
    await world.deliver([tombstone_of(record, 2)])
    await check(world, key)

    await world.deliver([version(key, 1, "A", 3, "x")])
    await arrive(world, key, (2, "B", "x"))

    assert await matched_pairs(world, key) == {(1, 2)}
    row = await entry(world, 1)
    assert (row["ended"], row["ended_at"], row["overdue_seq"]) == (None, None, None)
    await check(world, key)


async def test_another_date_sets_the_overdue_time_anew_and_the_same_one_leaves_it(
    world: World,
) -> None:
    key = await world.with_rule()
    await arrive(world, key, (1, "A", "x"), (2, "A", "y"), (3, "A", "z"))
    await world.mark(key, 1, at=ARRIVED + timedelta(days=40))
    now = world.clock.move(days=9)
    await world.claim(now)

    await world.deliver([version(key, 1, "A", 2, "x", description="told anew")])
    await world.deliver([version(key, 2, "A", 2, "y", date=date(2026, 4, 1))])
    await world.deliver([version(key, 3, "A", 2, "z", date=date(2026, 3, 1))])

    marked, later, still = [await entry(world, one) for one in (1, 2, 3)]
    assert (marked["overdue_at"], marked["overdue_seq"]) == (ARRIVED + timedelta(days=40), None)
    assert (later["overdue_at"].date(), later["overdue_seq"]) == (date(2026, 4, 2), None)
    assert still["overdue_seq"] is not None
    await check(world, key)
    assert await world.claim(ARRIVED + timedelta(days=60)) == 2
    await check(world, key)


async def test_what_was_told_of_a_mismatch_may_be_told_anew(world: World) -> None:
    key = await world.with_rule()
    await arrive(world, key, (1, "A", "x"), (2, "B", "y"))
    for one, other in ((2, 1), (2, 9), (9, 1), (8, 9)):
        await world.rows(
            "INSERT INTO mismatch VALUES ($1, $2, 1, $3, $4, 'AMOUNT_MISMATCH', now())",
            *key, one, other,
        )  # fmt: skip

    await world.deliver([version(key, 1, "A", 2, "x")])

    left = await world.rows("SELECT record_id, other_record_id FROM mismatch ORDER BY 1, 2")
    assert [tuple(row) for row in left] == [(2, 9), (8, 9)]


async def test_one_unreadable_version_is_refused_and_the_others_are_taken(world: World) -> None:
    key = await world.with_rule()
    await arrive(world, key, (1, "A", "x"))
    bad = a_record(1, "A", reconciliation_id=key[1], version=2)
    bad = type(bad)(**{name: getattr(bad, name) for name in bad.__struct_fields__} | {
        "fields": type(bad.fields)(b'{"amount_minor": 1}')
    })  # fmt: skip
    nowhere = a_record(1, "A", reconciliation_id=999, version=2)

    (refused,) = await world.deliver([bad, version(key, 2, "B", 1, "x"), nowhere])

    assert set(refused) == {0, 2}
    assert await matched_pairs(world, key) == {(1, 2)}
    await check(world, key)


async def test_reversals_are_matched_like_any_other_record(world: World) -> None:
    key = await world.with_rule(a_leaf("external_id"))
    there = {"direction": "debit", "reversal": True}

    await world.deliver([version(key, 1, "A", 1, "x"), version(key, 2, "A", 1, "x", **there)])
    await world.deliver([version(key, 3, "B", 1, "x", **there), version(key, 4, "B", 1, "x")])

    assert await matched_pairs(world, key) == {(1, 4), (2, 3)}
    await check(world, key)


async def test_during_a_rekeying_later_versions_wait_their_turn(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tieout_matcher.released.REKEY_ENTRIES", 2)
    key = await world.reconciliation()
    await arrive(world, key, (1, "A", "a"), (2, "B", "b"), (3, "A", "c"), (4, "B", "d"))
    await world.rule(key)
    await world.rekey_chunk(key)

    await world.deliver([
        version(key, 5, "A", 1, "z"), version(key, 1, "A", 2, "b"), version(key, 4, "B", 2, "c"),
        version(key, 6, "B", 1, "z"),
    ])  # fmt: skip
    half = await matched_pairs(world, key)
    await check(world, key)
    await world.rekey()

    assert half == {(1, 2)}
    assert await matched_pairs(world, key) == {(1, 2), (3, 4), (5, 6)}
    await check(world, key)


async def test_passes_only_suggest_with_a_pending_record_and_accept_once_it_is_booked(
    world: World,
) -> None:
    key = await world.with_rule(a_leaf("reference"), a_leaf("amount", tolerance_amount=0.5))
    await world.deliver([version(key, 1, "A", 1, reference="r"),
                         version(key, 2, "B", 1, reference="r", status="pending")])  # fmt: skip
    await world.passes_now(key)
    pending = await world.rows("SELECT members, status, doubt FROM match")

    await world.deliver([version(key, 2, "B", 2, reference="r", amount_minor="1020")])
    await check(world, key)
    await world.passes_now(key)

    assert [tuple(row) for row in pending] == [([1, 2], "suggested", "pending")]
    booked = await world.rows("SELECT members, status FROM match ORDER BY id")
    assert [tuple(row) for row in booked] == [([1, 2], "rejected"), ([1, 2], "accepted")]
    await check(world, key)


async def test_what_is_pending_is_never_late_until_it_is_booked(world: World) -> None:
    key = await world.with_rule()
    await world.deliver([version(key, 1, "A", 1, status="pending"),
                         version(key, 2, "A", 1, status="pending")])  # fmt: skip
    await world.mark(key, 2)
    told_late = await world.claim(ARRIVED + timedelta(days=99))

    await world.deliver([version(key, 1, "A", 2), version(key, 2, "A", 2)])

    assert told_late == 0
    assert (await entry(world, 2))["overdue_seq"] is None
    assert await world.claim(ARRIVED + timedelta(days=99)) == 2
    await check(world, key)
