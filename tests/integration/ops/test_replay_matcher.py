"""`tieout replay matcher`: the same records are decided the same way, or it is seen."""

from datetime import timedelta

import pytest

from integration.matcher.logs import a_log, with_duplicates
from integration.matcher.world import Key
from integration.ops.replayed import Product
from unit.matcher.builders import a_leaf, a_record, some_fields

# What may be wrong in the reconciliation {0}.
CHANGES = (
    "UPDATE rule SET priority = 3 WHERE reconciliation_id = {0} AND priority = 1",
    "DELETE FROM rule WHERE reconciliation_id = {0} AND priority = 2",
    "UPDATE rule SET version = 2 WHERE reconciliation_id = {0} AND priority = 1",
    "UPDATE reconciliation SET sign_mode = 'opposite' WHERE id = {0}",
    "UPDATE match SET members[1] = 1 WHERE reconciliation_id = {0}",
    "DELETE FROM match WHERE id = (SELECT max(id) FROM match WHERE reconciliation_id = {0})",
)


async def _a_reconciliation(product: Product) -> Key:
    """Make one with two rules whose order matters, with nothing left to re-key."""
    world = product.world
    key = await world.reconciliation()
    await world.rule(key, a_leaf("external_id"), priority=1)
    await world.rule(key, a_leaf("reference"), priority=2)
    await world.rekey()
    return key


async def _decided(product: Product) -> Key:
    key = await _a_reconciliation(product)
    await product.arrive(with_duplicates(a_log(key, length=200, seed=3), seed=4), batch=17)
    return key


@pytest.fixture
async def decided(product: Product) -> Key:
    return await _decided(product)


async def test_what_decides_otherwise_is_seen_and_what_does_not_is_equal(product: Product) -> None:
    same = await _decided(product)
    changed = {change: await _decided(product) for change in CHANGES}
    for change, (_, reconciliation_id) in changed.items():
        done = await product.world.worker.execute(change.format(reconciliation_id))
        assert not done.endswith(" 0"), change

    found = {one.reconciliation_id: one for one in await product.replay_matcher()}

    equal = found.pop(same[1])
    (made,) = await product.world.rows(
        "SELECT count(*) AS matches FROM match WHERE reconciliation_id = $1", same[1]
    )
    assert made["matches"] > 40
    assert (equal.verdict, equal.outcomes, list(equal.notes)) == ("equal", 200, [])
    assert {one.verdict for one in found.values()} == {"DIFFERENT"}
    assert all(one.notes[0].startswith("live record ") for one in found.values())


async def test_records_count_in_the_order_of_their_arrival(product: Product) -> None:
    """A chunk of ingest's that commits late is published after its successors."""
    key = await _a_reconciliation(product)
    log = a_log(key, length=120, seed=6, kinds=3)
    await product.publish(log[60:])
    await product.publish(log[:60])
    await product.world.deliver(log, batch=13)

    (found,) = await product.replay_matcher()

    assert (found.verdict, found.outcomes) == ("equal", 120)


async def test_a_record_that_ingest_did_not_tell_of_is_named(
    product: Product, decided: Key
) -> None:
    await product.world.deliver([a_record(9999, "A", reconciliation_id=decided[1])])

    (found,) = await product.replay_matcher()

    assert found.verdict == "DIFFERENT"
    assert found.notes[0] == "ingest's journal has no record 9999 version 1"


async def test_what_only_tells_of_open_entries_ends_nothing(product: Product, decided: Key) -> None:
    world = product.world
    await world.claim(world.clock() + timedelta(days=30))
    await product.arrive([a_record(8000, "A", reconciliation_id=decided[1])])

    (found,) = await product.replay_matcher()

    assert (found.verdict, found.outcomes) == ("equal", 201)


@pytest.mark.parametrize("what", ["force", "revoke", "manual", "rule"])
async def test_commands_end_the_comparison_by_name(
    product: Product, decided: Key, what: str
) -> None:
    told = await _do(product, decided, what)

    (found,) = await product.replay_matcher()

    assert found.not_comparable is not None
    assert found.not_comparable.startswith(told)
    assert (found.holds, found.outcomes) == (True, 202 if what == "manual" else 200)


async def test_a_pass_ends_the_comparison_by_name(product: Product) -> None:
    world = product.world
    near = {"key": "amount", "value": "amount", "tolerance_amount": 5}
    key = await world.with_rule(a_leaf("external_id"), near)
    await product.arrive([
        a_record(n, side, some_fields(amount, external_id="x"), reconciliation_id=key[1])
        for n, side, amount in ((1, "A", "1000"), (2, "B", "1001"))
    ])  # fmt: skip
    await world.passes_now(key)
    await product.arrive([a_record(3, "A", reconciliation_id=key[1])])

    (found,) = await product.replay_matcher()

    assert found.not_comparable == "a pass (match.accepted, tolerance) as outcome 3"
    assert (found.holds, found.outcomes) == (True, 0)


async def test_who_arrives_before_the_rules_are_in_force_is_not_compared(product: Product) -> None:
    """It waits for the re-keying, and is matched by that."""
    world = product.world
    key = await world.reconciliation()
    await world.rule(key, a_leaf("external_id"))
    log = a_log(key, length=60, seed=1, kinds=3)
    await product.arrive(log[:30])

    (waiting,) = await product.replay_matcher()
    await world.rekey()
    await product.arrive(log[30:])
    (rekeyed,) = await product.replay_matcher()

    assert waiting.not_comparable == "a re-keying under way"
    assert rekeyed.not_comparable == "a match of entries that had arrived as outcome 31"
    assert (waiting.holds, waiting.outcomes, rekeyed.holds, rekeyed.outcomes) == (True, 0, True, 0)


async def test_what_was_decided_before_a_command_is_still_compared(
    product: Product, decided: Key
) -> None:
    await _do(product, decided, "force")
    await product.world.worker.execute("UPDATE rule SET priority = 3 WHERE priority = 1")

    (found,) = await product.replay_matcher()

    assert (found.verdict, found.holds) == ("DIFFERENT", False)


async def _do(product: Product, key: Key, what: str) -> str:
    """Do what is no arrival; returns how it is named."""
    world = product.world
    world.clock.move(minutes=1)
    if what == "revoke":
        (match,) = await world.rows("SELECT id FROM match ORDER BY id LIMIT 1")
        await world.revoke(key, match["id"])
        return "a command or pass (match.revoked)"
    if what == "rule":
        await world.rule(key, a_leaf("counterparty"), priority=0)
        await world.rekey()
        await product.arrive([a_record(8000, "A", reconciliation_id=key[1])])
        return "a change of rules before outcome 201"
    open_entries = await world.rows(
        "SELECT record_id, side FROM entry WHERE match_id IS NULL ORDER BY record_id"
    )
    side_a = next(row["record_id"] for row in open_entries if row["side"] == "A")
    if what == "force":
        await world.force(key, side_a, operation_id=1)
        return "a command (match.accepted, force)"
    await product.arrive([
        a_record(n, side, some_fields("5", external_id=f"m{n}"), reconciliation_id=key[1])
        for n, side in ((7001, "A"), (7002, "B"))
    ])  # fmt: skip
    await world.match_by_hand(key, 7001, 7002)
    return "a command (match.accepted, manual)"
