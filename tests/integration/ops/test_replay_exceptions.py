"""`tieout replay exceptions`: the journal makes the projection that is there, or it is seen."""

import asyncpg
import pytest

from integration.matcher.logs import a_log
from integration.matcher.world import Key
from integration.ops.replayed import Product
from tieout_ops.replay_scratch import PREFIX
from unit.matcher.builders import a_leaf, a_record, some_fields

# What may be wrong in the projection of one reconciliation ({0}).
CHANGES = {
    "an entry forgotten": "DELETE FROM overdue_entry WHERE {0} AND record_id = 3",
    "an amount": "UPDATE overdue_entry SET signed_minor = 1 WHERE {0} AND record_id = 3",
    "a reason": "UPDATE break SET reason = 'another' WHERE {0} AND record_id = 3",
    "a resolution": "UPDATE break SET status = 'RESOLVED' WHERE {0} AND record_id = 3",
    "a break forgotten": "DELETE FROM break WHERE {0} AND record_id = 3",
    "a bucket": "UPDATE bucket SET opened_at = now() WHERE {0} AND stream_id = 1",
    "a bucket of another": "UPDATE bucket SET stream_id = 99 WHERE {0} AND stream_id = 1",
    "a suggestion": "INSERT INTO suggestion SELECT organization_id, reconciliation_id, 3, 1, NULL"
    " FROM projection WHERE {0}",
    "how far it is": "UPDATE projection SET applied_seq = applied_seq + 1 WHERE {0}",
}


async def make_late(product: Product) -> Key:
    """Make a pair that is matched and taken back, one made by hand and open entries, all late."""
    world = product.world
    key = await world.with_rule(a_leaf("external_id"))
    await product.arrive([
        a_record(number, side, some_fields(amount, external_id=name), reconciliation_id=key[1])
        for number, side, amount, name in (
            (1, "A", "1000", "x"), (2, "B", "1000", "x"), (3, "A", "700", "y"),
            (4, "B", "650", "z"), (5, "A", "300", "u"), (6, "B", "300", "v"),
        )
    ])  # fmt: skip
    (match,) = await world.rows("SELECT id FROM match WHERE reconciliation_id = $1", key[1])
    await world.claim(world.clock.move(days=30))
    await world.revoke(key, match["id"], reason="wrong")
    await world.match_by_hand(key, 5, 6)
    await product.late(key)
    return key


@pytest.fixture
async def late(product: Product) -> Key:
    return await make_late(product)


async def test_changed_rows_are_seen_and_named_and_others_are_equal(product: Product) -> None:
    same = await make_late(product)
    changed = {what: await make_late(product) for what in CHANGES}
    for what, (_, reconciliation_id) in changed.items():
        await product.change(CHANGES[what].format(f"reconciliation_id = {reconciliation_id}"))

    found = {one.reconciliation_id: one for one in await product.replay_exceptions()}

    rows = await product.exceptions.fetchrow(
        "SELECT (SELECT count(*) FROM overdue_entry WHERE reconciliation_id = $1),"
        " (SELECT count(*) FROM break WHERE reconciliation_id = $1),"
        " (SELECT count(*) FROM bucket WHERE reconciliation_id = $1)",
        same[1],
    )
    equal = found.pop(same[1])
    assert (equal.verdict, equal.holds, list(equal.notes)) == ("equal", True, [])
    assert (equal.outcomes, *rows) == (14, 4, 6, 2)
    assert {what for what, key in changed.items() if found[key[1]].notes} == set(CHANGES)
    assert {one.verdict for one in found.values()} == {"DIFFERENT"}


async def test_passes_suggestions_and_mismatches_are_replayed_too(product: Product) -> None:
    world = product.world
    near = {"key": "amount", "value": "amount", "tolerance_amount": 1}
    key = await world.with_rule(a_leaf("external_id"), near)
    await product.arrive(a_log(key, length=60, seed=5, kinds=6), batch=9)
    await world.claim(world.clock.move(days=30))
    await world.passes_now(key)
    await product.late(key)

    (found,) = await product.replay_exceptions()

    kinds = {row["status"] for row in await world.rows("SELECT status FROM match")}
    assert kinds == {"accepted", "suggested"}
    assert (found.verdict, list(found.notes)) == ("equal", [])


@pytest.mark.usefixtures("late")
async def test_what_people_did_is_set_aside_and_said(product: Product) -> None:
    await product.change(
        "INSERT INTO operation SELECT organization_id, 1, reconciliation_id, id, record_id, 1,"
        " 'done', 'OPEN', 'n', 'r', '{}', 'write_off', 0, now(), now(), now()"
        " FROM break WHERE record_id = 3"
    )
    await product.change("UPDATE break SET reason = 'words of before' WHERE record_id = 3")

    (found,) = await product.replay_exceptions()

    assert found.verdict == "equal"
    assert [note[:24] for note in found.notes] == ["1 breaks with operations"]


async def test_a_projection_that_is_behind_is_no_equal_one(product: Product) -> None:
    key = await product.world.with_rule(a_leaf("external_id"))
    await product.arrive(a_log(key, length=30, seed=2))
    await product.late(key, until=20)

    (found,) = await product.replay_exceptions()

    assert (found.live, found.outcomes) == (found.replayed, 20)
    assert found.verdict.startswith("BEHIND by ")
    assert not found.holds


@pytest.mark.usefixtures("late")
async def test_a_journal_that_lacks_numbers_is_told(product: Product) -> None:
    async with product.world.worker.acquire() as connection:
        await connection.execute("DELETE FROM outbox WHERE first_seq = 1")

    (found,) = await product.replay_exceptions()

    assert found.verdict == "DIFFERENT"
    assert found.notes[0].startswith("the journal has no outcomes 1 to ")


@pytest.mark.usefixtures("late")
async def test_only_the_named_organisation_is_replayed(product: Product) -> None:
    assert await product.replay_exceptions(organization_id=8) == []
    assert len(await product.replay_exceptions(organization_id=7)) == 1


@pytest.mark.usefixtures("late")
async def test_the_scratch_database_is_dropped_also_after_an_error(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object) -> None:
        raise RuntimeError("no")

    before = await _scratches(product)
    monkeypatch.setattr("tieout_exceptions.handlers.Outcomes.on_outcomes", refuse)
    with pytest.raises(RuntimeError, match="no"):
        await product.replay_exceptions()

    assert await _scratches(product) <= before


async def _scratches(product: Product) -> set[str]:
    connection = await asyncpg.connect(product.database.url)
    try:
        rows = await connection.fetch(
            "SELECT datname FROM pg_database WHERE starts_with(datname, $1)", PREFIX
        )
    finally:
        await connection.close()
    return {row["datname"] for row in rows}


@pytest.mark.usefixtures("late")
async def test_a_scratch_database_that_cannot_be_dropped_is_named(
    product: Product, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    create = "SELECT format('CREATE DATABASE %I TEMPLATE template0', $1::text)"
    wrong = {"create": create, "drop": "SELECT 'DROP DATABASE ' || $1 || ' for ever'"}
    monkeypatch.setattr("tieout_ops.replay_scratch._SQL", wrong)

    (found,) = await product.replay_exceptions()

    told = capsys.readouterr().err
    (name,) = [one for one in await _scratches(product) if one in told]
    await _drop(product, name)
    assert told.startswith(f"the scratch database {name} is left behind (")
    assert found.holds, "what was found is told all the same"


async def _drop(product: Product, name: str) -> None:
    connection = await asyncpg.connect(product.database.url)
    await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await connection.close()
