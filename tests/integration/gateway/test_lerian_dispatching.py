"""Lerian's dispatch and callback at the public door."""

from typing import Any

import pytest

from integration.gateway.conftest import Gateway
from integration.gateway.test_lerian_work import OPEN, PATH

TOLD = OPEN | {
    "external_system": "JIRA",
    "external_issue_id": None,
    "updated_at": "2026-01-09T08:30:00.123456Z",
}
ISSUE = {"externalSystem": "JIRA", "externalIssueId": "RECON-1", "status": "OPEN"}


@pytest.mark.parametrize("issue", [None, "RECON-1"])
async def test_a_dispatch_is_acknowledged_once_its_issue_is_known(
    gateway: Gateway, issue: str | None
) -> None:
    told = TOLD | {"external_issue_id": issue}
    gateway.exceptions.answer("POST", "/internal/breaks/71/dispatch", told)

    answer = await gateway.ask(
        "POST",
        PATH + "/dispatch",
        json={"targetSystem": "JIRA", "queue": "A"},
        headers={"if-match": '"3"'},
    )

    (call,) = gateway.exceptions.calls
    assert call.json == {"target_system": "JIRA", "queue": "A"}
    assert call.headers["if-match"] == '"3"'
    named = {} if issue is None else {"externalReference": issue}
    assert answer.json() == named | {
        "exceptionId": PATH.rpartition("/")[2],
        "target": "JIRA",
        "acknowledged": issue is not None,
        "dispatchedAt": "2026-01-09T08:30:00.123Z",
    }
    assert answer.headers["etag"] == '"4"'


async def test_a_callback_is_passed_on_without_what_is_not_kept(gateway: Gateway) -> None:
    gateway.exceptions.answer("POST", "/internal/breaks/71/callback", TOLD)
    more = {"callbackType": "status_update", "payload": {"key": [1]}, "assignee": None}
    notes = {"resolutionNotes": "paid", "dueAt": "2026-01-09T00:00:00Z"}

    answer = await gateway.ask("POST", PATH + "/callback", json=ISSUE | more | notes)

    (call,) = gateway.exceptions.calls
    assert (answer.status_code, answer.json()) == (200, {"status": "accepted"})
    assert call.json == {
        "external_system": "JIRA",
        "external_issue_id": "RECON-1",
        "status": "OPEN",
        "resolution_notes": "paid",
        "due_at": "2026-01-09T00:00:00Z",
    }


@pytest.mark.parametrize(
    ("what", "body", "path"),
    [
        ("dispatch", {}, "$.targetSystem"),
        ("dispatch", {"targetSystem": "EMAIL"}, "$.targetSystem"),
        ("dispatch", {"targetSystem": "JIRA", "queue": "x" * 256}, "$.queue"),
        ("callback", ISSUE | {"externalIssueId": " "}, "$.externalIssueId"),
        ("callback", ISSUE | {"status": "assigned"}, "$"),
        ("callback", ISSUE | {"dueAt": "tomorrow"}, "$.dueAt"),
        ("callback", ISSUE | {"issue": 1}, "$.issue"),
    ],
)
async def test_a_bad_body_is_400(
    gateway: Gateway, what: str, body: dict[str, Any], path: str
) -> None:
    answer = await gateway.ask("POST", f"{PATH}/{what}", json=body)

    assert (answer.status_code, answer.json()["code"]) == (400, "validation_failed")
    assert [error["path"] for error in answer.json()["errors"]] == [path]
    assert gateway.exceptions.calls == []
