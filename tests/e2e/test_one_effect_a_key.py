"""F18: the same idempotency key fifty times at once has one effect."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeAlias

import httpx2

from e2e.main_job import Job
from fixtures.public_api import until

AT_ONCE = 50
ShowTable: TypeAlias = Callable[[Sequence[Sequence[object]]], None]
FORCED = {"notes": "a fee", "overrideReason": "BANK_FEE", "residualTreatment": "fee"}


async def test_fifty_force_matches_with_one_key_make_one_match(
    job: Job, show_table: ShowTable
) -> None:
    raised = await job.mark_overdue("bank-5")
    key, others = "the fee", FORCED | {"notes": "another fee"}

    answers = await asyncio.gather(
        *(job.force_match(raised["break_id"], FORCED, key=key) for _ in range(AT_ONCE))
    )
    settled = await until(
        lambda: job.exception(raised["break_id"]), lambda one: one["status"] == "RESOLVED"
    )
    again = await job.force_match(raised["break_id"], FORCED, key=key)
    other = await job.force_match(raised["break_id"], others, key=key)

    show_table(_counted(answers))
    assert {(one.status_code, one.json().get("code")) for one in answers} <= {
        (200, None), (409, "request_in_progress"),
    }  # fmt: skip
    firsts = [one for one in answers if one.headers.get("x-idempotency-replayed") == "false"]
    bodies = {one.text for one in answers if one.json()["status"] == "RESOLVED"}
    assert len([one for one in firsts if one.status_code == 200]) == 1
    assert bodies <= {again.text}
    assert (again.status_code, again.headers["x-idempotency-replayed"]) == (200, "true")
    assert again.json() == settled
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    (match,) = await job.matches_of(raised["id"])
    assert (match["kind"], match["status"]) == ("force", "accepted")
    assert [one["reason"] for one in match["adjustments"]] == ["fee"]


async def test_fifty_bulk_requests_with_one_key_add_their_records_once(
    job: Job, show_table: ShowTable
) -> None:
    records = [
        {"data_stream_key": "bank", "external_id": f"once-{number}", "amount": 100 + number,
         "currency": "EUR", "direction": "credit", "date": "2026-11-05"}
        for number in range(10)
    ]  # fmt: skip
    before = len(await job.api.all_of("/v1/records", data_stream_key="bank"))

    answers = await asyncio.gather(
        *(
            job.api.client.post(
                "/v1/records/bulk", json={"records": records}, headers={"idempotency-key": "bulk"}
            )
            for _ in range(AT_ONCE)
        )
    )

    show_table(_counted(answers))
    taken = {one.json()["id"] for one in answers if one.status_code == 202}
    assert {one.status_code for one in answers} <= {202, 409}
    (number,) = taken
    done = await until(
        lambda: job.api.get(f"/v1/bulk_requests/{number}"),
        lambda one: one["status"] == "completed",
    )
    assert done["successful_items"] == len(records)
    assert len(await job.api.all_of("/v1/records", data_stream_key="bank")) == before + 10


def _counted(answers: Sequence[httpx2.Response]) -> list[tuple[object, ...]]:
    counted = Counter(
        (one.status_code, one.headers.get("x-idempotency-replayed", "-")) for one in answers
    )
    return [("status", "replayed", "answers"), *((*key, n) for key, n in sorted(counted.items()))]
