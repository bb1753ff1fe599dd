"""Every row of the idempotency table (semantics section 9), on the tenant's own connection."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from integration.runtime.places import NOW, ORGANIZATION
from tieout_runtime import idempotency
from tieout_runtime.idempotency import KEPT_FOR, Answer, Claim, Started, fingerprint_of
from tieout_runtime.postgres import Pool, tenant_transaction
from tieout_runtime.problems import Problem

CLAIM = Claim(
    organization_id=ORGANIZATION,
    account_id=3,
    method="POST",
    route="/internal/rules",
    key="key-1",
    fingerprint=fingerprint_of({"amount": 1}),
)
NO_KEY = replace(CLAIM, key=None)
OTHER_REQUEST = replace(CLAIM, fingerprint=fingerprint_of({"amount": 2}))


class BrokenError(Exception):
    """What a bug raises."""


@dataclass
class Effect:
    """A write that counts how often it was really done."""

    api: Pool
    status: int = 201
    done: int = 0
    broken: bool = False

    async def request(self, claim: Claim, *, at: datetime = NOW) -> Answer:
        async with tenant_transaction(
            self.api, organization_id=claim.organization_id
        ) as connection:
            return await idempotency.once(connection, claim, at=at, execute=self._execute)

    async def _execute(self) -> Answer:
        if self.broken:
            raise BrokenError
        self.done += 1
        await asyncio.sleep(0.01)
        body = f'{{"id": {self.done},  "note":"as \N{WHITE SMILING FACE} it was"}}'
        return Answer(status=self.status, body=body.encode())


@pytest.fixture
def effect(api: Pool) -> Effect:
    return Effect(api)


async def test_a_new_key_executes(effect: Effect) -> None:
    answer = await effect.request(CLAIM)

    assert (effect.done, answer.status, answer.replayed) == (1, 201, False)


async def test_the_same_request_gets_the_stored_answer_byte_for_byte(effect: Effect) -> None:
    first = await effect.request(CLAIM)

    again = await effect.request(CLAIM)

    assert effect.done == 1
    assert again == replace(first, replayed=True)


async def test_another_request_with_the_key_is_refused(effect: Effect) -> None:
    await effect.request(CLAIM)

    with pytest.raises(Problem) as raised:
        await effect.request(OTHER_REQUEST)

    assert (raised.value.status, raised.value.code) == (422, "idempotency_key_reused")
    assert effect.done == 1


async def test_a_request_in_flight_is_a_conflict_with_a_time_to_wait(
    effect: Effect, api: Pool
) -> None:
    async with tenant_transaction(api, organization_id=ORGANIZATION) as connection:
        assert await idempotency.find(connection, CLAIM, at=NOW) is None

        with pytest.raises(Problem) as raised:
            await effect.request(CLAIM)

    assert (raised.value.status, raised.value.code) == (409, "request_in_progress")
    assert raised.value.headers == {"Retry-After": "1"}
    assert (await effect.request(CLAIM)).replayed is False


@pytest.mark.parametrize("status", [400, 404, 409, 422])
async def test_a_refusal_is_not_kept_and_executes_again(effect: Effect, status: int) -> None:
    effect.status = status
    await effect.request(CLAIM)
    effect.status = 201

    answer = await effect.request(CLAIM)

    assert (effect.done, answer.status, answer.replayed) == (2, 201, False)


async def test_an_error_on_our_side_leaves_nothing_behind(effect: Effect) -> None:
    effect.broken = True
    with pytest.raises(BrokenError):
        await effect.request(CLAIM)
    effect.broken = False

    answer = await effect.request(OTHER_REQUEST)

    assert (effect.done, answer.replayed) == (1, False)


async def test_after_its_time_a_key_is_new(effect: Effect) -> None:
    await effect.request(CLAIM)

    just_before = await effect.request(CLAIM, at=NOW + KEPT_FOR - timedelta(seconds=1))
    expired = await effect.request(OTHER_REQUEST, at=NOW + KEPT_FOR)
    replayed = await effect.request(OTHER_REQUEST, at=NOW + KEPT_FOR)

    assert (just_before.replayed, expired.replayed, replayed.replayed) == (True, False, True)
    assert effect.done == 2


async def test_without_a_key_two_equal_requests_are_two(effect: Effect) -> None:
    answers = [await effect.request(NO_KEY), await effect.request(NO_KEY)]

    assert effect.done == 2
    assert [one.replayed for one in answers] == [False, False]


@pytest.mark.parametrize(
    "elsewhere",
    [
        lambda claim: replace(claim, organization_id=ORGANIZATION + 1),
        lambda claim: replace(claim, account_id=4),
        lambda claim: replace(claim, method="PATCH"),
        lambda claim: replace(claim, route="/internal/rules/5"),
        lambda claim: replace(claim, key="KEY-1"),
    ],
    ids=["organisation", "account", "method", "route", "key"],
)
async def test_a_key_means_something_in_its_scope_only(
    effect: Effect, elsewhere: Callable[[Claim], Claim]
) -> None:
    await effect.request(CLAIM)

    answer = await effect.request(elsewhere(CLAIM))

    assert (effect.done, answer.replayed) == (2, False)


async def test_fifty_at_once_have_one_effect(effect: Effect) -> None:
    answers = await asyncio.gather(
        *(effect.request(CLAIM) for _ in range(50)), return_exceptions=True
    )

    assert effect.done == 1
    bodies = {one.body for one in answers if isinstance(one, Answer)}
    codes = {one.code for one in answers if isinstance(one, Problem)}
    assert len(bodies) == 1
    assert codes <= {"request_in_progress"}
    assert all(isinstance(one, Answer | Problem) for one in answers)


async def test_a_retry_attaches_to_the_operation_until_its_answer_is_fixed(api: Pool) -> None:
    async with tenant_transaction(api, organization_id=ORGANIZATION) as connection:
        await idempotency.store(connection, CLAIM, at=NOW, operation_id=71)
    async with tenant_transaction(api, organization_id=ORGANIZATION) as connection:
        pending = await idempotency.find(connection, CLAIM, at=NOW)
        await idempotency.complete(
            connection,
            organization_id=ORGANIZATION,
            operation_id=71,
            answer=Answer(status=200, body=b"{}"),
        )
    async with tenant_transaction(api, organization_id=ORGANIZATION) as connection:
        fixed = await idempotency.find(connection, CLAIM, at=NOW)

    assert pending == Started(operation_id=71)
    assert fixed == Answer(status=200, body=b"{}", replayed=True)


async def test_a_refused_operation_frees_its_key(api: Pool) -> None:
    async with tenant_transaction(api, organization_id=ORGANIZATION) as connection:
        await idempotency.store(connection, CLAIM, at=NOW, operation_id=71)
        await idempotency.release(connection, organization_id=ORGANIZATION, operation_id=71)

        assert await idempotency.find(connection, OTHER_REQUEST, at=NOW) is None
