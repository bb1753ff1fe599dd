"""Breaks told to an external system, and what that system says of them."""

from typing import Any

import pytest

from integration.exceptions.break_reads import audited
from integration.exceptions.conftest import Rig
from integration.exceptions.force_calls import force, one_late
from integration.exceptions.test_break_work import work

JIRA = {"target_system": "JIRA", "queue": "RECON-TEAM"}
ISSUE = {"external_system": " jira ", "external_issue_id": "RECON-1", "status": "In progress"}


async def told(rig: Rig) -> list[dict[str, Any]]:
    """Read what was told of the break after it was opened."""
    found = [one for _, one in await rig.events() if one["type"] == "break.changed"]
    return found[1:]


async def said(rig: Rig, break_id: int) -> list[str]:
    return [one["content"] for one in (await rig.json(f"/breaks/{break_id}/comments"))["data"]]


async def test_a_dispatch_is_kept_and_told_with_its_queue(rig: Rig) -> None:
    break_id = await one_late(rig)

    answer = await work(rig, break_id, "dispatch", JIRA)

    shown = answer.json()
    assert (answer.status_code, shown["external_system"], shown["version"]) == (200, "JIRA", 2)
    assert shown == await rig.one_break()
    (event,) = await told(rig)
    assert (event["dispatched"], event["external_system"], event["queue"]) == (
        True, "JIRA", "RECON-TEAM",
    )  # fmt: skip
    assert (event["old_status"], event["new_status"]) == ("OPEN", "OPEN")
    assert await said(rig, break_id) == ["Dispatched to JIRA, queue RECON-TEAM"]
    (entry,) = await audited(rig)
    assert (entry["before"]["external_system"], entry["after"]["external_system"]) == (None, "JIRA")


async def test_dispatched_again_it_is_told_again_and_a_retry_is_not(rig: Rig) -> None:
    break_id = await one_late(rig)

    await work(rig, break_id, "dispatch", JIRA, x_idempotency_key="k")
    retried = await work(rig, break_id, "dispatch", JIRA, x_idempotency_key="k")
    stale = await work(rig, break_id, "dispatch", JIRA, if_match='"1"')
    again = await work(rig, break_id, "dispatch", JIRA, if_match='"2"')

    assert retried.headers["x-idempotency-replayed"] == "true"
    assert (stale.status_code, again.json()["version"]) == (412, 3)
    assert [one.get("dispatched") for one in await told(rig)] == [True, True]


async def test_a_callback_names_the_issue_and_the_same_again_changes_nothing(rig: Rig) -> None:
    break_id = await one_late(rig)
    await work(rig, break_id, "dispatch", JIRA)
    body = ISSUE | {"assignee": "ann", "resolution_notes": "asked the bank"}

    first = await work(rig, break_id, "callback", body)
    second = await work(rig, break_id, "callback", body)

    shown = first.json()
    assert second.json() == shown == await rig.one_break()
    assert (shown["external_system"], shown["external_issue_id"]) == ("JIRA", "RECON-1")
    assert (shown["status"], shown["assigned_to"], shown["version"]) == ("ASSIGNED", "ann", 3)
    assert (await said(rig, break_id))[1:] == [
        "JIRA RECON-1: In progress; assignee ann\nasked the bank"
    ]
    (_, event) = await told(rig)
    assert (event["external_issue_id"], event.get("dispatched")) == ("RECON-1", None)


async def test_the_last_callback_is_right_about_the_issue(rig: Rig) -> None:
    break_id = await one_late(rig)
    await work(rig, break_id, "callback", ISSUE)

    other = {"external_system": "SERVICENOW", "external_issue_id": "INC-9"}
    await work(rig, break_id, "callback", ISSUE | other)

    shown = await rig.one_break()
    assert (shown["external_system"], shown["external_issue_id"]) == ("SERVICENOW", "INC-9")
    found = (await rig.json("/breaks", external_system="SERVICENOW"))["data"]
    assert [one["id"] for one in found] == [break_id]


async def test_the_answer_to_a_dispatch_names_the_issue_until_another_system_has_it(
    rig: Rig,
) -> None:
    break_id = await one_late(rig)
    await work(rig, break_id, "dispatch", JIRA)
    named = ISSUE | {"external_system": "JIRA", "status": "named", "of_dispatch": True}

    answered = await work(rig, break_id, "callback", named)
    elsewhere = await work(rig, break_id, "dispatch", {"target_system": "SERVICENOW"})
    late = await work(rig, break_id, "callback", named | {"external_issue_id": "RECON-2"})

    assert (answered.json()["external_issue_id"], late.status_code) == ("RECON-1", 200)
    shown = await rig.one_break()
    assert shown == elsewhere.json()
    assert (shown["external_system"], shown["external_issue_id"]) == ("SERVICENOW", None)
    assert (await said(rig, break_id))[1:] == ["JIRA RECON-1: named", "Dispatched to SERVICENOW"]


async def test_a_callback_that_says_resolved_resolves_nothing(rig: Rig) -> None:
    break_id = await one_late(rig)

    answer = await work(rig, break_id, "callback", ISSUE | {"status": "RESOLVED"})

    assert (answer.status_code, (await rig.one_break())["status"]) == (200, "OPEN")
    assert await said(rig, break_id) == ["JIRA RECON-1: RESOLVED"]


async def test_what_is_resolved_is_not_dispatched_but_still_hears_of_its_issue(rig: Rig) -> None:
    break_id = await one_late(rig)
    await force(rig, break_id)

    refused = await work(rig, break_id, "dispatch", JIRA)
    heard = await work(rig, break_id, "callback", ISSUE | {"assignee": "ann"})

    assert (refused.status_code, refused.json()["code"]) == (422, "exception_invalid_state")
    shown = heard.json()
    assert (shown["status"], shown["assigned_to"]) == ("RESOLVED", None)
    assert shown["external_issue_id"] == "RECON-1"


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("dispatch", {}),
        ("dispatch", {"target_system": "jira"}),
        ("dispatch", {"target_system": "JIRA", "queue": " "}),
        ("callback", ISSUE | {"external_issue_id": " "}),
        ("callback", ISSUE | {"due_at": "2026-01-08T00:00:00"}),
        ("callback", {"external_system": "JIRA", "external_issue_id": "1"}),
    ],
)
async def test_a_bad_body_or_an_unknown_break_changes_nothing(
    rig: Rig, what: str, body: dict[str, Any]
) -> None:
    break_id = await one_late(rig)
    good = JIRA if what == "dispatch" else ISSUE

    bad = await work(rig, break_id, what, body)
    unknown = await work(rig, break_id + 1, what, good)
    foreign = await work(rig, break_id, what, good, tieout_organization="8")

    assert (bad.status_code, unknown.status_code, foreign.status_code) == (422, 404, 404)
    assert (await rig.one_break())["version"] == 1
    assert await said(rig, break_id) == []
