"""Why is it open? The change that the answer names is made, and the entry matches."""

from typing import Any

import pytest

from fixtures.public_api import PublicApi, until

BANK = """date,amount,currency,direction,description,external_id
2026-11-02,100.00,EUR,credit,invoice 4711,bank-1
"""
BOOKS = """date,amount,currency,direction,description,external_id
2026-11-02,100.75,EUR,credit,invoice 4711,book-1
2026-11-02,512.00,EUR,credit,invoice 4712,book-2
"""
FILTERS: dict[str, Any] = {
    "rules": [
        {"key": "amount", "value": "amount", "tolerance_amount": "0.50"},
        {"key": "description", "value": "description"},
    ]
}


class Asked:
    """One reconciliation with a rule whose tolerance is too small."""

    def __init__(self, api: PublicApi, reconciliation_id: int, rule_id: int) -> None:
        self.api = api
        self.path = f"/v1/reconciliations/{reconciliation_id}/entries"
        self.rule_id = rule_id

    async def entry(self, external_id: str) -> dict[str, Any]:
        entries = await self.api.all_of(self.path)
        return next(one for one in entries if one["external_id"] == external_id)

    async def explained(self, external_id: str) -> dict[str, Any]:
        number = (await self.entry(external_id))["id"]
        told: dict[str, Any] = await self.api.get(f"{self.path}/{number}/explanation")
        return told


@pytest.fixture(scope="module")
async def asked(api: PublicApi) -> Asked:
    streams = {key: await api.stream(key, expected_days=366) for key in ("told", "booked")}
    reconciliation_id = await api.reconciliation(
        "Explained", side_a=[streams["told"]], side_b=[streams["booked"]]
    )
    rule = await api.post(
        "/v1/reconciliation_rules", {"reconciliation_id": reconciliation_id, "filters": FILTERS}
    )
    for key, content in (("told", BANK), ("booked", BOOKS)):
        batch = await api.upload(key, f"{key}.csv", content)
        await api.imported(batch.id)
    await api.decided(reconciliation_id, 3)
    return Asked(api, reconciliation_id, rule["id"])


async def test_the_change_that_is_named_makes_the_entry_match(asked: Asked) -> None:
    before = await asked.explained("bank-1")
    miss = before["near_misses"][0]
    (change,) = miss["changes"]
    rules = [FILTERS["rules"][0] | {"tolerance_amount": change["to"]}, FILTERS["rules"][1]]
    path = f"/v1/reconciliation_rules/{asked.rule_id}"
    changed = await asked.api.client.patch(path, json={"filters": {"rules": rules}})
    await until(lambda: asked.entry("bank-1"), lambda one: one["status"] == "reconciled")
    after = await asked.explained("bank-1")

    assert (change["kind"], change["path"]) == ("tolerance", "$.filters.rules[0]")
    assert (change["from"], change["to"]) == ("0.50", "0.75")
    assert miss["message"] == (
        "The amount differs by 0.75 EUR; with a tolerance of 0.75 EUR instead of 0.50 EUR it "
        "would have matched."
    )
    assert miss["record"]["data_stream_key"] == "booked"
    assert changed.status_code == 200
    assert (after["match"]["rule"]["version"], after["match"]["trace"]["held"]) == (2, 0)
    assert {one["result"] for one in after["match"]["trace"]["conditions"]} == {"pass"}


async def test_a_match_is_explained_by_itself_too(asked: Asked) -> None:
    entry = await until(lambda: asked.entry("bank-1"), lambda one: one["status"] == "reconciled")

    path = f"/v1/reconciliation_matches/{entry['reconciliation_match_id']}/explanation"
    match = await asked.api.get(path)

    assert match == (await asked.explained("bank-1"))["match"]
    assert {one["external_id"] for one in match["records"]} == {"bank-1", "book-1"}
