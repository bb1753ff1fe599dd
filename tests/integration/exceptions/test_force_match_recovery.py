"""A force match that meets silence, refusals and races."""

import asyncio
from datetime import timedelta

from integration.exceptions.conftest import Rig
from integration.exceptions.force_calls import BODY, asked, force, one_late, statuses, tell_forced


async def test_a_resolved_or_waiting_break_cannot_be_forced(rig: Rig) -> None:
    break_id = await one_late(rig)
    rig.matcher.down = True

    waiting = await force(rig, break_id)
    second = await force(rig, break_id)
    rig.matcher.down = False
    rig.clock.now += timedelta(seconds=10)
    await rig.resumer.resume_due()
    third = await force(rig, break_id)

    assert (waiting.status_code, waiting.json()["status"]) == (200, "PENDING_RESOLUTION")
    for refused in (second, third):
        assert (refused.status_code, refused.json()["code"]) == (422, "exception_invalid_state")


async def test_an_unreachable_matcher_leaves_it_pending_until_the_resumer_completes(
    rig: Rig,
) -> None:
    break_id = await one_late(rig)
    rig.matcher.down = True

    first = await force(rig, break_id, "k1")
    attached = await force(rig, break_id, "k1")
    too_early = await rig.resumer.resume_due()
    rig.matcher.down = False
    rig.clock.now += timedelta(seconds=6)
    resumed = await rig.resumer.resume_due()
    done = await force(rig, break_id, "k1")

    assert first.json()["status"] == attached.json()["status"] == "PENDING_RESOLUTION"
    assert attached.headers["x-idempotency-replayed"] == "true"
    assert (too_early, resumed) == (0, 1)
    assert (done.json()["status"], done.headers["x-idempotency-replayed"]) == ("RESOLVED", "true")
    assert len(rig.matcher.operations) == 1


async def test_after_too_many_tries_it_is_cancelled_at_the_matcher_then_reverted(
    rig: Rig,
) -> None:
    break_id = await one_late(rig)
    rig.matcher.down = True
    await force(rig, break_id, "k1")
    for _ in range(4):
        rig.clock.now += timedelta(minutes=2)
        assert await rig.resumer.resume_due() == 1
    assert (await rig.one_break())["status"] == "PENDING_RESOLUTION"
    assert len(asked(rig, "cancel")) == 1

    rig.matcher.down = False
    rig.clock.now += timedelta(minutes=2)
    await rig.resumer.resume_due()

    assert (await rig.one_break())["status"] == "OPEN"
    assert [one["status"] for one in rig.matcher.operations.values()] == ["cancelled"]
    refused = [one for _, one in await rig.events() if one["type"] == "break.resolution_refused"]
    assert [(one["status"], one["code"]) for one in refused] == [("OPEN", "not_carried_out")]
    again = await force(rig, break_id, "k1")
    assert (again.json()["status"], again.headers["x-idempotency-replayed"]) == (
        "RESOLVED",
        "false",
    )


async def test_what_was_made_before_the_cancelling_stands(rig: Rig) -> None:
    break_id = await one_late(rig)
    rig.matcher.down = True
    await force(rig, break_id)
    (sent,) = asked(rig, "force-match")
    rig.matcher.operations[sent["operation_id"]] = {"status": "done", "match_id": 77}
    rig.matcher.down = False
    rig.clock.now += timedelta(minutes=2)
    await rig.worker.execute("UPDATE operation SET attempts = 3")

    await rig.resumer.resume_due()

    assert len(asked(rig, "cancel")) == 1
    assert ((await rig.one_break())["status"], (await rig.one_break())["match_id"]) == (
        "RESOLVED",
        77,
    )


async def test_a_refusal_gives_the_break_back_and_the_key_free(rig: Rig) -> None:
    break_id = await one_late(rig)
    rig.matcher.refusal = {"status": "refused", "code": "same_side", "message": "both on side A"}

    refused = await force(rig, break_id, "k1", counterpart_record_ids=[3])
    rig.matcher.refusal = None
    taken = await force(rig, break_id, "k1", counterpart_record_ids=[2])

    assert (refused.status_code, refused.json()["code"]) == (422, "same_side")
    assert refused.json()["detail"] == "both on side A"
    assert taken.status_code == 200
    assert await statuses(rig) == [
        (None, "OPEN"),
        ("OPEN", "PENDING_RESOLUTION"),
        ("PENDING_RESOLUTION", "OPEN"),
        ("OPEN", "PENDING_RESOLUTION"),
        ("PENDING_RESOLUTION", "RESOLVED"),
    ]


async def test_an_entry_matched_meanwhile_resolves_the_break_by_that_match(rig: Rig) -> None:
    break_id = await one_late(rig)
    rig.matcher.refusal = {
        "status": "refused",
        "code": "entry_not_open",
        "message": "record 1 is matched by match 55",
        "matched_by": 55,
    }

    response = await force(rig, break_id)

    assert (response.status_code, response.json()["code"]) == (422, "exception_invalid_state")
    found = await rig.one_break()
    assert (found["status"], found["match_id"], found["resolution_type"]) == ("RESOLVED", 55, None)


async def test_a_counterpart_matched_meanwhile_leaves_the_break_open(rig: Rig) -> None:
    break_id = await one_late(rig)
    rig.matcher.refusal = {"status": "refused", "code": "entry_not_open", "matched_by": 55}

    await force(rig, break_id, counterpart_record_ids=[2])

    assert (await rig.one_break())["status"] == "OPEN"


async def test_the_outcome_completes_what_no_answer_reached(rig: Rig) -> None:
    break_id = await one_late(rig)
    rig.matcher.down = True
    await force(rig, break_id, "k1")
    (sent,) = asked(rig, "force-match")
    rig.matcher.operations[sent["operation_id"]] = {"status": "done", "match_id": 0}

    await tell_forced(rig)
    await rig.deliver(rig.log.outcomes)
    rig.matcher.down = False
    rig.clock.now += timedelta(minutes=5)

    assert await rig.resumer.resume_due() == 0
    replayed = await force(rig, break_id, "k1")
    assert (replayed.status_code, replayed.headers["x-idempotency-replayed"]) == (200, "true")
    answer = replayed.json()
    assert (answer["status"], answer["resolution_notes"]) == ("RESOLVED", BODY["notes"])
    assert answer == (await rig.json(f"/breaks/{break_id}"))
    assert [new for _, new in await statuses(rig)].count("RESOLVED") == 1


async def test_the_outcome_after_the_answer_has_no_second_effect(rig: Rig) -> None:
    break_id = await one_late(rig)
    answer = (await force(rig, break_id, "k1")).json()

    await tell_forced(rig)

    assert await rig.json(f"/breaks/{break_id}") == answer
    assert await rig.worker.fetchval("SELECT count(*) FROM overdue_entry") == 0
    assert [new for _, new in await statuses(rig)].count("RESOLVED") == 1


async def test_a_revoked_force_match_opens_the_break_again(rig: Rig) -> None:
    break_id = await one_late(rig)
    rig.matcher.down = True
    await force(rig, break_id)
    (sent,) = asked(rig, "force-match")
    rig.matcher.operations[sent["operation_id"]] = {"status": "done", "match_id": 0}
    await tell_forced(rig)

    rig.log.revoke(next(iter(rig.log.matches)))
    await rig.deliver()

    found = await rig.one_break()
    assert (found["status"], found["reopened_count"]) == ("OPEN", 1)
    assert (found["resolution_type"], found["resolution_notes"]) == (None, None)


async def test_requests_resumers_and_outcomes_at_once_have_one_effect(rig: Rig) -> None:
    break_id = await one_late(rig)
    rig.matcher.down = True
    await force(rig, break_id, "k1")
    (sent,) = asked(rig, "force-match")
    rig.matcher.operations[sent["operation_id"]] = {"status": "done", "match_id": 5004}
    rig.matcher.down = False
    rig.clock.now += timedelta(minutes=1)

    await asyncio.gather(
        tell_forced(rig),
        *(rig.resumer.resume_due() for _ in range(5)),
        *(force(rig, break_id, "k1") for _ in range(10)),
    )

    assert [new for _, new in await statuses(rig)].count("RESOLVED") == 1
    assert (await rig.one_break())["version"] == 3
