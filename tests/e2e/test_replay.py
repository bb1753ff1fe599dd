"""After the main job `tieout replay` finds what the running services made, from the journals."""

import asyncio
import json
import os
import subprocess
import sys
from typing import Any

from e2e.main_job import FILE, Job
from fixtures.public_api import PublicApi, until
from fixtures.run import current_run
from fixtures.stack import RunningStack

FORCED = {"notes": "the bank's letter", "overrideReason": "BUSINESS_DECISION"}


async def test_both_replays_are_equal_after_the_main_job(stack: RunningStack, job: Job) -> None:
    raised = await job.mark_overdue("bank-4")
    left = await job.mark_overdue("bank-5")
    await job.force_match(raised["break_id"], FORCED, key="replayed")
    late = await job.mark_overdue("book-4")
    await _dismiss(job.api, late["exception_id"])
    unattended = await _without_commands(job.api)

    exceptions = await until(
        lambda: _replay(stack, job.api, "exceptions"), lambda found: found["holds"]
    )
    matcher = await _replay(stack, job.api, "matcher")

    assert left["escalated"] is True
    assert {one["reconciliation_id"]: one["verdict"] for one in exceptions["reconciliations"]} == {
        job.reconciliation_id: "equal",
        unattended: "equal",
    }
    notes = [note for one in exceptions["reconciliations"] for note in one["notes"]]
    assert [note.split(":")[0] for note in notes] == [
        "1 breaks with operations",
        "1 streams whose buckets people changed",
    ]
    by_id = {one["reconciliation_id"]: one for one in matcher["reconciliations"]}
    assert matcher["holds"] is True
    assert by_id[unattended]["verdict"] == "equal"
    assert by_id[unattended]["outcomes"] == 2 * FILE.count("bank-")
    assert by_id[job.reconciliation_id]["verdict"].startswith("not comparable: has a ")


async def _dismiss(api: PublicApi, bucket_id: int) -> None:
    path = f"/v1/reconciliation_exceptions/{bucket_id}"
    answer = await api.client.patch(path, json={"status": "dismissed"})
    assert answer.is_success, answer.text


async def _without_commands(api: PublicApi) -> int:
    """Make a reconciliation in which nothing but records happened; its number."""
    streams = [await api.stream(key, expected_days=366) for key in ("left", "right")]
    number = await api.reconciliation("Only records", side_a=streams[:1], side_b=streams[1:])
    await api.rule(number, "amount", "external_id")
    await api.decided(number, 0)
    for key in ("left", "right"):
        await api.imported((await api.upload(key, f"{key}.csv", FILE)).id)
    await api.decided(number, 2 * FILE.count("bank-"))
    return number


async def _replay(stack: RunningStack, api: PublicApi, service: str) -> dict[str, Any]:
    return await asyncio.to_thread(_run, stack, api, service)


def _run(stack: RunningStack, api: PublicApi, service: str) -> dict[str, Any]:
    options = ["--json", "--organization", str(api.organization.organization_id)]
    with current_run().lock("template"):  # roles belong to the server
        done = subprocess.run(
            [sys.executable, "-m", "tieout_ops", "replay", service, *options],
            env=os.environ | stack.local.plan.given,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.stdout, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == (0 if found["holds"] else 1)
    return found
