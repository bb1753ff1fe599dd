"""Force match: real matches that tie, outcomes fixed for ever, refusals and cancels too."""

import pytest

from integration.matcher.checker import check, matched_pairs
from integration.matcher.journal import outcomes_of, told
from integration.matcher.world import Key, World
from tieout_contracts.record import Side
from tieout_matcher.domain.adjusted import StatedAdjustment
from tieout_runtime.problems import Problem
from unit.matcher.builders import ARRIVED, a_record, some_fields


async def arrive(world: World, key: Key, record_id: int, side: Side, amount: str) -> None:
    fields = some_fields(amount, external_id=f"only-{record_id}")
    await world.deliver([a_record(record_id, side, fields, reconciliation_id=key[1])])


@pytest.fixture
async def key(world: World) -> Key:
    key = await world.with_rule()
    for record_id, side, amount in ((1, "B", "1000"), (2, "A", "400"), (3, "A", "550")):
        await arrive(world, key, record_id, side, amount)  # type: ignore[arg-type]
    return key


async def test_it_ties_with_its_residual_and_tells_of_it(world: World, key: Key) -> None:
    outcome = await world.force(key, 1, 3, 2, operation_id=77, residual_treatment="fee")

    told_of = (await outcomes_of(world, key))[-1]
    assert outcome == {"status": "done", "match_id": told_of.match_id}
    assert told(told_of) == ("match.accepted", 2, 3, 1)
    assert (told_of.kind, told_of.operation_id, told_of.rule_id) == ("force", 77, None)
    (adjustment,) = told_of.adjustments
    assert (adjustment.amount_minor, adjustment.exponent) == ("-50", 2)
    assert (adjustment.currency, adjustment.reason) == ("EUR", "fee")
    assert await matched_pairs(world, key) == {(2, 3, 1)}
    await check(world, key)


async def test_without_a_counterpart_the_whole_amount_is_adjusted(world: World, key: Key) -> None:
    await world.force(key, 2, operation_id=1)

    (adjustment,) = (await outcomes_of(world, key))[-1].adjustments
    assert adjustment.amount_minor == "400"
    assert await matched_pairs(world, key) == {(2,)}
    await check(world, key)


async def test_what_ties_needs_no_adjustment(world: World, key: Key) -> None:
    await arrive(world, key, 4, "A", "50")

    await world.force(key, 1, 2, 3, 4, operation_id=1)

    assert (await outcomes_of(world, key))[-1].adjustments == []
    assert await matched_pairs(world, key) == {(2, 3, 4, 1)}
    await check(world, key)


async def test_the_same_operation_has_the_same_outcome_for_ever(world: World, key: Key) -> None:
    first = await world.force(key, 1, 2, operation_id=5)
    before = await outcomes_of(world, key)

    again = await world.force(key, 3, operation_id=5)
    cancelled = await world.cancel(key, 5)
    (match,) = await world.rows("SELECT id FROM match")
    await world.revoke(key, match["id"])

    assert first == again == cancelled == await world.force(key, 1, 2, operation_id=5)
    assert (await outcomes_of(world, key))[: len(before)] == before
    await check(world, key)


async def test_refusals_are_fixed_too(world: World, key: Key) -> None:
    await arrive(world, key, 9, "A", "1")
    matched = await world.force(key, 9, operation_id=1)
    before = await outcomes_of(world, key)

    refusals = {
        "entry_not_open": await world.force(key, 9, operation_id=2),
        "entry_unknown": await world.force(key, 1, 8, operation_id=3),
        "same_side": await world.force(key, 2, 3, operation_id=4),
    }
    await arrive(world, key, 8, "A", "1")

    assert {name: one["code"] for name, one in refusals.items()} == {
        name: name for name in refusals
    }
    assert all(one["status"] == "refused" and one["message"] for one in refusals.values())
    assert refusals["entry_not_open"]["matched_by"] == matched["match_id"]
    assert await world.force(key, 1, 8, operation_id=3) == refusals["entry_unknown"]
    assert len(await outcomes_of(world, key)) == len(before) + 1
    await check(world, key)


async def test_a_cancelled_operation_can_never_be_carried_out(world: World, key: Key) -> None:
    assert await world.cancel(key, 6) == {"status": "cancelled"}
    assert await world.force(key, 1, operation_id=6) == {"status": "cancelled"}
    assert await world.cancel(key, 6) == {"status": "cancelled"}

    refused = await world.force(key, 99, operation_id=7)
    assert await world.cancel(key, 7) == refused
    assert await matched_pairs(world, key) == set()
    await check(world, key)


async def test_an_unknown_reconciliation_fixes_nothing(world: World, key: Key) -> None:
    for wrong in ((key[0] + 1, key[1]), (key[0], key[1] + 1)):
        with pytest.raises(Problem, match="404 not_found"):
            await world.force(wrong, 1, operation_id=8)
        with pytest.raises(Problem, match="404 not_found"):
            await world.cancel(wrong, 8)

    assert not await world.rows("SELECT 1 FROM operation")
    assert (await world.force(key, 1, operation_id=8))["status"] == "done"


async def test_an_overdue_entry_counts_no_more_and_counts_again_when_revoked(
    world: World, key: Key
) -> None:
    await world.claim(world.clock.move(days=9))

    done = await world.force(key, 1, 2, operation_id=1)
    await check(world, key)
    await world.revoke(key, done["match_id"])
    await check(world, key)

    revoked = (await outcomes_of(world, key))[-1]
    assert [member.overdue_seq is not None for member in revoked.members] == [True, True]
    (row,) = await world.rows("SELECT matched, overdue FROM reconciliation")
    assert tuple(row) == (0, 3)
    assert world.clock.now > ARRIVED


async def test_an_amount_beyond_every_column_is_refused_not_retried(world: World) -> None:
    key = await world.with_rule()
    huge = some_fields("9" * 38, exponent=0, external_id="x")
    fine = some_fields("1", exponent=18, external_id="y")
    await world.deliver([a_record(1, "A", huge, reconciliation_id=key[1]),
                         a_record(2, "B", fine, reconciliation_id=key[1])])  # fmt: skip

    outcome = await world.force(key, 1, 2, operation_id=1)

    assert (outcome["status"], outcome["code"]) == ("refused", "amount_too_large")
    assert (await world.force(key, 1, operation_id=2))["status"] == "done"
    await check(world, key)


async def test_a_stated_adjustment_ties_and_keeps_what_it_is_for(world: World, key: Key) -> None:
    fee = StatedAdjustment(amount="-0.50", currency="EUR", note="FEE")
    wrong = StatedAdjustment(amount="0.50", currency="EUR", note="FEE")

    refused = await world.force(key, 1, 2, 3, operation_id=1, residual_treatment=wrong)
    outcome = await world.force(key, 1, 2, 3, operation_id=2, residual_treatment=fee)

    told_of = (await outcomes_of(world, key))[-1]
    assert (refused["status"], refused["code"]) == ("refused", "amounts_differ")
    assert outcome == {"status": "done", "match_id": told_of.match_id}
    (adjustment,) = told_of.adjustments
    assert (adjustment.amount_minor, adjustment.reason, adjustment.note) == (
        "-50",
        "manual",
        "FEE",
    )
    assert (told_of.kind, told_of.operation_id) == ("force", 2)
    await check(world, key)
