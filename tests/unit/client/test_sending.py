import httpx2
import pytest

from tieout_client import (
    NO_RETRIES,
    ConflictError,
    InvalidRequestError,
    RateLimitedError,
    Retries,
    ServerError,
    UnreachableError,
    UnreadableAnswerError,
    answer_of,
)
from unit.client.doors import KEY, Door, Wire, problem, reply

USER = {
    "id": 7,
    "organization_id": 1,
    "kind": "service",
    "subject": "account:7",
    "email": None,
    "name": "payments",
    "created_at": "2026-01-05T09:00:00Z",
}


async def test_a_write_carries_a_key_of_its_own_and_the_same_on_each_attempt(door: Door) -> None:
    wire = Wire(
        replies=[problem(503, "unavailable"), httpx2.ConnectError("gone"), reply(201, USER)]
    )

    made = await door.ask(wire, lambda client: client.users.create(kind="service", name="payments"))

    assert made.id == 7
    assert wire.headers("x-idempotency-key") == ["key-1"] * 3
    assert wire.bodies == [b'{"name": "payments", "kind": "service"}'] * 3
    assert len(wire.calls) == 1


async def test_a_key_that_is_given_is_the_one_that_is_sent(door: Door) -> None:
    wire = Wire(replies=[reply(200, USER)])

    await door.ask(wire, lambda client: client.users.update(7, name="b", idempotency_key="mine"))

    assert wire.headers("x-idempotency-key") == ["mine"]


async def test_reading_carries_no_key_and_is_tried_again_all_the_same(door: Door) -> None:
    wire = Wire(replies=[httpx2.ReadTimeout("slow"), reply(502), reply(200, USER)])

    await door.ask(wire, lambda client: client.users.get(7))

    assert wire.headers("x-idempotency-key") == [None] * 3


async def test_every_call_names_who_asks_and_what_the_caller_calls_it(door: Door) -> None:
    wire = Wire(replies=[reply(200, USER)])

    await door.ask(wire, lambda client: client.users.get(7, request_id="mine-1"), organization_id=3)

    assert wire.headers("authorization") == [f"Bearer {KEY}"]
    assert wire.headers("x-organization-id") == ["3"]
    assert wire.headers("x-request-id") == ["mine-1"]


async def test_retry_after_is_waited_for_and_a_little_more(door: Door) -> None:
    wire = Wire(
        replies=[
            problem(429, "rate_limited", retry_after="7"),
            problem(409, "request_in_progress", retry_after="Mon, 05 Jan 2026 09:00:05 GMT"),
            reply(200, USER),
        ]
    )

    await door.ask(wire, lambda client: client.users.update(7, name="b"))

    assert wire.waits == [7 + 0.125, 5 + 0.125]


async def test_an_answer_cut_in_its_middle_is_asked_for_again(door: Door) -> None:
    def cut() -> object:
        yield b'{"id":'
        raise httpx2.ReadError("cut")

    async def cut_task() -> object:
        yield b'{"id":'
        raise httpx2.ReadError("cut")

    content = cut() if type(door).__name__ == "Threads" else cut_task()
    wire = Wire(replies=[httpx2.Response(200, content=content), reply(200, USER)])

    assert (await door.ask(wire, lambda client: client.users.update(7, name="b"))).id == 7
    assert wire.headers("x-idempotency-key") == ["key-1"] * 2


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (422, "idempotency_key_reused", InvalidRequestError),
        (409, "invalid_state", ConflictError),
        (500, "internal_error", ServerError),
    ],
)
async def test_what_would_be_refused_again_is_not_sent_again(
    door: Door, status: int, code: str, error: type[Exception]
) -> None:
    wire = Wire(replies=[problem(status, code, retry_after="1")])

    with pytest.raises(error):
        await door.ask(wire, lambda client: client.users.update(7, name="b"))

    assert wire.waits == []


async def test_attempts_are_bounded_by_their_number(door: Door) -> None:
    wire = Wire(replies=[problem(503, "unavailable")] * 3)

    with pytest.raises(ServerError):
        await door.ask(wire, lambda client: client.users.get(7), retries=Retries(attempts=3))

    assert len(wire.asked) == 3


async def test_a_wait_past_the_total_time_is_not_begun(door: Door) -> None:
    wire = Wire(replies=[problem(429, "rate_limited", retry_after="61")])

    with pytest.raises(RateLimitedError):
        await door.ask(wire, lambda client: client.users.get(7))

    assert wire.waits == []


async def test_what_cannot_be_reached_says_under_which_key_it_may_be_sent_again(door: Door) -> None:
    wire = Wire(replies=[httpx2.ConnectError("refused")])

    with pytest.raises(UnreachableError) as raised:
        await door.ask(wire, lambda client: client.users.update(7, name="b"), retries=NO_RETRIES)

    assert raised.value.idempotency_key == "key-1"


async def test_an_answer_tells_its_version_its_request_and_whether_it_was_replayed(
    door: Door,
) -> None:
    headers = {"etag": '"3"', "x_request_id": "r-1", "x_idempotency_replayed": "true"}
    wire = Wire(replies=[reply(200, USER, **headers)])

    told = await door.ask(wire, lambda client: client.users.update(7, name="b"))

    answer = answer_of(told)
    assert (answer.etag, answer.request_id, answer.replayed) == ('"3"', "r-1", True)
    assert told == told.model_copy(update={"name": told.name})


async def test_the_version_that_was_read_is_asked_for(door: Door) -> None:
    wire = Wire(replies=[reply(204)])

    await door.ask(wire, lambda c: c.reconciliation_exceptions.delete(5, if_match='"3"'))

    assert wire.headers("if-match") == ['"3"']


@pytest.mark.parametrize("body", [{"id": 7}, {"id": "no number"}, [USER]])
async def test_an_answer_of_another_shape_is_an_error_of_its_own(door: Door, body: object) -> None:
    wire = Wire(replies=[reply(200, body)])

    with pytest.raises(UnreadableAnswerError) as raised:
        await door.ask(wire, lambda client: client.users.get(7))

    assert raised.value.answer.status == 200


async def test_members_that_this_version_does_not_know_are_kept(door: Door) -> None:
    wire = Wire(replies=[reply(200, {**USER, "shoe_size": 43})])

    told = await door.ask(wire, lambda client: client.users.get(7))

    assert told.model_extra == {"shoe_size": 43}


@pytest.mark.parametrize("key", ["", ".", ".."])
async def test_a_key_that_would_name_another_path_is_not_sent(door: Door, key: str) -> None:
    wire = Wire(replies=[])

    with pytest.raises(ValueError, match="names nothing"):
        await door.ask(wire, lambda client: client.data_streams.delete(key))


async def test_a_key_is_one_part_of_the_path_whatever_is_in_it(door: Door) -> None:
    wire = Wire(replies=[problem(404, "not_found")])

    with pytest.raises(Exception, match="404"):
        await door.ask(wire, lambda client: client.data_streams.get("a/b?c#d e"))

    assert wire.asked[0].url.raw_path == b"/v1/data_streams/a%2Fb%3Fc%23d%20e"
