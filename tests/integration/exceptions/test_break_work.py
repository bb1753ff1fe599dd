"""Whose a break is, and what people say about it."""

import asyncio
from collections import Counter
from typing import Any

import httpx2
import pytest

from integration.exceptions.break_reads import audited
from integration.exceptions.conftest import Rig
from integration.exceptions.force_calls import force, one_late

ANN, BOB = "ann@example.com", "bob@example.com"


async def work(
    rig: Rig, break_id: int, what: str, body: dict[str, Any] | None = None, **headers: str
) -> httpx2.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await rig.call("POST", f"/breaks/{break_id}/{what}", json=body, headers=named)


async def assign(rig: Rig, break_id: int, assignee: str, **headers: str) -> httpx2.Response:
    return await work(rig, break_id, "assign", {"assignee": assignee}, **headers)


async def handed(rig: Rig) -> list[tuple[str | None, str, str | None]]:
    return [
        (one.get("old_status"), one["new_status"], one.get("assigned_to"))
        for _, one in await rig.events()
        if one["type"] == "break.changed"
    ]


async def test_who_is_given_a_break_has_it_until_it_is_taken_away(rig: Rig) -> None:
    break_id = await one_late(rig)

    given = await assign(rig, break_id, ANN)
    passed_on = await assign(rig, break_id, BOB)
    taken = await work(rig, break_id, "unassign")

    seen = [(one["status"], one["assigned_to"], one["version"]) for one in
            (given.json(), passed_on.json(), taken.json())]  # fmt: skip
    assert seen == [("ASSIGNED", ANN, 2), ("ASSIGNED", BOB, 3), ("OPEN", None, 4)]
    assert given.headers["x-idempotency-replayed"] == "false"
    assert taken.json() == await rig.one_break()
    assert await handed(rig) == [
        (None, "OPEN", None),
        ("OPEN", "ASSIGNED", ANN),
        ("ASSIGNED", "ASSIGNED", BOB),
        ("ASSIGNED", "OPEN", None),
    ]


async def test_the_same_again_changes_nothing(rig: Rig) -> None:
    break_id = await one_late(rig)
    first = await assign(rig, break_id, ANN)

    again = await assign(rig, break_id, ANN)
    await work(rig, break_id, "unassign")
    nobodys = await work(rig, break_id, "unassign")

    assert again.json() == first.json()
    assert (nobodys.status_code, nobodys.json()["version"]) == (200, 3)
    assert len(await handed(rig)) == 3


async def test_the_list_finds_what_somebody_has(rig: Rig) -> None:
    await rig.late(1, 3)
    ids = {one["record_id"]: one["id"] for one in (await rig.json("/breaks"))["data"]}
    await assign(rig, ids[3], ANN)

    found = (await rig.json("/breaks", assigned_to=ANN, status="ASSIGNED"))["data"]

    assert [one["record_id"] for one in found] == [3]


async def test_a_retry_is_answered_as_the_first_time(rig: Rig) -> None:
    break_id = await one_late(rig)

    answers = [await assign(rig, break_id, ANN, x_idempotency_key="k") for _ in range(2)]
    other = await assign(rig, break_id, BOB, x_idempotency_key="k")

    assert answers[0].content == answers[1].content
    assert [one.headers["x-idempotency-replayed"] for one in answers] == ["false", "true"]
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_what_waits_or_is_resolved_is_nobodys_to_give(rig: Rig) -> None:
    break_id = await one_late(rig)
    await assign(rig, break_id, ANN)
    rig.matcher.down = True
    await force(rig, break_id)

    waiting = [await assign(rig, break_id, BOB), await work(rig, break_id, "unassign")]
    rig.matcher.down = False
    await force_again(rig)
    resolved = [await assign(rig, break_id, BOB), await work(rig, break_id, "unassign")]

    answers = waiting + resolved
    assert {(one.status_code, one.json()["code"]) for one in answers} == {
        (422, "exception_invalid_state")
    }
    after = await rig.one_break()
    assert (after["status"], after["assigned_to"]) == ("RESOLVED", ANN)


async def force_again(rig: Rig) -> None:
    """Let the resumer carry out what waits."""
    await rig.worker.execute("UPDATE operation SET next_attempt_at = '2020-01-01'")
    await rig.resumer.resume_due()


async def test_a_refused_resolution_gives_it_back_to_who_had_it(rig: Rig) -> None:
    break_id = await one_late(rig)
    await assign(rig, break_id, ANN)
    rig.matcher.refusal = {"status": "refused", "code": "same_side", "message": "no"}

    refused = await force(rig, break_id, counterpart_record_ids=[2])

    after = await rig.one_break()
    assert refused.status_code == 422
    assert (after["status"], after["assigned_to"]) == ("ASSIGNED", ANN)


async def test_what_is_open_again_is_nobodys(rig: Rig) -> None:
    break_id = await one_late(rig)
    rig.log.arrive(2)
    await assign(rig, break_id, ANN)
    rig.log.revoke(rig.log.match(1, 2))
    await rig.deliver()

    after = await rig.one_break()

    assert (after["status"], after["assigned_to"], after["reopened_count"]) == ("OPEN", None, 1)


@pytest.mark.parametrize(("if_match", "status"), [('"1"', 200), ("*", 200), ('"2"', 412)])
async def test_a_stale_version_is_412(rig: Rig, if_match: str, status: int) -> None:
    break_id = await one_late(rig)

    answer = await assign(rig, break_id, ANN, if_match=if_match)

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("assign", {}),
        ("assign", {"assignee": " "}),
        ("assign", {"assignee": "x" * 256}),
        ("assign", {"assignee": 7}),
        ("assign", {"assignee": ANN, "note": "n"}),
        ("comments", {}),
        ("comments", {"content": "\t"}),
        ("comments", {"content": "x" * 5001}),
        ("comments", {"content": "a\x00"}),
    ],
)
async def test_a_bad_body_changes_nothing(rig: Rig, what: str, body: dict[str, Any]) -> None:
    break_id = await one_late(rig)

    answer = await work(rig, break_id, what, body)

    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")
    assert (await rig.one_break())["version"] == 1
    assert (await rig.json(f"/breaks/{break_id}/comments"))["data"] == []


async def test_comments_are_listed_in_their_order(rig: Rig) -> None:
    break_id = await one_late(rig)
    await rig.late(3)
    other = (await rig.json("/breaks"))["data"][0]["id"]

    said = [await work(rig, break_id, "comments", {"content": f"no. {n}"}) for n in range(5)]
    await work(rig, other, "comments", {"content": "elsewhere"})
    seen: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    for _ in range(3):
        page = await rig.json(f"/breaks/{break_id}/comments", limit=2, **cursor)
        seen += page["data"]
        cursor = {"cursor": page["next_cursor"]} if page["next_cursor"] else {}

    assert {one.status_code for one in said} == {201}
    assert seen == [one.json() for one in said]
    assert [one["content"] for one in seen] == [f"no. {n}" for n in range(5)]
    assert {(one["break_id"], one["account_id"]) for one in seen} == {(break_id, 3)}
    assert cursor == {}
    assert (await rig.json(f"/breaks/{break_id}"))["version"] == 1


async def test_a_comment_with_a_key_is_made_once(rig: Rig) -> None:
    break_id = await one_late(rig)
    body = {"content": "The bank confirms it"}

    answers = await asyncio.gather(
        *(work(rig, break_id, "comments", body, x_idempotency_key="k") for _ in range(10))
    )

    by_status = Counter(one.status_code for one in answers)
    assert by_status.keys() <= {201, 409}
    assert len((await rig.json(f"/breaks/{break_id}/comments"))["data"]) == 1


async def test_unknown_and_foreign_are_404(rig: Rig) -> None:
    break_id = await one_late(rig)
    foreign = {"tieout_organization": "8"}
    bodies: list[tuple[str, dict[str, Any] | None]] = [
        ("assign", {"assignee": ANN}), ("unassign", None), ("comments", {"content": "c"})
    ]  # fmt: skip

    answers = [await work(rig, break_id + 1, what, body) for what, body in bodies]
    answers += [await work(rig, break_id, what, body, **foreign) for what, body in bodies]
    path = f"/breaks/{break_id}/comments"
    answers.append(await rig.call("GET", path, headers={"tieout-organization": "8"}))

    assert {one.status_code for one in answers} == {404}
    assert (await rig.one_break())["version"] == 1


async def test_every_handover_is_told_with_what_was_before(rig: Rig) -> None:
    break_id = await one_late(rig)

    await assign(rig, break_id, ANN)
    await work(rig, break_id, "unassign")
    await work(rig, break_id, "comments", {"content": "seen"})

    given, taken, said = await audited(rig)
    assert [one["before"]["assigned_to"] for one in (given, taken)] == [None, ANN]
    assert [one["after"]["assigned_to"] for one in (given, taken)] == [ANN, None]
    assert (said["action"], said["after"]["content"]) == (
        f"POST /internal/breaks/{break_id}/comments",
        "seen",
    )
