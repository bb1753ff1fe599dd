"""Four eyes: what is above the organisation's limit waits for another actor."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from integration.exceptions.break_reads import audited
from integration.exceptions.conftest import Rig
from integration.exceptions.force_calls import asked, force, one_late, statuses

BOSS = {"tieout-account": "4"}
LIMIT = {"limits": [{"currency": "EUR", "amount": "1249.99"}]}


async def limit(rig: Rig, body: dict[str, Any] | None = None, **headers: str) -> httpx2.Response:
    return await rig.call("PUT", "/approval_limits", json=body or LIMIT, headers=headers)


async def review(
    rig: Rig, break_id: int, what: str, notes: str | None = None, **headers: str
) -> httpx2.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = {} if notes is None else {"notes": notes}
    path = f"/breaks/{break_id}/{what}"
    return await rig.call("POST", path, json=body, headers=BOSS | named)


async def waiting_one(rig: Rig, key: str | None = None) -> int:
    """Have a break of 1,250.00 EUR wait for approval."""
    await limit(rig)
    break_id = await one_late(rig)
    assert (await force(rig, break_id, key)).json()["status"] == "PENDING_RESOLUTION"
    return break_id


async def test_above_the_limit_nothing_is_matched_until_another_approves(rig: Rig) -> None:
    break_id = await waiting_one(rig)

    untouched = asked(rig, "force-match")
    approved = await review(rig, break_id, "approve", "seen the letter")

    assert untouched == []
    assert (approved.status_code, approved.json()["status"]) == (200, "RESOLVED")
    assert approved.json()["resolution_type"] == "FORCE_MATCH"
    assert approved.headers["x-idempotency-replayed"] == "false"
    assert [new for _, new in await statuses(rig)] == ["OPEN", "PENDING_RESOLUTION", "RESOLVED"]
    kept = await rig.worker.fetchrow("SELECT * FROM operation")
    assert (kept["account_id"], kept["reviewed_by"], kept["review_notes"]) == (
        3,
        4,
        "seen the letter",
    )


async def test_who_approves_sees_what_was_asked_and_by_whom(rig: Rig) -> None:
    break_id = await waiting_one(rig)

    shown = (await rig.json(f"/breaks/{break_id}"))["pending"]
    await review(rig, break_id, "approve")

    assert {name: shown[name] for name in ("type", "reason", "notes", "account_id")} == {
        "type": "FORCE_MATCH",
        "reason": "BUSINESS_DECISION",
        "notes": "Agreed with the bank",
        "account_id": 3,
    }
    assert (shown["awaiting_approval"], shown["residual_treatment"]) == (True, "write_off")
    assert "pending" not in await rig.json(f"/breaks/{break_id}")


async def test_the_limit_itself_is_not_above_it(rig: Rig) -> None:
    await limit(rig, {"limits": [{"currency": "EUR", "amount": "1250"}]})
    break_id = await one_late(rig)

    assert (await force(rig, break_id)).json()["status"] == "RESOLVED"


async def test_other_currencies_and_organisations_have_no_limit(rig: Rig) -> None:
    await limit(rig, {"limits": [{"currency": "USD", "amount": "0"}]})
    await limit(rig, LIMIT, **{"tieout-organization": "8"})
    break_id = await one_late(rig)

    assert (await force(rig, break_id)).json()["status"] == "RESOLVED"


async def test_who_asked_can_neither_approve_nor_refuse(rig: Rig) -> None:
    break_id = await waiting_one(rig)

    answers = [await review(rig, break_id, what, tieout_account="3") for what in
               ("approve", "refuse")]  # fmt: skip

    assert {(one.status_code, one.json()["code"]) for one in answers} == {
        (403, "four_eyes_required")
    }
    assert (await rig.one_break())["status"] == "PENDING_RESOLUTION"


async def test_refused_the_break_goes_back_and_the_key_is_free_again(rig: Rig) -> None:
    break_id = await waiting_one(rig, "k1")

    refused = await review(rig, break_id, "refuse", "not without the letter")
    again = await force(rig, break_id, "k1")

    assert (refused.status_code, refused.json()["status"]) == (200, "OPEN")
    (told,) = [one for _, one in await rig.events() if one["type"] == "break.resolution_refused"]
    assert (told["code"], told["message"]) == (
        "approval_refused",
        "not approved: not without the letter",
    )
    assert (again.json()["status"], again.headers["x-idempotency-replayed"]) == (
        "PENDING_RESOLUTION",
        "false",
    )
    assert asked(rig, "force-match") == []


async def test_a_retry_of_the_request_joins_what_waits_and_gets_its_answer(rig: Rig) -> None:
    break_id = await waiting_one(rig, "k1")

    joined = await force(rig, break_id, "k1")
    approved = await review(rig, break_id, "approve", x_idempotency_key="a1")
    after = await force(rig, break_id, "k1")
    approved_again = await review(rig, break_id, "approve", x_idempotency_key="a1")

    assert (joined.json()["status"], joined.headers["x-idempotency-replayed"]) == (
        "PENDING_RESOLUTION",
        "true",
    )
    assert after.content == approved.content == approved_again.content
    assert approved_again.headers["x-idempotency-replayed"] == "true"
    assert len(asked(rig, "force-match")) == 1


async def test_fifty_approvals_at_once_make_one_match(rig: Rig) -> None:
    break_id = await waiting_one(rig)

    answers = await asyncio.gather(*(review(rig, break_id, "approve") for _ in range(50)))

    assert Counter(one.status_code for one in answers) == {200: 1, 422: 49}
    assert len(rig.matcher.operations) == 1


async def test_what_awaits_approval_is_never_resumed_and_what_is_approved_is(rig: Rig) -> None:
    break_id = await waiting_one(rig)
    rig.clock.now += timedelta(days=1)

    resumed = [await rig.resumer.resume_due()]
    rig.matcher.down = True
    approved = await review(rig, break_id, "approve")
    rig.matcher.down = False
    rig.clock.now += timedelta(minutes=5)
    resumed.append(await rig.resumer.resume_due())

    assert resumed == [0, 1]
    assert approved.json()["status"] == "PENDING_RESOLUTION"
    assert (await rig.one_break())["status"] == "RESOLVED"


async def test_a_refusal_of_the_matcher_reaches_who_approved(rig: Rig) -> None:
    break_id = await waiting_one(rig, "k1")
    rig.matcher.refusal = {"status": "refused", "code": "currency_mismatch", "message": "no"}

    answer = await review(rig, break_id, "approve", x_idempotency_key="a1")

    assert (answer.status_code, answer.json()["code"]) == (422, "currency_mismatch")
    assert (await rig.one_break())["status"] == "OPEN"
    assert await rig.worker.fetchval("SELECT count(*) FROM idempotency_key") == 0


async def test_matched_meanwhile_there_is_nothing_to_review(rig: Rig) -> None:
    break_id = await waiting_one(rig, "k1")
    rig.log.arrive(2)
    match_id = rig.log.match(1, 2)
    await rig.deliver()

    answers = [await review(rig, break_id, what) for what in ("approve", "refuse")]
    retried = await force(rig, break_id, "k1")

    assert {(one.status_code, one.json()["code"]) for one in [*answers, retried]} == {
        (422, "exception_invalid_state")
    }
    rig.log.revoke(match_id)
    await rig.deliver()
    fresh = await force(rig, break_id, "k1")
    assert (fresh.json()["status"], fresh.headers["x-idempotency-replayed"]) == (
        "PENDING_RESOLUTION",
        "false",
    )
    states = await rig.worker.fetch("SELECT state FROM operation ORDER BY id")
    assert [one["state"] for one in states] == ["refused", "awaiting_approval"]


@pytest.mark.parametrize("what", ["approve", "refuse"])
async def test_without_anything_that_waits_it_is_422_and_unknown_404(rig: Rig, what: str) -> None:
    break_id = await one_late(rig)

    answers = [
        await review(rig, break_id, what),
        await review(rig, break_id + 1, what),
        await review(rig, break_id, what, tieout_organization="8"),
        await review(rig, break_id, what, if_match='"7"'),
        await review(rig, break_id, what, notes=" "),
    ]

    assert [one.status_code for one in answers] == [422, 404, 404, 412, 422]


async def test_limits_are_replaced_whole_and_shown_as_they_were_set(rig: Rig) -> None:
    two = {
        "limits": [
            {"currency": "EUR", "amount": "10000.00"},
            {"currency": "USDC", "amount": "0.000001"},
        ]
    }

    first = await limit(rig, two, **{"x-idempotency-key": "k"})
    replayed = await limit(rig, two, **{"x-idempotency-key": "k"})
    shown = await rig.json("/approval_limits")
    await limit(rig, {"limits": []})

    assert first.json() == shown == two
    assert replayed.headers["x-idempotency-replayed"] == "true"
    assert await rig.json("/approval_limits") == {"limits": []}


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ([{"currency": "EUR", "amount": "-1"}], "$.limits[0].amount"),
        ([{"currency": "EUR", "amount": 1}], "$.limits[0].amount"),
        ([{"currency": "eur", "amount": "1"}], "$.limits[0].currency"),
        (
            [{"currency": "EUR", "amount": "1"}, {"currency": "EUR", "amount": "2"}],
            "$.limits[1].currency",
        ),
    ],
)
async def test_wrong_limits_are_refused(rig: Rig, wrong: list[dict[str, Any]], path: str) -> None:
    await limit(rig)

    answer = await limit(rig, {"limits": wrong})

    assert (answer.status_code, [one["path"] for one in answer.json()["errors"]]) == (422, [path])
    assert await rig.json("/approval_limits") == LIMIT


async def test_who_approved_and_what_limits_were_is_told(rig: Rig) -> None:
    break_id = await waiting_one(rig)
    await limit(rig, {"limits": []})
    await review(rig, break_id, "approve")

    told = [(one["action"].split("/")[-1], one["account_id"], one.get("before"))
            for one in await audited(rig)]  # fmt: skip

    assert told == [
        ("approval_limits", 3, {"limits": []}),
        ("force-match", 3, None),
        ("approval_limits", 3, LIMIT),
        ("approve", 4, None),
    ]
