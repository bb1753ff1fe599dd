"""Ingest killed at each step of a record's change, with the real matcher."""

import asyncio
from dataclasses import dataclass

import httpx2
import pytest

from faults.product import TODAY, Product, arm, death_of
from fixtures.public_api import until

HEADER = "date,amount,currency,direction,external_id\n"
# failpoint → (versions stored by its death, whether the matcher had the change by then)
STEPS = {
    "record_change_intent": (1, False),
    "record_change_effect": (1, True),
    "record_change_completion": (2, True),
}
VERSIONS = "SELECT count(*) FROM ingest.record WHERE id = $1"
# How the record stands in the matcher: its version, and whether it is matched or ended.
STANDS = """SELECT concat_ws(' ', version, ended, CASE WHEN match_id IS NOT NULL THEN 'matched' END)
    FROM matcher.entry WHERE record_id = $1"""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A change of the record whose counterpart has another identifier; `made`: what it becomes."""

    product: Product
    record_id: int
    deletes: bool

    @property
    def made(self) -> str:
        return "2 withdrawn" if self.deletes else "2 matched"

    async def ask(self) -> httpx2.Response:
        path = f"/v1/records/{self.record_id}"
        headers = {"x-idempotency-key": f"change-{self.record_id}"}
        if self.deletes:
            return await self.product.api.client.delete(path, headers=headers)
        members = {"external_id": "right"}
        return await self.product.api.client.patch(path, json=members, headers=headers)

    async def answered(self) -> httpx2.Response:
        return await until(self.ask, lambda one: one.status_code != 503)

    async def stands(self) -> str:
        return str(await self.product.one(STANDS, self.record_id))

    async def versions(self) -> int:
        return int(await self.product.one(VERSIONS, self.record_id))


async def a_wish(product: Product, name: str, *, deletes: bool) -> Wish:
    ledger = await product.ledger(name)
    for stream, external_id in ((ledger.key_a, "wrong"), (ledger.key_b, "right")):
        content = f"{HEADER}{TODAY},9.90,EUR,credit,{external_id}\n"
        batch = (await product.upload(stream, content, key=stream)).json()
        await product.api.imported(batch["id"])
    await product.api.decided(ledger.reconciliation_id, 2)
    path = f"/v1/reconciliations/{ledger.reconciliation_id}/entries"
    (entry,) = await product.api.all_of(path, side="A")
    return Wish(product=product, record_id=int(entry["id"]), deletes=deletes)


@pytest.mark.parametrize("deletes", [False, True], ids=["correction", "deletion"])
@pytest.mark.parametrize("failpoint", STEPS)
async def test_killed_at_any_step_it_is_completed_once_by_itself(
    product: Product, failpoint: str, deletes: bool
) -> None:
    kind = "deletion" if deletes else "correction"
    wish = await a_wish(product, f"{failpoint.replace('_', '-')}-{kind}", deletes=deletes)
    ingest = product.first("ingest")
    arm(ingest, failpoint)

    unanswered = await wish.ask()
    assert unanswered.status_code == 503, unanswered.text
    died = await death_of(ingest)
    at_death = (await wish.versions(), await wish.stands() == wish.made)
    await asyncio.to_thread(ingest.start)
    await until(wish.versions, lambda now: now == 2)

    again = await wish.answered()
    assert died == -9
    assert at_death == STEPS[failpoint], "it died where the failpoint says"
    assert again.status_code == (204 if deletes else 200), again.text
    assert again.headers["x-idempotency-replayed"] == "true"
    assert (await wish.versions(), await wish.stands()) == (2, wish.made)
    await product.holds()
