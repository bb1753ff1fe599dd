"""F3: exceptions killed at each step of a force match, with the real matcher."""

import asyncio
from typing import Any

import httpx2
import pytest

from faults.product import Product, arm, death_of, rows_of
from fixtures.public_api import until

STEPS = {
    # failpoint → (the break's state after death, matches made by then)
    "force_match_intent": ("PENDING_RESOLUTION", 0),
    "force_match_effect": ("PENDING_RESOLUTION", 1),
    "force_match_completion": ("RESOLVED", 1),
}
FORCED = "SELECT count(*) FROM matcher.match WHERE kind = 'force' AND members @> ARRAY[$1::bigint]"
STATUS = "SELECT status FROM exceptions.break WHERE record_id = $1"


async def late_exception(product: Product, name: str) -> dict[str, Any]:
    """Make a ledger whose only record has no counterpart and is overdue; its exception."""
    ledger = await product.ledger(name)
    batch = (await product.upload(ledger.key_a, rows_of(1, 1), key=name)).json()
    await product.api.imported(batch["id"])
    await product.api.decided(ledger.reconciliation_id, 1)
    path = f"/v1/reconciliations/{ledger.reconciliation_id}"
    (entry,) = await product.api.all_of(f"{path}/entries")
    await product.api.post(f"{path}/records/{entry['id']}/mark_overdue", {})

    async def entries() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await product.api.all_of(f"{path}/entries")
        return found

    (late,) = await until(entries, lambda found: "break_id" in found[0])
    return {"id": late["break_id"], "record_id": int(entry["id"])}


async def force(product: Product, late: dict[str, Any]) -> httpx2.Response:
    return await product.api.client.post(
        f"/v1/exceptions/{late['id']}/force-match",
        json={"notes": "Agreed with the bank", "overrideReason": "BUSINESS_DECISION"},
        headers={"x-idempotency-key": f"force-{late['id']}"},
    )


@pytest.mark.parametrize("failpoint", STEPS)
async def test_killed_at_any_step_it_completes_once_by_itself(
    product: Product, failpoint: str
) -> None:
    late = await late_exception(product, failpoint.replace("_", "-"))
    exceptions = product.first("exceptions")
    arm(exceptions, failpoint)

    unanswered = await force(product, late)
    assert unanswered.status_code == 503, unanswered.text
    died = await death_of(exceptions)
    status = await product.one(STATUS, late["record_id"])
    made = await product.one(FORCED, late["record_id"])
    await asyncio.to_thread(exceptions.start)
    await until(lambda: product.one(STATUS, late["record_id"]), lambda now: now == "RESOLVED")

    again = await until(lambda: force(product, late), lambda one: one.status_code != 503)
    assert died == -9
    assert (status, made) == STEPS[failpoint], "it died where the failpoint says"
    assert (again.status_code, again.json()["status"]) == (200, "RESOLVED")
    assert again.headers["x-idempotency-replayed"] == "true"
    assert await product.one(FORCED, late["record_id"]) == 1
    await product.holds()
