from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from tieout_client import Client
from unit.client.doors import Door, Wire, reply

Iterate = Callable[[Any], Any]
RUN = "000c0000-0000-87e0-8000-000000000051"


def _organization_user(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "organization_id": 1,
        "kind": "service",
        "subject": f"account:{number}",
        "email": None,
        "name": "n",
        "created_at": "2026-01-05T09:00:00Z",
    }


def _match(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "status": "accepted",
        "reconciliation_id": 41,
        "created_at": "2026-01-05T09:00:02Z",
        "record_count": 2,
        "kind": "exact",
        "record_ids": [1, 2],
        "adjustments": [],
    }


def _comment(number: int) -> dict[str, Any]:
    return {
        "id": f"00000000-0000-0000-0000-{number:012}",
        "exceptionId": "000a0000-0000-87e0-8000-000000000047",
        "content": "n",
        "authorEmail": "a@b.example",
        "createdAt": "2026-01-05T09:00:02Z",
        "updatedAt": "2026-01-05T09:00:02Z",
    }


def _account(number: int) -> dict[str, Any]:
    return {
        "id": str(number),
        "ledger_id": RUN,
        "name": None,
        "currency": "EUR",
        "unreconciled_count": 0,
    }


def _by_cursor(items: list[Any], cursor: str | None) -> dict[str, Any]:
    return {"data": items, "next_cursor": cursor, "limit": 2}


def _by_lerian_cursor(items: list[Any], cursor: str | None) -> dict[str, Any]:
    told = {"items": items, "limit": 2, "hasMore": cursor is not None}
    return told if cursor is None else {**told, "nextCursor": cursor}


def _by_offset(items: list[Any], more: str | None) -> dict[str, Any]:
    return {"data": items, "has_more": more is not None, "offset": 0, "total_count": 5}


def _by_corebanq_offset(items: list[Any], more: str | None) -> dict[str, Any]:
    return {"data": items, "total": 5, "total_unfiltered": 5, "has_more": more is not None}


KINDS = [
    (lambda c: c.users.iterate(limit=2, kind="service"), _by_cursor, _organization_user, "cursor"),
    (lambda c: c.lerian.comments.iterate(RUN, limit=2), _by_lerian_cursor, _comment, "cursor"),
    (lambda c: c.reconciliation_matches.iterate(limit=2), _by_offset, _match, "offset"),
    (lambda c: c.corebanq.ledgers.iterate_accounts(limit=2), _by_corebanq_offset, _account,
     "offset"),
]  # fmt: skip


@pytest.mark.parametrize(("iterate", "page", "item", "place"), KINDS)
async def test_a_list_is_read_to_its_end_whatever_its_pages_are(
    door: Door, iterate: Iterate, page: Any, item: Any, place: str
) -> None:
    replies = [
        reply(200, page([item(1), item(2)], "a")),
        reply(200, page([item(3), item(4)], "b")),
        reply(200, page([item(5)], None)),
    ]
    wire = Wire(replies=list(replies))

    found = await door.ask(wire, iterate)

    assert [str(one.id)[-1] for one in found] == ["1", "2", "3", "4", "5"]
    onward = [one.url.params.get(place) for one in wire.asked]
    assert onward == ([None, "a", "b"] if place == "cursor" else [None, "2", "4"])
    assert [one.url.params["limit"] for one in wire.asked] == ["2"] * 3
    assert len({one.url.params.get("kind") for one in wire.asked}) == 1


async def test_a_page_of_nothing_that_promises_more_does_not_go_on_for_ever(door: Door) -> None:
    wire = Wire(replies=[reply(200, _by_offset([], "more"))])

    assert await door.ask(wire, lambda c: c.reconciliation_matches.iterate()) == []


async def test_an_empty_page_with_a_cursor_is_not_the_end(door: Door) -> None:
    pages = [_by_cursor([], "a"), _by_cursor([_organization_user(1)], None)]
    wire = Wire(replies=[reply(200, one) for one in pages])

    assert len(await door.ask(wire, lambda c: c.users.iterate())) == 1


def test_a_page_is_asked_for_when_it_is_needed_and_not_before() -> None:

    wire = Wire(replies=[reply(200, _by_cursor([_organization_user(1)], "a"))])
    http = httpx2.Client(transport=httpx2.MockTransport(wire.answer))

    with http, Client("http://t", "k", http=http) as client:
        first = next(client.users.iterate())

    assert first.id == 1
    assert len(wire.asked) == 1
