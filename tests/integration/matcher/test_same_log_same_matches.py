"""I8 and I2: the same log gives the same matches, however it is cut, repeated or raced."""

import asyncio
from collections.abc import Sequence

import msgspec
import pytest

from integration.matcher.checker import check, matched_pairs
from integration.matcher.logs import a_log, moved_to, with_duplicates
from integration.matcher.world import Key, World
from tieout_contracts.record import Fields, RecordAccepted
from unit.matcher.builders import ORGANIZATION, a_leaf, a_rule
from unit.matcher.naive import Arriving, decide_one_by_one

RULES = (a_leaf("external_id"), a_leaf("reference"))
LENGTH = 400
decode = msgspec.json.Decoder(Fields).decode


async def with_rules(world: World) -> Key:
    key = await world.reconciliation()
    await add_rules(world, key)
    await world.rekey()
    return key


async def add_rules(world: World, key: Key) -> list[int]:
    return [await world.rule(key, leaf, priority=n) for n, leaf in enumerate(RULES)]


Expected = tuple[list[RecordAccepted], set[tuple[int, ...]]]


@pytest.fixture(scope="module")
def expected() -> Expected:
    """Give a log and its matches, decided one by one without the engine."""
    log = a_log((ORGANIZATION, 0), length=LENGTH, seed=1)
    rules = [a_rule(leaf, rule_id=n, priority=n) for n, leaf in enumerate(RULES)]
    arriving = [
        Arriving(record_id=one.record_id, side=one.side, fields=decode(one.fields)) for one in log
    ]
    made = decide_one_by_one(log=arriving, rules=rules, sign_mode="same")
    pairs = {one[:2] for one in made if one}
    assert len(pairs) > LENGTH / 5
    return log, pairs


@pytest.mark.parametrize("batch", [1, 7, 500])
async def test_batches_and_duplicates_do_not_matter(
    world: World, expected: Expected, batch: int
) -> None:
    log, pairs = expected
    plain, repeated = await with_rules(world), await with_rules(world)

    await world.deliver(moved_to(log, plain), batch=batch)
    await world.deliver(moved_to(with_duplicates(log, seed=batch), repeated), batch=batch)

    for key in (plain, repeated):
        assert await matched_pairs(world, key) == pairs
        await check(world, key)


async def test_two_matchers_fed_the_same_deliveries_at_once_match_as_one(
    world: World, expected: Expected
) -> None:
    log, pairs = expected
    for run in range(2):
        key = await with_rules(world)
        own = moved_to(log, key)
        matchers = [world.another_matcher(), world.another_matcher()]

        await asyncio.gather(
            *(world.deliver(own, batch=40 + run, matcher=matcher) for matcher in matchers)
        )

        assert await matched_pairs(world, key) == pairs
        await check(world, key)


async def test_two_matchers_over_several_reconciliations_do_not_lock_each_other(
    world: World, expected: Expected
) -> None:
    log, pairs = expected
    keys = [await with_rules(world) for _ in range(3)]
    mixed = [one for group in zip(*(moved_to(log, key) for key in keys), strict=True)
             for one in group]  # fmt: skip
    backwards = [one for group in zip(*(moved_to(log, key) for key in reversed(keys)), strict=True)
                 for one in group]  # fmt: skip

    await asyncio.gather(
        world.deliver(mixed, batch=90, matcher=world.another_matcher()),
        world.deliver(backwards, batch=91, matcher=world.another_matcher()),
    )

    for key in keys:
        assert await matched_pairs(world, key) == pairs
        await check(world, key)


@pytest.mark.parametrize("made_after", [0, LENGTH // 3, LENGTH])
@pytest.mark.parametrize("chunk", [7, 2000])
async def test_rules_made_before_during_or_after_an_import_match_the_same(
    world: World,
    expected: Expected,
    monkeypatch: pytest.MonkeyPatch,
    made_after: int,
    chunk: int,
) -> None:
    log, pairs = expected
    monkeypatch.setattr("tieout_matcher.released.REKEY_ENTRIES", chunk)
    key = await world.reconciliation()
    own = moved_to(log, key)

    await world.deliver(own[:made_after], batch=50)
    await add_rules(world, key)
    await interleave(world, key, own[made_after:], batch=11)
    await world.rekey()

    assert await matched_pairs(world, key) == pairs
    await check(world, key)


async def interleave(
    world: World, key: Key, records: Sequence[RecordAccepted], *, batch: int
) -> None:
    """Let arrivals and chunks of the re-keying take turns."""
    for start in range(0, len(records), batch):
        await world.deliver(records[start : start + batch])
        await world.rekey_chunk(key)


async def test_how_far_a_rekeying_is_does_not_matter_to_later_changes_of_rules(
    world: World, expected: Expected, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, _ = expected
    results = []
    for chunk, batch in ((3, 10), (50, 10), (2000, 40)):
        monkeypatch.setattr("tieout_matcher.released.REKEY_ENTRIES", chunk)
        key = await world.reconciliation()
        own = moved_to(log, key)
        await world.deliver(own[:130], batch=batch)
        late = await world.rule(key, a_leaf("reference"), priority=5)
        if chunk == 2000:
            await world.rekey()
        await interleave(world, key, own[130:260], batch=batch)
        await world.rekey()
        await world.retire(key, late)
        await world.rule(key, a_leaf("external_id"))
        await interleave(world, key, own[260:], batch=batch)
        await world.rekey()
        await check(world, key)
        results.append(await matched_pairs(world, key))

    assert results[0] == results[1] == results[2]


async def test_a_deleted_rule_matches_no_more_and_its_matches_stay(world: World) -> None:
    key = await world.with_rule()
    (rule,) = await world.rows("SELECT id FROM rule WHERE reconciliation_id = $1", key[1])
    log = a_log(key, length=200, seed=3)
    await world.deliver(log[:100])
    before = await matched_pairs(world, key)

    await world.retire(key, rule["id"])
    await world.deliver(log[100:150])
    await world.rekey()
    await world.deliver(log[150:])

    assert before
    assert await matched_pairs(world, key) == before
    assert not await world.rows("SELECT 1 FROM open_key WHERE reconciliation_id = $1", key[1])
    await check(world, key)


async def test_a_rule_of_several_exponents_and_transforms_survives_its_rekeying(
    world: World,
) -> None:
    transforms = {"key": "digits_only", "value": ["uppercase", "digits_only"]}
    leaf = a_leaf("external_id", "reference", transforms=transforms)
    key = await world.reconciliation()
    log = a_log(key, length=200, seed=4)
    await world.deliver(log)

    await world.rule(key, leaf)
    await world.rekey()

    early = await world.with_rule(leaf)
    await world.deliver(moved_to(log, early), batch=9)
    assert await matched_pairs(world, key) == await matched_pairs(world, early) != set()
    await check(world, key)
