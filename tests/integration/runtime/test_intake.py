"""One batch is one transaction, and one bad record harms no other (F15, F16)."""

from collections.abc import Awaitable, Callable, Sequence

import asyncpg
import pytest

from fixtures.postgres import Database
from integration.runtime.deliveries import (
    Order,
    a_record,
    an_intake,
    apply_orders,
    effects,
    letters,
    make_effect_table,
    published_letters,
    some_orders,
)
from tieout_runtime import intake
from tieout_runtime.intake import MAX_ATTEMPTS
from tieout_runtime.postgres import Connection, Pool

Handle = Callable[[Connection, Sequence[Order]], Awaitable[dict[int, str]]]


class ProcessDiedError(BaseException):
    """Stands for SIGKILL: nothing in the program catches it, and the transaction is undone."""


@pytest.fixture(autouse=True)
async def _place(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    await make_effect_table(database)
    monkeypatch.setattr(intake, "BACKOFF_S", 0.001)


def failing(error: BaseException, *, on: int, times: int = 10**9) -> Handle:
    """Make a handler that stores all orders, but raises when one has this number."""
    left = [times]

    async def handle(connection: Connection, orders: Sequence[Order]) -> dict[int, str]:
        if left[0] and any(one.number == on for one in orders):
            left[0] -= 1
            raise error
        return await apply_orders(connection, orders)

    return handle


async def attempts_left(pool: Pool) -> int:
    return int(await pool.fetchval("SELECT count(*) FROM delivery_attempt"))


async def test_a_batch_is_applied_and_a_tombstone_passed_over(worker: Pool) -> None:
    await an_intake(worker).on_batch([*some_orders(1, 3), a_record(None, offset=4)])

    assert await effects(worker) == [1, 2, 3]
    assert await letters(worker) == {}
    assert await attempts_left(worker) == 0


async def test_what_the_handler_refuses_is_a_dead_letter_of_the_same_transaction(
    worker: Pool,
) -> None:
    batch = [*some_orders(1, 2), a_record(b'{"number":-5}', offset=3), *some_orders(4, 4)]

    await an_intake(worker).on_batch(batch)

    assert await effects(worker) == [1, 2, 4]
    assert await letters(worker) == {3: ("a negative order", 1)}


async def test_redelivery_changes_nothing(worker: Pool) -> None:
    batch = [*some_orders(1, 3), a_record(b"not json", offset=4)]

    for _ in range(3):
        await an_intake(worker).on_batch(batch)

    assert await effects(worker) == [1, 2, 3]
    assert await published_letters(worker) == 1


async def test_one_failing_record_of_a_hundred_is_quarantined_and_the_others_go_in(
    worker: Pool,
) -> None:
    handle = failing(KeyError("a bug"), on=42)

    await an_intake(worker, handle).on_batch(some_orders(1, 100))

    assert await effects(worker) == [number for number in range(1, 101) if number != 42]
    assert await letters(worker) == {42: ("failed 5 times: KeyError: 'a bug'", MAX_ATTEMPTS)}
    assert await attempts_left(worker) == 0


async def test_a_record_that_fails_for_a_while_goes_in_and_leaves_no_count(worker: Pool) -> None:
    # Once with its batch, once with its half, twice alone.
    handle = failing(KeyError("a bug"), on=2, times=4)

    await an_intake(worker, handle).on_batch(some_orders(1, 3))

    assert await effects(worker) == [1, 2, 3]
    assert await letters(worker) == {}
    assert await attempts_left(worker) == 0


async def test_a_record_that_kills_the_process_is_quarantined_after_five_attempts(
    worker: Pool,
) -> None:
    handle = failing(ProcessDiedError(), on=2)
    deaths = 0

    for _ in range(20):
        try:
            await an_intake(worker, handle).on_batch(some_orders(1, 3))  # a new process each time
            break
        except ProcessDiedError:
            deaths += 1

    assert deaths == 1 + MAX_ATTEMPTS  # the first with the whole batch
    assert await effects(worker) == [1, 2, 3][::2]
    assert await letters(worker) == {2: ("the process died while it was taken", MAX_ATTEMPTS)}
    assert await attempts_left(worker) == 0


async def test_a_transient_error_is_tried_again(worker: Pool) -> None:
    handle = failing(asyncpg.SerializationError("40001"), on=2, times=3)

    await an_intake(worker, handle).on_batch(some_orders(1, 3))

    assert await effects(worker) == [1, 2, 3]
    assert await letters(worker) == {}


async def test_a_transient_error_that_stays_is_raised_so_that_the_broker_delivers_again(
    worker: Pool,
) -> None:
    handle = failing(asyncpg.DeadlockDetectedError("40P01"), on=2)

    with pytest.raises(asyncpg.DeadlockDetectedError):
        await an_intake(worker, handle).on_batch(some_orders(1, 3))

    assert await effects(worker) == []
    assert await letters(worker) == {}


async def test_however_long_a_server_is_away_no_good_record_is_quarantined(worker: Pool) -> None:
    handle = failing(
        asyncpg.CannotConnectNowError("57P03"), on=2, times=12 * intake.TRANSIENT_TRIES
    )
    consumer = an_intake(worker, handle)
    raised = 0

    for _ in range(40):
        try:
            await consumer.on_batch(some_orders(1, 3))
            break
        except asyncpg.CannotConnectNowError:
            raised += 1

    assert raised == 12
    assert await effects(worker) == [1, 2, 3]
    assert await letters(worker) == {}


async def test_a_delivery_that_a_process_survived_is_taken_whole_again(worker: Pool) -> None:
    handle = failing(asyncpg.CannotConnectNowError("57P03"), on=2, times=2 * intake.TRANSIENT_TRIES)
    sizes = []

    async def sized(connection: Connection, orders: Sequence[Order]) -> dict[int, str]:
        sizes.append(len(orders))
        return await handle(connection, orders)

    consumer = an_intake(worker, sized)
    for _ in range(2):
        with pytest.raises(asyncpg.CannotConnectNowError):
            await consumer.on_batch(some_orders(1, 100))
    await consumer.on_batch(some_orders(1, 100))

    assert set(sizes) == {100}
    assert await effects(worker) == list(range(1, 101))
    assert await attempts_left(worker) == 0


@pytest.mark.parametrize(
    "value",
    [
        b'{"number":1,"a\\u0000b":1}',
        b'{"number":1,"\\ud800":1}',
        b'{"more":' + b"[" * 200_000,
        b"\xff\xfe",
    ],
    ids=["NUL in a name", "half a surrogate", "nested", "no UTF-8"],
)
async def test_a_reason_is_always_storable(worker: Pool, value: bytes) -> None:
    await an_intake(worker).on_batch([*some_orders(1, 1), a_record(value, offset=2)])

    found = await letters(worker)
    assert await effects(worker) == [1]
    reason, attempts = found[2]
    assert reason.startswith("not decodable: ")
    assert attempts == 1
