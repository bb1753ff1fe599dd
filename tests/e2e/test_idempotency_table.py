"""The table of idempotency, row by row, on every write of the document (semantics, section 9)."""

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import httpx2
import pytest

from e2e.openapi_requests import Operation, operations_of
from e2e.writes.rounds import (
    KEY,
    KEYED,
    Answers,
    Rounds,
    another,
    in_body,
    of_nothing,
    unreadable,
)
from e2e.writes.work_writes import another_key
from e2e.writes.world import rounds_of
from fixtures.public_api import PublicApi, new_organization, until
from fixtures.stack import RunningStack

ShowTable: TypeAlias = Callable[[Sequence[Sequence[object]]], None]
# They change nothing, so there is no effect to have once: a POST because they take a body.
WITHOUT_EFFECT = {
    "POST /v1/data_streams/{key}/imports/preview",
    "POST /v1/reconciliation_rules/backtest",
}
# Answered with what was begun as it stands, which goes on: the same object, not the same bytes.
GOES_ON = {
    "POST /v1/data_streams/{key}/imports",
    "POST /v1/data_streams/{key}/reset",
    "POST /v1/records/bulk",
    "POST /v1/bulk_requests/{id}/retry",
}
# One key for each organisation: a used one is answered with its request, whatever is sent with it.
OF_ORGANIZATION = {"POST /v1/records/bulk"}
# Two services have a part in them; what the first did is found again, by its identity.
IN_PARTS = {
    "DELETE /v1/ledgers/reconciliation/runs/{runID}/sources/{fileID}",
    "POST /v1/ledgers",
    "POST /v1/payment-intents",
    *(f"POST /v1/evidence/{kind}" for kind in ("bank", "chain", "file", "provider")),
}
KEY_IN_BODY = {
    "POST /v1/ledgers/reconciliation/runs",
    "POST /v1/ledgers/reconciliation/runs/{runID}/sources/upload",
}
BAD_KEY = {(400, "invalid_idempotency_key")}
BAD_KEYS = {
    "empty": [("x-idempotency-key", "")],
    "too long": [("x-idempotency-key", "k" * 256)],
    "not printable": [("idempotency-key", "a\tb")],
    "two keys": [("x-idempotency-key", "one"), ("idempotency-key", "two")],
}
OTHER_KEY = [("x-idempotency-key", "another")]
SPELLINGS = [
    [("idempotency-key", KEY)],
    [("idempotency-key", f'"{KEY}"'), *KEYED],
]


# Rounds in which nothing executes.
SILENT = {
    "bad key",
    "of nothing",
    "unreadable",
    "again",
    "spelled",
    "other",
    "running",
    "in body",
    "two keys",
}


@dataclass(frozen=True, kw_only=True)
class Told:
    """What was answered in each round, in this order."""

    rounds: Rounds
    bad_key: Answers
    of_nothing: Answers
    unreadable: Answers
    broken: Answers
    first: Answers
    again: Answers
    spelled: list[Answers]
    in_body: Answers
    two_keys: Answers
    other: Answers
    running: Answers
    of_another_account: Answers
    of_stranger: Answers
    aged: Answers
    without_key: Answers


@pytest.fixture(scope="module")
async def operations(api: PublicApi) -> dict[str, Operation]:
    """Give the writes that the running gateway says it serves."""
    return {str(one): one for one in await operations_of(api.client) if one.method != "GET"}


@pytest.fixture(scope="module")
async def told(
    api: PublicApi,
    stack: RunningStack,
    operations: dict[str, Operation],
) -> AsyncIterator[Told]:
    """Send every write in every round."""
    async with (
        new_organization(stack, "Another") as stranger,
        rounds_of(api, stack.postgres_url, operations) as rounds,
        rounds_of(stranger, stack.postgres_url, operations) as theirs,
    ):
        account = [*KEYED, ("x-api-key", await another_key(api))]
        sent: dict[str, Answers] = {}
        sent["bad_key"] = await rounds.send("bad key", *BAD_KEYS.values())
        sent["of_nothing"] = await rounds.send("of nothing", KEYED, of=of_nothing)
        sent["unreadable"] = await rounds.send("unreadable", KEYED, of=unreadable)
        async with rounds.broken():
            sent["broken"] = await rounds.send("broken", KEYED)
        sent["first"] = await rounds.send("first", KEYED, KEYED)
        sent["again"] = await rounds.send("again", KEYED)
        spelled = [await rounds.send("spelled", one) for one in SPELLINGS]
        sent["in_body"] = await rounds.send("in body", [], of=in_body)
        sent["two_keys"] = await rounds.send("two keys", OTHER_KEY, of=in_body)
        sent["other"] = await rounds.send("other", KEYED, of=another)
        async with rounds.running():
            sent["running"] = await rounds.send("running", KEYED)
        sent["of_another_account"] = await rounds.send("another account", account)
        sent["of_stranger"] = await theirs.send("stranger", KEYED)
        await rounds.age()
        sent["aged"] = await rounds.send("aged", KEYED, of=another)
        sent["without_key"] = await rounds.send("without key", [], [])
        yield Told(rounds=rounds, spelled=spelled, **sent)


def test_every_write_of_the_document_is_sent(
    told: Told, operations: dict[str, Operation], show_table: ShowTable
) -> None:
    answers = sum(len(found) for found in told.first.values())
    show_table([("writes", "sent"), (len(told.first), answers)])

    assert set(told.first) == set(operations) - WITHOUT_EFFECT
    assert {name for name, one in told.rounds.writes.items() if one.other is None} == {
        name for name, one in operations.items() if not _says_something(one)
    } & set(told.first)


def test_a_new_key_executes_once_however_often_it_is_sent_at_once(told: Told) -> None:
    def fault(answers: list[httpx2.Response]) -> bool:
        executed = [one for one in answers if one.is_success and _replayed(one) == "false"]
        others = [one for one in answers if one not in executed]
        return len(executed) != 1 or not all(
            _is_running(one) or (one.is_success and _replayed(one) == "true") for one in others
        )

    assert _faults(told.first, fault) == []


def test_the_same_request_again_is_answered_byte_for_byte_as_at_first(told: Told) -> None:
    wrong = []
    for name, (again,) in told.again.items():
        first = next(one for one in told.first[name] if _replayed(one) == "false")
        same = _id_of(first) == _id_of(again) if name in GOES_ON else first.content == again.content
        if (again.status_code, _replayed(again), same) != (first.status_code, "true", True):
            wrong.append((name, _said(first), _said(again)))

    assert wrong == []


def test_either_header_and_both_spell_the_same_key(told: Told) -> None:
    for answers in told.spelled:
        assert _faults(answers, lambda all_: _replayed(all_[0]) != "true") == []


def test_a_key_in_the_body_is_the_same_key_and_not_part_of_what_is_asked(told: Told) -> None:
    assert _faults(told.in_body, lambda all_: _replayed(all_[0]) != "true") == []
    assert _faults(told.two_keys, lambda all_: _refusal(all_) != BAD_KEY) == []
    assert set(told.in_body) == set(told.two_keys) == KEY_IN_BODY


def test_a_key_used_with_another_request_is_refused(told: Told) -> None:
    refused = {name: found for name, found in told.other.items() if name not in OF_ORGANIZATION}

    assert _faults(refused, lambda all_: _refusal(all_) != {(422, "idempotency_key_reused")}) == []
    assert {_replayed(told.other[name][0]) for name in OF_ORGANIZATION} == {"true"}


def test_a_request_that_is_still_running_is_a_conflict_with_a_time_to_wait(told: Told) -> None:
    assert _faults(told.running, lambda all_: not all(map(_is_running, all_))) == []


def test_what_ended_with_4xx_is_not_kept(told: Told) -> None:
    assert _faults(told.of_nothing, lambda all_: _refusal(all_) != {(404, "not_found")}) == []
    assert _faults(told.unreadable, lambda all_: all_[0].status_code not in (400, 422)) == []


def test_what_ended_with_5xx_had_no_effect_and_is_not_kept(told: Told) -> None:
    """The same requests then execute: in the round of first requests."""
    assert _faults(told.broken, lambda all_: all_[0].status_code != 503) == []


def test_another_organisations_same_key_is_another_key(told: Told) -> None:
    def fault(answers: list[httpx2.Response]) -> bool:
        return not answers[0].is_success or _replayed(answers[0]) != "false"

    assert _faults(told.of_stranger, fault) == []


def test_another_accounts_same_key_is_another_key(told: Told) -> None:
    """What was done already may be refused; it is no replay."""
    others = {
        name: one for name, one in told.of_another_account.items() if name not in OF_ORGANIZATION
    }

    assert _faults(others, lambda all_: _is_used(all_[0])) == []


def test_after_seven_days_a_key_is_new(told: Told) -> None:
    assert _faults(told.aged, lambda all_: _is_used(all_[0])) == []


def test_without_a_key_nothing_is_a_replay(told: Told) -> None:
    def fault(answers: list[httpx2.Response]) -> bool:
        return any(one.is_success and _replayed(one) != "false" for one in answers)

    assert _faults(told.without_key, fault) == []


@pytest.mark.parametrize("bad", BAD_KEYS)
def test_a_key_that_is_none_is_refused_before_anything_else(told: Told, bad: str) -> None:
    nth = list(BAD_KEYS).index(bad)
    found = {name: [all_[nth]] for name, all_ in told.bad_key.items()}

    assert _faults(found, lambda all_: _refusal(all_) != BAD_KEY) == []


async def test_only_what_executed_is_told_to_the_audit_and_by_its_request(told: Told) -> None:
    async def told_of() -> dict[str, set[str]]:
        entries = await told.rounds.api.all_of("/v1/audit_entries", limit=200)
        found: dict[str, set[str]] = defaultdict(set)
        for called, _, name in (one.get("request_id", "").partition(": ") for one in entries):
            found[called].add(name)
        return found

    rounds = await until(told_of, lambda found: found["first"] == set(told.first))

    assert rounds["broken"] <= IN_PARTS
    assert set(rounds) & SILENT == set()


def _says_something(operation: Operation) -> bool:
    queries = [one for one in operation.described["parameters"] if one.get("in") == "query"]
    return "requestBody" in operation.described or bool(queries)


def _faults(
    answers: Answers, is_one: Callable[[list[httpx2.Response]], bool]
) -> list[tuple[str, list[str]]]:
    return [(name, [_said(one) for one in all_]) for name, all_ in answers.items() if is_one(all_)]


def _said(answer: httpx2.Response) -> str:
    return f"{answer.status_code} replayed {_replayed(answer)}: {answer.text:.300}"


def _replayed(answer: httpx2.Response) -> str | None:
    return answer.headers.get("x-idempotency-replayed")


def _code(answer: httpx2.Response) -> str | None:
    return None if answer.is_success else answer.json()["code"]


def _is_used(answer: httpx2.Response) -> bool:
    return _replayed(answer) == "true" or _code(answer) == "idempotency_key_reused"


def _refusal(answers: list[httpx2.Response]) -> set[tuple[int, str | None]]:
    return {(one.status_code, _code(one)) for one in answers}


def _is_running(answer: httpx2.Response) -> bool:
    waits = answer.headers.get("retry-after")
    return _refusal([answer]) == {(409, "request_in_progress")} and waits == "1"


def _id_of(answer: httpx2.Response) -> Any:
    return answer.json()["id"]
