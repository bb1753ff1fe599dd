"""The same settlement days give the same matches, however the matcher came to decide them."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import TypeAlias

import asyncpg
import pytest

from fixtures.public_api import until
from fixtures.stack import RunningStack
from real.records_topic import behind, partition_of, partitions_of_matchers, repeating
from real.settlement import RULE_FIELDS, Settlement, hash_of, make_reconciliation
from real.settlement_planted import expected_pairs

BATCH = 83
# Slow enough that the second matcher comes half way, fast enough to be waited for.
BATCH_OF_TWO = 40
# However two members share four partitions, these go to different ones.
FAR_APART = (0, 3)
ShowTable: TypeAlias = Callable[[Sequence[Sequence[object]]], None]
Check: TypeAlias = Callable[[int], Awaitable[None]]


@pytest.fixture(scope="module")
def expected(settlement: Settlement) -> list[tuple[str, str]]:
    """Give the pairs of identities, worked out without the matcher."""
    return expected_pairs(settlement.known.values())


@pytest.fixture
def check(settlement: Settlement, expected: list[tuple[str, str]], show_table: ShowTable) -> Check:
    begun = time.monotonic()

    async def check(number: int) -> None:
        await settlement.api.decided(number, len(settlement.known))
        pairs = await settlement.pairs(number)
        seconds = f"{time.monotonic() - begun:.1f}"
        header = ("entries", "matches", "hash", "expected", "seconds")
        row = (len(settlement.known), len(pairs), hash_of(pairs), hash_of(expected), seconds)
        show_table([header, row])
        assert hash_of(pairs) == hash_of(expected)

    return check


async def _new(settlement: Settlement, name: str) -> int:
    """Make one more reconciliation of the same streams: it gets their whole log anew."""
    number = await make_reconciliation(settlement.api, name, settlement.ids)
    await settlement.api.rule(number, *RULE_FIELDS)
    return number


async def _new_on(settlement: Settlement, partition: int) -> int:
    """Make one whose events are on that partition; without streams until the number is right."""
    before = await settlement.api.reconciliation("filler", side_a=[], side_b=[])
    while partition_of(before + 1) != partition:
        before = await settlement.api.reconciliation("filler", side_a=[], side_b=[])
    number = await _new(settlement, f"partition {partition}")
    assert partition_of(number) == partition
    return number


@pytest.mark.parametrize("when", ["before", "during", "after"])
async def test_whenever_the_rule_was_made(settlement: Settlement, check: Check, when: str) -> None:
    assert 0 < settlement.decided_then < len(settlement.known)

    await check(settlement.reconciliations[when])


def test_which_of_equal_payments_match_is_not_left_open(
    settlement: Settlement, expected: list[tuple[str, str]]
) -> None:
    """Else any order of deciding had one hash, and the other tests would prove nothing."""
    wrong = expected_pairs(settlement.known.values(), earliest_first=False)

    assert len(wrong) == len(expected)
    assert hash_of(wrong) != hash_of(expected)


async def test_with_every_event_delivered_twice(
    settlement: Settlement, stack: RunningStack, check: Check
) -> None:
    async with repeating(stack) as repeater:
        number = await _new(settlement, "twice")
        await settlement.api.decided(number, len(settlement.known))

        async def repeated() -> int:
            return repeater.repeated

        await until(repeated, lambda seen: seen >= len(settlement.known))
    await until(lambda: behind(stack), lambda events: events == 0)

    assert repeater.repeated == len(settlement.known)
    await check(number)


@pytest.fixture
async def small_batches(
    request: pytest.FixtureRequest, stack: RunningStack
) -> AsyncIterator[dict[str, str]]:
    """Let the matcher take only so many records a transaction: slow, and cut everywhere."""
    (matcher,) = stack.local.instances_of("matcher")
    batches = {"TIEOUT_MATCHER_BATCH_RECORDS": str(request.param)}
    await asyncio.to_thread(matcher.restart, extra_environment=batches)
    yield batches
    await asyncio.to_thread(matcher.restart)


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("small_batches", [BATCH], indirect=True)
async def test_in_small_batches(settlement: Settlement, stack: RunningStack, check: Check) -> None:
    number = await _new(settlement, "small-batches")

    await check(number)

    connection = await asyncpg.connect(stack.postgres_url)
    try:
        chunks = "SELECT count(*) FROM matcher.outbox WHERE key = $1"
        transactions = await connection.fetchval(chunks, str(number))
    finally:
        await connection.close()
    assert transactions >= len(settlement.known) / BATCH


@pytest.mark.parametrize("small_batches", [BATCH_OF_TWO], indirect=True)
async def test_when_a_second_matcher_joins_half_way(
    settlement: Settlement, stack: RunningStack, check: Check, small_batches: dict[str, str]
) -> None:
    api, records = settlement.api, len(settlement.known)
    # Without a name of its own in the group, its partitions are free as soon as it stops.
    passing = {**small_batches, "TIEOUT_INSTANCE": ""}
    numbers = [await _new_on(settlement, partition) for partition in FAR_APART]

    second = await asyncio.to_thread(
        stack.local.start_instance, "matcher", extra_environment=passing
    )
    try:
        shares = await until(
            lambda: partitions_of_matchers(stack),
            lambda seen: [len({*FAR_APART} & one) for one in seen] == [1, 1],
        )
        decided = [(await api.get(f"/v1/reconciliations/{n}/progress"))["decided"] for n in numbers]
        for number in numbers:
            await check(number)
    finally:
        await asyncio.to_thread(second.stop)
        stack.local.forget(second)

    assert len(shares) == len(FAR_APART)
    assert 0 < sum(decided) < 2 * records, f"it joined too early or late: {decided}"
