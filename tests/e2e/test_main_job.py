"""The main job, over REST and the inbound topic: match, raise, force-match, take back."""

from typing import Any

import pytest

from e2e.main_job import Job
from fixtures.public_api import until

FORCED = {"notes": "the bank's letter of 4 November", "overrideReason": "BUSINESS_DECISION"}


@pytest.fixture(scope="module")
async def raised(job: Job) -> dict[str, Any]:
    """Give the entry of bank-4, marked overdue and raised."""
    return await job.mark_overdue("bank-4")


@pytest.fixture(scope="module")
async def forced(job: Job, raised: dict[str, Any]) -> dict[str, Any]:
    """Give the exception of bank-4 as the force match answered it."""
    answer = await job.force_match(raised["break_id"], FORCED, key="the fourth")
    assert (answer.status_code, answer.headers["x-idempotency-replayed"]) == (200, "false")
    told: dict[str, Any] = answer.json()
    return told


async def test_a_file_and_an_upstreams_events_meet(job: Job) -> None:
    entries = await job.entries()

    pairs = {
        name: [other["external_id"] for other in entry["matched_records"]]
        for name, entry in entries.items()
        if entry["status"] == "reconciled"
    }
    assert pairs == {
        **{f"bank-{number}": [f"book-{number}"] for number in (1, 2, 3)},
        **{f"book-{number}": [f"bank-{number}"] for number in (1, 2, 3)},
    }
    assert entries.keys() - pairs.keys() == {"bank-4", "bank-5", "book-4"}


async def test_an_open_entry_that_is_not_late_says_until_when_it_is_awaited(job: Job) -> None:
    entry = await job.entry("book-4")

    assert (entry["escalated"], entry["exception_id"]) == (False, None)
    assert entry["reason"]["code"] == "expected_until"


async def test_what_is_marked_overdue_is_raised_as_bucket_and_break(
    job: Job, raised: dict[str, Any]
) -> None:
    bucket = await job.api.get(f"/v1/reconciliation_exceptions/{raised['exception_id']}")
    shown = await job.exception(raised["break_id"])
    listed = await job.api.all_of("/v1/exceptions", status="OPEN")

    assert raised["escalated"] is True
    assert raised["reason"]["code"] == "overdue"
    assert (bucket["status"], bucket["data_stream_key"]) == ("open", "bank")
    assert (bucket["aggregates"]["record_count"], bucket["aggregates"]["total_amount"]) == (1, 1999)
    assert (shown["status"], shown["reasonCode"]) == ("OPEN", "UNMATCHED_OVERDUE")
    assert shown in listed


async def test_a_matched_record_is_not_overdue(job: Job) -> None:
    record = (await job.entry("bank-1"))["id"]
    path = f"/v1/reconciliations/{job.reconciliation_id}/records/{record}/mark_overdue"

    answer = await job.api.client.post(path, json={})

    assert (answer.status_code, answer.json()["code"]) == (409, "already_matched")


async def test_a_force_match_resolves_and_makes_a_real_match(
    job: Job, raised: dict[str, Any], forced: dict[str, Any]
) -> None:
    entry = await job.entry("bank-4")
    (match,) = await job.matches_of(raised["id"])

    assert forced["status"] == "RESOLVED"
    assert (forced["resolutionType"], forced["resolutionReason"], forced["resolutionNotes"]) == (
        "FORCE_MATCH", FORCED["overrideReason"], FORCED["notes"],
    )  # fmt: skip
    assert (entry["status"], entry["reconciliation_match_id"]) == ("reconciled", match["id"])
    assert (match["status"], match["kind"], match["record_ids"]) == (
        "accepted", "force", [raised["id"]],
    )  # fmt: skip
    assert [int(one["amount_minor"]) for one in match["adjustments"]] == [1999]
    await until(
        lambda: job.api.get(f"/v1/reconciliation_exceptions/{raised['exception_id']}"),
        lambda bucket: bucket["status"] == "resolved",
    )


async def test_the_same_request_again_is_answered_byte_for_byte(
    job: Job, raised: dict[str, Any], forced: dict[str, Any]
) -> None:
    again = await job.force_match(raised["break_id"], FORCED, key="the fourth")
    other = await job.force_match(raised["break_id"], FORCED | {"notes": "x"}, key="the fourth")
    late = await job.force_match(raised["break_id"], FORCED, key="another key")

    assert (again.status_code, again.json()) == (200, forced)
    assert again.headers["x-idempotency-replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert (late.status_code, late.json()["code"]) == (422, "exception_invalid_state")
    assert len(await job.matches_of(raised["id"])) == 1


@pytest.mark.usefixtures("forced")
async def test_revoking_the_match_reopens_what_it_resolved(
    job: Job, raised: dict[str, Any]
) -> None:
    (match,) = await job.matches_of(raised["id"])

    await job.api.delete(f"/v1/reconciliation_matches/{match['id']}")

    shown = await until(
        lambda: job.exception(raised["break_id"]), lambda one: one["status"] == "OPEN"
    )
    entry = await job.raised("bank-4")
    bucket = await until(
        lambda: job.api.get(f"/v1/reconciliation_exceptions/{raised['exception_id']}"),
        lambda bucket: bucket["status"] == "open",
    )
    assert "resolutionType" not in shown
    assert (entry["status"], entry["escalated"]) == ("unreconciled", True)
    assert (entry["break_id"], entry["overdue_at"]) == (raised["break_id"], raised["overdue_at"])
    assert bucket["aggregates"]["record_count"] == 1
    assert (await job.matches_of(raised["id"]))[0]["status"] == "revoked"
