"""Rate limits: what they let through, over all processes, and whom they leave alone."""

import asyncio
from datetime import timedelta

import pytest
from limits import parse

from fixtures.postgres import Database
from integration.gateway.conftest import Clock, OpenGateway, settings_of
from tieout_gateway.rate_counts import PostgresCounts
from tieout_gateway.rate_limits import Shares
from tieout_runtime.postgres import Pool, open_pool

PATH = "/v1/data_streams"
BAD = "tie_00000000_" + "x" * 43


@pytest.fixture
async def pool(module_database: Database) -> Pool:
    settings = settings_of(module_database)
    return await open_pool(settings, service="gateway", role="worker", max_connections=4)


async def test_past_its_limit_a_key_is_429_with_the_time_to_come_back(
    open_with: OpenGateway,
) -> None:
    async with open_with(request_rate_limit="3/minute") as gateway:
        gateway.ingest.answer("GET", "/internal/streams", [])

        answers = [await gateway.ask("GET", PATH) for _ in range(4)]
        gateway.clock.pass_(seconds=59)
        early = await gateway.ask("GET", PATH)
        gateway.clock.pass_(seconds=1)
        anew = await gateway.ask("GET", PATH)

    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert [one.headers["ratelimit-remaining"] for one in answers] == ["2", "1", "0", "0"]
    assert {one.headers["ratelimit-limit"] for one in answers} == {"3"}
    assert {one.headers["ratelimit-policy"] for one in answers} == {"3;w=60"}
    assert {one.headers["ratelimit-reset"] for one in answers} == {"60"}
    assert answers[3].headers["retry-after"] == "60"
    assert answers[3].json()["code"] == "rate_limited"
    assert (early.status_code, early.headers["retry-after"]) == (429, "1")
    assert (anew.status_code, anew.headers["ratelimit-remaining"]) == (200, "2")


async def test_one_key_does_not_use_up_anothers_limit(open_with: OpenGateway) -> None:
    async with open_with(request_rate_limit="2/minute") as gateway:
        gateway.ingest.answer("GET", "/internal/streams", [])
        other = {"x-api-key": await gateway.new_key("view")}

        for _ in range(3):
            last = await gateway.ask("GET", PATH)
        unaffected = await gateway.client.get(PATH, headers=other)

    assert (last.status_code, unaffected.status_code) == (429, 200)


async def test_errors_count_and_say_where_the_caller_stands(open_with: OpenGateway) -> None:
    async with open_with(request_rate_limit="2/minute") as gateway:
        viewer = {"x-api-key": await gateway.new_key("act")}

        forbidden = await gateway.client.get(PATH, headers=viewer)
        missing = await gateway.client.post("/v1/records", headers=viewer, json={})
        limited = await gateway.client.post("/v1/records", headers=viewer, content=b"{no json")

    assert [one.status_code for one in (forbidden, missing, limited)] == [403, 422, 429]
    assert forbidden.headers["ratelimit-remaining"] == "1"
    assert limited.json()["message"] == limited.json()["detail"]


async def test_a_limited_write_leaves_its_idempotency_key_unused(open_with: OpenGateway) -> None:
    async with open_with(request_rate_limit="1/minute") as gateway:
        await gateway.ask("GET", "/v1/api_keys")
        new = {"name": "n", "scopes": ["view"]}
        headers = {"idempotency-key": "k"}

        limited = await gateway.ask("POST", "/v1/api_keys", json=new, headers=headers)
        gateway.clock.pass_(minutes=1)
        made = await gateway.ask("POST", "/v1/api_keys", json=new, headers=headers)

    assert (limited.status_code, made.status_code) == (429, 201)
    assert made.headers["x-idempotency-replayed"] == "false"


async def test_bad_keys_from_one_address_are_429_and_others_are_let_in(
    open_with: OpenGateway,
) -> None:
    """S4: the flood is refused without a question to the database; who was good stays so."""
    async with open_with(refusal_rate_limit="5/minute", forwarded_hops=1) as gateway:
        gateway.ingest.answer("GET", "/internal/streams", [])
        here = {"x-forwarded-for": "203.0.113.9"}
        await gateway.ask("GET", PATH, headers=here)

        flood = [
            await gateway.client.get(PATH, headers={"x-api-key": BAD, **here}) for _ in range(7)
        ]
        gateway.clock.pass_(seconds=5)
        good = await gateway.ask("GET", PATH, headers=here)
        elsewhere = await gateway.client.get(
            PATH, headers={"x-api-key": BAD, "x-forwarded-for": "203.0.113.10"}
        )
        without = await gateway.client.get(PATH, headers=here)
        gateway.clock.pass_(seconds=55)
        anew = await gateway.client.get(PATH, headers={"x-api-key": BAD, **here})

    assert [one.status_code for one in flood] == [401] * 5 + [429] * 2
    assert int(flood[-1].headers["retry-after"]) == 60
    assert (good.status_code, elsewhere.status_code, without.status_code) == (200, 401, 401)
    assert anew.status_code == 401


async def test_past_the_limit_bad_keys_ask_the_database_nothing(open_with: OpenGateway) -> None:
    async with open_with(refusal_rate_limit="2/minute") as gateway:
        for number in range(3):
            headers = {"x-api-key": BAD[:-1] + str(number)}
            await gateway.client.get(PATH, headers=headers)
        await gateway.app.state.authenticator.keys.worker.close()

        answer = await gateway.client.get(PATH, headers={"x-api-key": BAD[:-1] + "9"})

    assert answer.status_code == 429


async def test_two_processes_share_one_limit(pool: Pool) -> None:
    """Each takes hundredths: together they never pass it, and lose at most one part each."""
    clock, limit = Clock(), parse("1000/minute")
    processes = [
        Shares(counts=PostgresCounts(pool=pool, clock=clock), clock=clock) for _ in range(2)
    ]

    async def asks(process: Shares) -> int:
        standings = await asyncio.gather(*(process.spend(limit, "both") for _ in range(900)))
        return sum(one.allowed for one in standings)

    first = sum(await asyncio.gather(*(asks(process) for process in processes)))
    clock.pass_(minutes=1)
    second = sum(await asyncio.gather(*(asks(process) for process in processes)))
    await pool.close()

    assert 980 <= first <= 1000
    assert 980 <= second <= 1000


async def test_most_requests_ask_no_database(pool: Pool) -> None:
    clock, limit = Clock(), parse("1000/minute")
    shares = Shares(counts=PostgresCounts(pool=pool, clock=clock), clock=clock)
    await shares.spend(limit, "cheap")
    await pool.close()

    standings = [await shares.spend(limit, "cheap") for _ in range(9)]

    assert all(one.allowed for one in standings)
    assert standings[-1].remaining == 990


async def test_what_ended_is_forgotten(pool: Pool) -> None:
    clock = Clock()
    counts = PostgresCounts(pool=pool, clock=clock)
    await counts.incr("short", 60)
    await counts.incr("long", 3600, 5)

    clock.now += timedelta(seconds=60)
    ended, running = await counts.get("short"), await counts.get("long")
    await counts.forget_ended()
    left = await pool.fetchval("SELECT count(*) FROM rate_count WHERE name IN ('short', 'long')")
    again = await counts.incr("short", 60)
    await counts.clear("long")
    cleared = await counts.get("long")
    await pool.close()

    assert (ended, running, left, again, cleared) == (0, 5, 1, 1, 0)


@pytest.mark.parametrize("bad", ["", "many", "0/minute", "5/fortnight"])
async def test_a_limit_that_is_none_stops_the_start(open_with: OpenGateway, bad: str) -> None:
    with pytest.raises(ValueError, match="request_rate_limit"):
        async with open_with(request_rate_limit=bad):
            pass
