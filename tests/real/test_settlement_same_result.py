"""The same settlement days give the same matches, however the matcher came to decide them."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import asyncpg
import pytest

from fixtures.public_api import until
from fixtures.stack import RunningStack
from real.records_topic import behind, partition_of, partitions_of_matchers, repeating
from real.settlement import RULE_FIELDS, Settlement, hash_of, make_reconciliation
from real.settlement_planted import expected_pairs

# Slow enough that a second matcher comes half way, fast enough to be waited for.
BATCH, OTHER_BATCH = 40, 83
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


@dataclass(frozen=True, kw_only=True)
class Joined:
    """Reconciliations begun by a matcher of small batches, and what it had decided of each then.

    `shares`: the partitions of each matcher from then on.
    """

    reconciliations: Sequence[int]
    decided: Sequence[int]
    shares: Sequence[set[int]]


@pytest.fixture(scope="module")
async def joined(settlement: Settlement, stack: RunningStack) -> AsyncIterator[Joined]:
    """Let a matcher take few records a transaction, and half way a second one somewhat more."""
    (first,) = stack.local.instances_of("matcher")
    await asyncio.to_thread(first.restart, extra_environment=_batches(BATCH))
    numbers = [await _new_on(settlement, partition) for partition in FAR_APART]
    # Without a name of its own in the group, its partitions are free as soon as it stops.
    passing = {**_batches(OTHER_BATCH), "TIEOUT_INSTANCE": ""}
    second = await asyncio.to_thread(
        stack.local.start_instance, "matcher", extra_environment=passing
    )
    try:
        shares = await until(
            lambda: partitions_of_matchers(stack),
            lambda seen: [len({*FAR_APART} & one) for one in seen] == [1, 1],
        )
        paths = [f"/v1/reconciliations/{number}/progress" for number in numbers]
        decided = [(await settlement.api.get(path))["decided"] for path in paths]
        yield Joined(reconciliations=numbers, decided=decided, shares=shares)
    finally:
        await asyncio.to_thread(second.stop)
        stack.local.forget(second)
        await asyncio.to_thread(first.restart)


async def test_when_a_second_matcher_joins_half_way(
    settlement: Settlement, joined: Joined, check: Check
) -> None:
    for number in joined.reconciliations:
        await check(number)

    both = len(joined.reconciliations) * len(settlement.known)
    assert len(joined.shares) == len(FAR_APART)
    assert 0 < sum(joined.decided) < both, f"it joined too early or late: {joined.decided}"


async def test_in_small_batches(
    settlement: Settlement, stack: RunningStack, joined: Joined, check: Check
) -> None:
    """These were decided in small batches, of two sizes."""
    chunks = "SELECT count(*) FROM matcher.outbox WHERE key = $1"
    connection = await asyncpg.connect(stack.postgres_url)
    try:
        for number in joined.reconciliations:
            await check(number)
            transactions = await connection.fetchval(chunks, str(number))
            assert transactions >= len(settlement.known) / OTHER_BATCH
    finally:
        await connection.close()


def _batches(records: int) -> dict[str, str]:
    return {"TIEOUT_MATCHER_BATCH_RECORDS": str(records)}
