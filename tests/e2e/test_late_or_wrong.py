"""What passes find out of open entries, from both files to the exceptions that people see."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from fixtures.public_api import PublicApi, until
from fixtures.stack import RunningStack
from tieout_contracts.ids import Kind, number_of
from tieout_ops.verify import verify

Json = dict[str, Any]
QUIET = timedelta(seconds=60)
FORCED = {"notes": "Agreed with the bank", "overrideReason": "BUSINESS_DECISION"}
HEADER = "date,amount,currency,direction,description,external_id\n"
BANK = HEADER + (
    "2026-11-02,100.50,EUR,credit,invoice,INV-1\n"
    "2026-11-03,50.00,EUR,credit,rent,RENT-A\n"
    "2026-11-03,70.50,EUR,credit,invoice,INV-2\n"
)
BOOKS = HEADER + (
    "2026-11-02,100.00,EUR,credit,invoice,INV-1\n"
    "2026-11-02,50.00,EUR,credit,rent,RENT-B\n"
    "2026-11-04,50.00,EUR,credit,rent,RENT-C\n"
    "2026-11-04,50.00,EUR,credit,rent,RENT-D\n"
    "2026-11-03,70.00,EUR,credit,invoice,INV-2\n"
)


@dataclass(frozen=True, kw_only=True)
class Found:
    """`entries` and `wait` name an entry by its side and its own identifier: A:INV-1."""

    api: PublicApi
    number: int

    async def entries(self) -> dict[str, Json]:
        listed = await self.api.all_of(f"/v1/reconciliations/{self.number}/entries")
        return {f"{one['side']}:{one['external_id']}": one for one in listed}

    async def wait(self, name: str) -> tuple[Json, Json]:
        """Wait for an entry to have its own exception; both."""
        entry = (await until(self.entries, lambda all_: "break_id" in all_[name]))[name]
        return entry, await self.exception(entry["break_id"])

    async def exception(self, break_id: str) -> Json:
        told: Json = await self.api.get(f"/v1/exceptions/{break_id}")
        return told

    async def mark_overdue(self, name: str) -> None:
        record = (await self.entries())[name]["id"]
        path = f"/v1/reconciliations/{self.number}/records/{record}/mark_overdue"
        await self.api.post(path, {})


@pytest.fixture(scope="module")
async def found(api: PublicApi) -> Found:
    """Give two invoices that differ by half a euro, and a rent that three bookings fit alike."""
    streams = [await api.stream(key, expected_days=366) for key in ("bank", "books")]
    number = await api.reconciliation("Bank to books", side_a=streams[:1], side_b=streams[1:])
    await api.rule(number, "amount", "external_id")
    near = {"key": "date", "value": "date", "tolerance_amount": 3, "tolerance_unit": "day"}
    leaves = [{"key": "amount", "value": "amount"}, {"key": "description", "value": "description"}]
    body = {"reconciliation_id": number, "priority": 1, "filters": {"rules": [*leaves, near]}}
    await api.post("/v1/reconciliation_rules", body)
    for key, content in (("bank", BANK), ("books", BOOKS)):
        await api.imported((await api.upload(key, f"{key}.csv", content)).id)
    await api.decided(number, 8)
    await api.run(number)
    return Found(api=api, number=number)


async def test_a_mismatch_is_an_exception_of_the_expected_entry_before_it_is_late(
    found: Found,
) -> None:
    entry, exception = await found.wait("B:INV-1")

    assert (entry["escalated"], entry["exception_id"]) == (False, None)
    assert entry["reason"]["code"] == "amount_mismatch"
    assert (exception["reasonCode"], exception["status"]) == ("AMOUNT_MISMATCH", "OPEN")
    assert "0.50 EUR" in exception["reason"]
    assert "break_id" not in (await found.entries())["A:INV-1"]
    assert await found.api.all_of("/v1/reconciliation_exceptions") == []


async def test_a_forced_mismatch_carries_its_rest_until_that_is_late(found: Found) -> None:
    entry, exception = await found.wait("B:INV-2")
    other = (await found.entries())["A:INV-2"]["id"]
    path = f"/v1/exceptions/{exception['id']}/force-match"

    body = FORCED | {"counterpartRecordIds": [other], "residualTreatment": "carry"}
    forced = await found.api.post(path, body)
    await found.mark_overdue("A:INV-2")
    _, rest = await found.wait("A:INV-2")

    assert (forced["status"], forced["resolutionType"]) == ("RESOLVED", "FORCE_MATCH")
    assert (await found.exception(entry["break_id"]))["status"] == "RESOLVED"
    assert rest["reasonCode"] == "UNMATCHED_OVERDUE"
    assert rest["reason"].startswith("The 0.50 EUR left of the credit")
    (bucket,) = await found.api.all_of("/v1/reconciliation_exceptions")
    assert bucket["aggregates"]["total_amount"] == 50


async def test_an_ambiguous_entry_waits_for_review_and_a_rejected_pair_is_not_suggested_again(
    found: Found,
) -> None:
    await found.mark_overdue("A:RENT-A")
    entry, exception = await found.wait("A:RENT-A")

    assert (exception["reasonCode"], exception["transactionStatus"]) == (
        "AMBIGUOUS",
        "PENDING_REVIEW",
    )
    assert exception["reason"].startswith("3 candidates fit equally well")
    suggested = number_of(Kind.MATCH, exception["suggestedMatchId"])
    await found.api.post(f"/v1/reconciliation_matches/{suggested}/reject", {})

    after = await until(
        lambda: found.exception(entry["break_id"]),
        lambda one: one.get("suggestedMatchId") not in (None, exception["suggestedMatchId"]),
    )
    assert (after["status"], after["reasonCode"]) == ("OPEN", "AMBIGUOUS")
    assert after["reason"].startswith("2 candidates fit equally well")


async def test_then_exceptions_shows_what_the_matcher_holds(
    found: Found, stack: RunningStack
) -> None:
    """I11, with an entry matched in part, a mismatch that is not late, and what was suggested."""
    await found.wait("B:INV-1")

    report = await verify(
        stack.postgres_url, role_password=stack.local.secrets.role_password, wait=QUIET
    )

    assert [one for one in report.findings if one.check.invariant == "I11" and not one.holds] == []
