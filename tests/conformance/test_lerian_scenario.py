"""A Lerian caller's day, through the routes alone, on a real bank statement."""

import json
from pathlib import Path
from typing import Any

import pytest

from conformance.seed_page import SeedPage
from fixtures.public_api import PublicApi, until

Json = dict[str, Any]
STATEMENT = "files/camt053/camt-to-coda__CAMT_053_2024-03-08.xml"
ENTRIES = 4
ANN = "ann@example.com"


@pytest.fixture(scope="module")
async def reconciliation(api: PublicApi, corpus: Path) -> int:
    """Give the statement against books in which nothing is written yet."""
    streams = [await api.stream(key, expected_days=366) for key in ("bank", "books")]
    number = await api.reconciliation("Bank to books", side_a=streams[:1], side_b=streams[1:])
    await api.rule(number, "amount", "reference")
    content = (corpus / STATEMENT).read_bytes()
    batch = await api.imported((await api.upload("bank", "statement.xml", content)).id)
    assert batch.accepted == ENTRIES
    await api.decided(number, ENTRIES)
    return number


async def entries(api: PublicApi, reconciliation: int) -> list[Json]:
    return await api.all_of(f"/v1/reconciliations/{reconciliation}/entries")


async def test_from_exceptions_to_a_force_match_and_back(
    api: PublicApi, reconciliation: int, lerian_page: SeedPage
) -> None:
    command = lerian_page.command
    for entry in await entries(api, reconciliation):
        path = f"/v1/reconciliations/{reconciliation}/records/{entry['id']}/mark_overdue"
        await api.post(path, {})

    listed = await until(
        lambda: api.all_of("/v1/exceptions", status="OPEN", limit=2),
        lambda found: len(found) == ENTRIES,
    )
    number = listed[0]["id"]
    path = f"/v1/exceptions/{number}"
    assigned = await api.post(f"{path}/assign", {"assignee": ANN})
    mine = await api.all_of("/v1/exceptions", assigned_to=ANN)
    said = await api.post(f"{path}/comments", {"content": "The bank was asked."})
    explained = await api.get(f"{path}/explanation")
    forced = await api.client.request(
        command.method,
        command.path.replace("{exceptionId}", number),
        content=command.body,
        headers={"content-type": command.headers["Content-Type"]},
    )

    assert (assigned["status"], assigned["assignedTo"]) == ("ASSIGNED", ANN)
    assert [one["id"] for one in mine] == [number]
    assert (await api.get(f"{path}/comments"))["items"] == [said]
    assert explained["status"] == "unmatched"
    assert (forced.status_code, forced.json()["status"]) == (200, "RESOLVED")

    matched = await until(
        lambda: entries(api, reconciliation),
        lambda found: any(one["status"] == "reconciled" for one in found),
    )
    (match,) = [one for one in matched if one["status"] == "reconciled"]
    await api.delete(f"/v1/reconciliation_matches/{match['reconciliation_match_id']}")
    reopened = await until(lambda: api.get(path), lambda one: one["status"] == "OPEN")

    assert (reopened["id"], reopened["transactionId"]) == (number, listed[0]["transactionId"])
    assert not any(name.startswith("resolution") for name in reopened)
    assert "assignedTo" not in reopened


async def test_above_the_limit_somebody_else_has_to_agree(
    api: PublicApi, lerian_page: SeedPage
) -> None:
    (first, *_) = await api.all_of("/v1/exceptions", status="OPEN")
    path = f"/v1/exceptions/{first['id']}"
    boss = await api.post("/v1/users", {"kind": "service", "name": "the controller"})
    approves = {"name": "approvals", "scopes": ["approve"], "user_id": boss["id"]}
    key = (await api.post("/v1/api_keys", approves))["key"]
    limits = {"limits": [{"currency": "EUR", "amount": "0.00"}]}
    assert (await api.client.put("/v1/approval_limits", json=limits)).json() == limits

    waiting = await api.post(f"{path}/force-match", json.loads(lerian_page.command.body))
    shown = await api.get(path)
    own = await api.client.post(f"{path}/approve", json={})
    agreed = await api.client.post(f"{path}/approve", json={}, headers={"x-api-key": key})

    assert waiting["status"] == "PENDING_RESOLUTION"
    asked = shown["pendingResolution"]
    assert (asked["awaitingApproval"], asked["reason"]) == (True, "BUSINESS_DECISION")
    assert (own.status_code, own.json()["code"]) == (403, "four_eyes_required")
    assert (agreed.status_code, agreed.json()["status"]) == (200, "RESOLVED")
    assert (await api.client.put("/v1/approval_limits", json={"limits": []})).is_success


async def test_the_rest_is_worked_off_in_one_request(api: PublicApi) -> None:
    open_ones = [one["id"] for one in await api.all_of("/v1/exceptions", status="OPEN")]

    assigned = await api.post(
        "/v1/exceptions/bulk/assign", {"exceptionIds": open_ones, "assignee": ANN}
    )
    resolved = await api.post(
        "/v1/exceptions/bulk/resolve", {"exceptionIds": open_ones, "resolution": "ACCEPTED"}
    )

    assert (assigned["succeeded"], assigned["failed"]) == (open_ones, [])
    assert (resolved["succeeded"], resolved["failed"]) == (open_ones, [])
    assert len(open_ones) == ENTRIES - 1
    assert await api.all_of("/v1/exceptions", status="OPEN") == []
