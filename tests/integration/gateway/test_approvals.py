"""Four eyes and bulk work on Lerian's exceptions, as the gateway tells them."""

from typing import Any

import pytest

from integration.gateway.conftest import Gateway
from integration.gateway.test_force_match import BREAK
from tieout_contracts.ids import Kind, uuid_of

IDS = [str(uuid_of(Kind.BREAK, number)) for number in (71, 72, 73)]
PATH = f"/v1/exceptions/{IDS[0]}"
WAITING = {name: value for name, value in BREAK.items() if not name.startswith("resolution")} | {
    "status": "PENDING_RESOLUTION"
}


async def test_who_approves_is_shown_what_was_asked(gateway: Gateway) -> None:
    await gateway.ask("GET", PATH)
    account = int(gateway.exceptions.calls[0].headers["tieout-account"])
    pending = {
        "type": "ADJUST_ENTRY",
        "reason": "FEE",
        "notes": "n",
        "account_id": account,
        "requested_at": "2026-01-08T00:00:10.5Z",
        "awaiting_approval": True,
        "counterpart_record_ids": [502],
        "residual_treatment": "write_off",
        "amount": "-2.50",
        "currency": "EUR",
        "effective_at": None,
    }
    gateway.exceptions.answer("GET", "/internal/breaks/71", WAITING | {"pending": pending})

    shown = (await gateway.ask("GET", PATH)).json()

    asked_by = shown["pendingResolution"].pop("requestedBy")
    assert isinstance(asked_by, str)
    assert shown["pendingResolution"] == {
        "type": "ADJUST_ENTRY",
        "reason": "FEE",
        "notes": "n",
        "requestedAt": "2026-01-08T00:00:10.500Z",
        "awaitingApproval": True,
        "counterpartTransactionIds": [str(uuid_of(Kind.RECORD, 502))],
        "amount": "-2.50",
        "currency": "EUR",
    }


@pytest.mark.parametrize("what", ["approve", "refuse"])
async def test_a_review_needs_the_scope_approve(gateway: Gateway, what: str) -> None:
    gateway.exceptions.answer("POST", f"/internal/breaks/71/{what}", BREAK)
    keys = {scope: await gateway.new_key(scope) for scope in ("act", "approve")}  # type: ignore[arg-type]  # they are scopes

    answers = [
        await gateway.ask("POST", f"{PATH}/{what}", json={}, headers={"x-api-key": key})
        for key in keys.values()
    ]

    assert [one.status_code for one in answers] == [403, 200]
    assert gateway.exceptions.calls[0].json == {}


async def test_who_asked_and_reviews_is_403(gateway: Gateway) -> None:
    gateway.exceptions.refuse("POST", "/internal/breaks/71/approve", 403, "four_eyes_required")

    answer = await gateway.ask("POST", f"{PATH}/approve", json={"notes": "fine"})

    assert (answer.status_code, answer.json()["code"]) == (403, "four_eyes_required")


async def test_limits_are_passed_on_as_plain_decimals(gateway: Gateway) -> None:
    kept = {"limits": [{"currency": "EUR", "amount": "10000.5"}]}
    gateway.exceptions.answer("PUT", "/internal/approval_limits", kept)

    answer = await gateway.ask(
        "PUT", "/v1/approval_limits", json={"limits": [{"currency": "eur", "amount": 10000.5}]}
    )

    assert gateway.exceptions.calls[0].json == kept == answer.json()
    assert answer.headers["x-idempotency-replayed"] == "false"


@pytest.mark.parametrize("amount", ["-1", -1, "x", True, None])
async def test_a_limit_that_is_none_is_400(gateway: Gateway, amount: Any) -> None:
    body = {"limits": [{"currency": "EUR", "amount": amount}]}

    answer = await gateway.ask("PUT", "/v1/approval_limits", json=body)

    assert answer.status_code == 400
    assert [error["path"] for error in answer.json()["errors"]] == ["$.limits[0].amount"]


async def test_bulk_work_answers_for_each(gateway: Gateway) -> None:
    results = [
        {"id": 71, "status": "RESOLVED"},
        {"id": 72, "code": "not_found", "error": "there is no such exception"},
        {"id": 73, "status": "PENDING_RESOLUTION"},
    ]
    gateway.exceptions.answer("POST", "/internal/breaks/bulk/resolve", {"results": results})

    answer = await gateway.ask(
        "POST", "/v1/exceptions/bulk/resolve", json={"exceptionIds": IDS, "resolution": "ACCEPTED"}
    )

    assert gateway.exceptions.calls[0].json == {
        "ids": [71, 72, 73],
        "override_reason": "ACCEPTED",
        "notes": None,
    }
    failed = {"code": "not_found", "error": "there is no such exception"}
    assert answer.json() == {
        "total": 3,
        "succeeded": IDS[:1],
        "failed": [{"exceptionId": IDS[1]} | failed],
        "pending": IDS[2:],
    }


async def test_bulk_assign_is_not_taken_for_an_exception_called_bulk(gateway: Gateway) -> None:
    results = [{"id": 71, "status": "ASSIGNED"}]
    gateway.exceptions.answer("POST", "/internal/breaks/bulk/assign", {"results": results})

    answer = await gateway.ask(
        "POST", "/v1/exceptions/bulk/assign", json={"exceptionIds": IDS[:1], "assignee": "a@b.c"}
    )

    assert answer.json() == {"total": 1, "succeeded": IDS[:1], "failed": []}


@pytest.mark.parametrize(
    "ids",
    [[], [71], ["71"], [str(uuid_of(Kind.RECORD, 71))], IDS[:1] * 101, IDS[0], None],
)
async def test_bulk_work_on_what_is_no_list_of_exceptions_is_400(
    gateway: Gateway, ids: Any
) -> None:
    body = {"exceptionIds": ids, "assignee": "a@b.c"}

    answer = await gateway.ask("POST", "/v1/exceptions/bulk/assign", json=body)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["path"].startswith("$.exceptionIds")
    assert gateway.exceptions.calls == []


async def test_an_exception_is_explained_as_its_entry_is(gateway: Gateway) -> None:
    gateway.exceptions.answer(
        "GET", "/internal/breaks/71", BREAK | {"reconciliation_id": 41, "record_id": 501}
    )
    gateway.matcher.refuse(
        "GET", "/internal/reconciliations/41/entries/501/explanation", 404, "not_found"
    )
    gateway.ingest.answer("GET", "/internal/streams", [])

    answer = await gateway.ask("GET", f"{PATH}/explanation")

    assert answer.status_code == 404
    assert [call.path for call in gateway.matcher.calls] == [
        "/internal/reconciliations/41/entries/501/explanation"
    ]
