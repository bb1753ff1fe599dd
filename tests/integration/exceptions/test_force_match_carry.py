"""A force match that carries the rest, and one of an entry that differs: whoever tells first."""

import json
from datetime import timedelta
from typing import Any

import pytest

from integration.exceptions.conftest import Rig
from integration.exceptions.force_calls import asked, force, one_late, statuses


async def tell(rig: Rig, *record_ids: int, left: dict[int, int]) -> int:
    """Let the outcome of the one operation arrive, as it leaves so much of each."""
    ((operation_id, outcome),) = rig.matcher.operations.items()
    match_id = rig.log.match(*record_ids, kind="force", operation_id=operation_id, left=left)
    assert match_id == outcome["match_id"]
    await rig.deliver()
    return match_id


async def silent(rig: Rig, break_id: int, **body: Any) -> None:
    """Ask while no answer comes back, though the matcher makes the match that comes next."""
    rig.matcher.down = True
    await force(rig, break_id, "k1", **body)
    (sent,) = asked(rig, "force-match")
    rig.matcher.operations[sent["operation_id"]] = {
        "status": "done",
        "match_id": 5001 + len(rig.log.outcomes),
    }
    rig.matcher.down = False


async def answered(rig: Rig, break_id: int, **body: Any) -> None:
    """Ask, and get the answer before the outcome arrives."""
    await silent(rig, break_id, **body)
    rig.clock.now += timedelta(minutes=1)
    assert await rig.resumer.resume_due() == 1


async def test_carry_is_passed_on_to_the_matcher(rig: Rig) -> None:
    break_id = await one_late(rig)

    response = await force(rig, break_id, counterpart_record_ids=[2], residual_treatment="carry")

    assert (response.status_code, response.json()["status"]) == (200, "RESOLVED")
    (sent,) = asked(rig, "force-match")
    assert sent["residual_treatment"] == "carry"


@pytest.mark.parametrize("ask", [silent, answered])
async def test_what_is_carried_keeps_the_break_open_for_the_rest(rig: Rig, ask: Any) -> None:
    break_id = await one_late(rig)
    rig.log.arrive(2, amount_minor="100000")
    await rig.deliver()

    await ask(rig, break_id, counterpart_record_ids=[2], residual_treatment="carry")
    await tell(rig, 1, 2, left={1: 25000})

    found = await rig.one_break()
    assert (found["status"], found["match_id"], found["resolution_type"]) == ("OPEN", None, None)
    assert "The 250.00 EUR left of the credit" in found["reason"]
    assert await statuses(rig) == [
        (None, "OPEN"),
        ("OPEN", "PENDING_RESOLUTION"),
        ("PENDING_RESOLUTION", "RESOLVED"),
        ("RESOLVED", "OPEN"),
    ]
    again = await force(rig, break_id, "k1", counterpart_record_ids=[2], residual_treatment="carry")
    assert (again.json()["status"], again.json()["resolution_type"]) == ("RESOLVED", "FORCE_MATCH")


@pytest.mark.parametrize("ask", [silent, answered])
async def test_a_rest_on_the_other_side_resolves_the_break(rig: Rig, ask: Any) -> None:
    break_id = await one_late(rig)
    rig.log.arrive(2, amount_minor="150000")
    await rig.deliver()

    await ask(rig, break_id, counterpart_record_ids=[2], residual_treatment="carry")
    match_id = await tell(rig, 1, 2, left={2: 25000})

    found = await rig.one_break()
    assert (found["status"], found["match_id"]) == ("RESOLVED", match_id)
    assert found["resolution_type"] == "FORCE_MATCH"


@pytest.mark.parametrize("ask", [silent, answered])
async def test_a_forced_mismatch_is_resolved_by_the_person_and_reopened_by_revoke(
    rig: Rig, ask: Any
) -> None:
    rig.log.arrive(1, amount_minor="10050")
    rig.log.arrive(2, amount_minor="10000")
    rig.log.mismatch(2, 1)
    await rig.deliver()
    break_id = (await rig.one_break())["id"]

    await ask(rig, break_id, counterpart_record_ids=[1])
    match_id = await tell(rig, 2, 1, left={})

    found = await rig.one_break()
    assert (found["status"], found["match_id"]) == ("RESOLVED", match_id)
    assert found["resolution_type"] == "FORCE_MATCH"
    rig.log.revoke(match_id)
    await rig.deliver()
    found = await rig.one_break()
    assert (found["status"], found["reason_code"]) == ("OPEN", "AMOUNT_MISMATCH")


@pytest.mark.parametrize("ask", [silent, answered])
async def test_a_mismatch_carried_raises_its_rest_when_that_is_overdue(rig: Rig, ask: Any) -> None:
    rig.log.arrive(1, amount_minor="10000")
    rig.log.arrive(2, amount_minor="10050")
    rig.log.mismatch(2, 1)
    await rig.deliver()
    break_id = (await rig.one_break())["id"]
    await ask(rig, break_id, counterpart_record_ids=[1], residual_treatment="carry")
    await tell(rig, 2, 1, left={2: 50})
    resolved = await rig.one_break()

    rig.log.overdue(2)
    await rig.deliver()

    assert (resolved["status"], resolved["resolution_type"]) == ("RESOLVED", "FORCE_MATCH")
    found = await rig.one_break()
    assert (found["status"], found["reason_code"]) == ("OPEN", "UNMATCHED_OVERDUE")
    assert "The 0.50 EUR left of the credit" in found["reason"]


async def test_a_mismatch_matched_meanwhile_is_looked_for_until_that_match_arrives(
    rig: Rig,
) -> None:
    rig.log.arrive(1)
    rig.log.arrive(2)
    rig.log.mismatch(2, 1)
    await rig.deliver()
    break_id = (await rig.one_break())["id"]
    match_id = rig.log.match(2, 1)
    rig.matcher.refusal = {"status": "refused", "code": "entry_not_open", "matched_by": match_id}
    await force(rig, break_id)
    looked_for = (
        "SELECT count(*) FROM break WHERE mismatch_with IS NOT NULL AND resolved_seq IS NULL"
    )
    before = await rig.worker.fetchval(looked_for)

    await rig.deliver()

    assert (before, await rig.worker.fetchval(looked_for)) == (1, 0)
    found = await rig.one_break()
    assert (found["status"], found["match_id"]) == ("RESOLVED", match_id)


async def test_an_answer_ahead_of_the_log_is_not_undone_by_what_comes_before_it(rig: Rig) -> None:
    """F3: revoked and force-matched at the matcher, answered before either outcome arrived."""
    break_id = await one_late(rig)
    rig.log.arrive(2)
    first = rig.log.match(1, 2)
    rig.log.revoke(first)
    rig.log.mismatch(2, 1)
    before = rig.log.outcomes[rig.delivered :]
    rig.delivered = len(rig.log.outcomes)
    await answered(rig, break_id)

    await rig.deliver(before)
    waiting = await rig.json(f"/breaks/{break_id}")
    await tell(rig, 1, left={})

    assert waiting["status"] == "RESOLVED"
    found = await rig.json(f"/breaks/{break_id}")
    assert (found["status"], found["resolution_type"]) == ("RESOLVED", "FORCE_MATCH")
    assert json.dumps(found) == json.dumps(waiting)


async def test_an_entry_in_two_matches_in_part_is_late_again_when_one_is_revoked(rig: Rig) -> None:
    await rig.late(1, amount_minor="10050")
    rig.log.arrive(2, amount_minor="10000")
    rig.log.arrive(4, amount_minor="50")
    first = rig.log.match(1, 2, kind="manual", left={1: 50})
    rig.log.match(1, 4, kind="manual")
    await rig.deliver()
    resolved = await rig.one_break()

    rig.log.revoke(first)
    await rig.deliver()

    assert resolved["status"] == "RESOLVED"
    assert (await rig.one_break())["status"] == "OPEN"
    (bucket,) = (await rig.json("/buckets"))["data"]
    assert bucket["aggregates"]["total_amount"] == 10000
