"""Whose Lerian's exceptions are, and what is said about them, as the gateway tells it."""

from typing import Any

import pytest

from integration.gateway.conftest import Gateway
from integration.gateway.test_force_match import BREAK
from tieout_contracts.ids import Kind, uuid_of

PATH = f"/v1/exceptions/{uuid_of(Kind.BREAK, 71)}"
OPEN = BREAK | {"status": "ASSIGNED", "assigned_to": "ann@example.com", "version": 4}


def said(account_id: int, **changes: Any) -> dict[str, Any]:
    comment = {"id": 9, "break_id": 71, "account_id": account_id, "content": "seen"}
    return comment | {"created_at": "2026-01-08T00:00:10.123456Z"} | changes


async def account_of(gateway: Gateway) -> int:
    """Ask with the key, and see as whom the owner was asked."""
    await gateway.ask("GET", PATH)
    return int(gateway.exceptions.calls.pop().headers["tieout-account"])


async def test_an_assigned_exception_shows_whose_it_is(gateway: Gateway) -> None:
    gateway.exceptions.answer(
        "POST", "/internal/breaks/71/assign", OPEN, x_idempotency_replayed="true"
    )

    answer = await gateway.ask(
        "POST",
        PATH + "/assign",
        json={"assignee": "ann@example.com"},
        headers={"if-match": '"3"', "idempotency-key": '"k"', "x-request-id": "r-1"},
    )

    (call,) = gateway.exceptions.calls
    assert call.json == {"assignee": "ann@example.com"}
    sent = ("if-match", "x-idempotency-key", "x-request-id")
    assert [call.headers[name] for name in sent] == ['"3"', "k", "r-1"]
    answered = ("etag", "x-idempotency-replayed", "x-request-id")
    assert [answer.headers[name] for name in answered] == ['"4"', "true", "r-1"]
    assert (answer.json()["status"], answer.json()["assignedTo"]) == ("ASSIGNED", "ann@example.com")


async def test_unassign_needs_no_body(gateway: Gateway) -> None:
    gateway.exceptions.answer("POST", "/internal/breaks/71/unassign", BREAK | {"status": "OPEN"})

    answer = await gateway.ask("POST", PATH + "/unassign")

    assert (answer.status_code, answer.headers["x-idempotency-replayed"]) == (200, "false")
    assert "assignedTo" not in answer.json()


async def test_a_comment_names_who_said_it(gateway: Gateway) -> None:
    account_id = await account_of(gateway)
    gateway.exceptions.answer("POST", "/internal/breaks/71/comments", said(account_id), 201)

    answer = await gateway.ask("POST", PATH + "/comments", json={"content": "seen"})

    assert answer.status_code == 201
    assert answer.json() == {
        "id": str(uuid_of(Kind.COMMENT, 9)),
        "exceptionId": str(uuid_of(Kind.BREAK, 71)),
        "author": answer.json()["author"],
        "content": "seen",
        "createdAt": "2026-01-08T00:00:10.123Z",
        "updatedAt": "2026-01-08T00:00:10.123Z",
    }
    assert answer.json()["author"]


async def test_comments_come_in_pages(gateway: Gateway) -> None:
    listed = {"data": [said(account_of_nobody())], "next_cursor": "aWQ6OQ==", "limit": 1}
    gateway.exceptions.answer("GET", "/internal/breaks/71/comments", listed)

    answer = await gateway.ask("GET", PATH + "/comments", params={"limit": 1})

    told = answer.json()
    assert (told["limit"], told["hasMore"], told["nextCursor"]) == (1, True, "aWQ6OQ==")
    assert "author" not in told["items"][0]


def account_of_nobody() -> int:
    return 2**40


@pytest.mark.parametrize(
    ("what", "body", "path"),
    [
        ("assign", {}, "$.assignee"),
        ("assign", {"assignee": "\u2003"}, "$.assignee"),
        ("assign", {"assignee": "x" * 256}, "$.assignee"),
        ("assign", {"assignee": ["ann@example.com"]}, "$.assignee"),
        ("assign", {"assignee": "a", "assignedTo": "b"}, "$.assignedTo"),
        ("comments", {"content": ""}, "$.content"),
        ("comments", {"content": "x" * 5001}, "$.content"),
    ],
)
async def test_a_bad_body_is_400(
    gateway: Gateway, what: str, body: dict[str, Any], path: str
) -> None:
    answer = await gateway.ask("POST", f"{PATH}/{what}", json=body)

    assert (answer.status_code, answer.json()["code"]) == (400, "validation_failed")
    assert [error["path"] for error in answer.json()["errors"]] == [path]
    assert gateway.exceptions.calls == []
