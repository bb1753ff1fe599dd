"""End Close on real payments: streams, bulk, rules, exceptions swept, dismissed and reopened."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from conformance.end_close_flow import BUCKETS, RULE, Flow, Payments, begin, read_payments
from fixtures.public_api import PublicApi, until
from fixtures.stack import RunningStack
from tieout_ops.verify import verify

PAIRS, LATER = 200, 3
QUIET = timedelta(seconds=60)
Json = dict[str, Any]


@pytest.fixture(scope="module")
def payments(corpus: Path) -> Payments:
    return read_payments(corpus, PAIRS + LATER)


@pytest.fixture(scope="module")
async def flow(api: PublicApi, payments: Payments) -> Flow:
    """Give both sides loaded, without a rule."""
    flow = await begin(api)
    await flow.add(payments.sent[:PAIRS])
    await flow.add(payments.arrived[:PAIRS])
    await api.decided(flow.number, 2 * PAIRS)
    return flow


@pytest.fixture(scope="module")
async def left(flow: Flow, payments: Payments) -> int:
    """Give how many of each side the rule left open."""
    for key, records in (("sent", payments.sent), ("arrived", payments.arrived)):
        swept = await flow.bucket(key, "open", PAIRS)
        assert swept["aggregates"]["total_amount"] == total(records[:PAIRS])
        assert swept["aggregates"]["oldest_at"][:10] == min(one["date"] for one in records[:PAIRS])
    await flow.api.post("/v1/reconciliation_rules", RULE | {"reconciliation_id": flow.number})
    await flow.api.decided(flow.number, 2 * PAIRS)
    await flow.api.run(flow.number)
    return PAIRS - int((await flow.progress())["matched"]) // 2


def total(records: Sequence[Json]) -> int:
    return sum(one["amount"] for one in records)


async def test_what_a_rule_matches_leaves_the_exceptions(flow: Flow, left: int) -> None:
    assert PAIRS // 2 > left > 0

    for key in ("sent", "arrived"):
        await flow.bucket(key, "open", left)


async def test_a_dismissed_exception_keeps_what_it_covers_and_a_new_one_opens(
    flow: Flow, payments: Payments, left: int
) -> None:
    swept = await flow.bucket("sent", "open", left)
    dismissed = await flow.patch(f"{BUCKETS}/{swept['id']}", {"status": "dismissed"})

    await flow.add(payments.sent[PAIRS:])
    await flow.api.decided(flow.number, 2 * PAIRS + LATER)

    fresh = await flow.bucket("sent", "open", LATER)
    kept = await flow.bucket("sent", "dismissed", left)
    assert dismissed["closed_at"] is not None
    assert fresh["id"] != kept["id"] == swept["id"]
    assert fresh["aggregates"]["total_amount"] == total(payments.sent[PAIRS:])


async def test_matched_by_hand_it_is_resolved_and_a_revoked_match_reopens_it(
    flow: Flow, payments: Payments, left: int
) -> None:
    fresh = await flow.bucket("sent", "open", LATER)
    late = [
        (await flow.api.get("/v1/records", external_id=one["external_id"]))["data"][0]["id"]
        for one in payments.sent[PAIRS:]
    ]
    made = [
        await flow.api.post(
            "/v1/reconciliation_matches",
            {"reconciliation_id": flow.number, "record_ids": [sent, arrived],
             "create_adjustment": True, "adjustment_reason": "agreed by telephone"},
        )
        for sent, arrived in zip(late, await flow.open_of("B", LATER), strict=True)
    ]  # fmt: skip

    resolved = await flow.shown(fresh, "resolved")
    await flow.api.delete(f"/v1/reconciliation_matches/{made[0]['id']}")
    reopened = await flow.shown(fresh, "open")

    assert (resolved["aggregates"]["record_count"], resolved["closed_at"] is None) == (0, False)
    assert (reopened["aggregates"]["record_count"], reopened["closed_at"]) == (1, None)
    assert reopened["opened_at"] > fresh["opened_at"]
    await flow.bucket("arrived", "open", left - LATER + 1)


async def test_people_work_on_an_exception(flow: Flow, left: int) -> None:
    bucket = await flow.bucket("arrived", "open", left - LATER + 1)
    path = f"{BUCKETS}/{bucket['id']}"

    said = await flow.api.post(f"{path}/comments", {"body": "Which of these are fees?"})
    found = await until(
        lambda: flow.api.post(f"{path}/investigations", {"amount_max": 100_000}),
        lambda one: one["outcome"] != "needs_review" or one["suggested_record_ids"] != [],
    )
    shown = await flow.api.get(path, amount_max=100_000)

    assert shown["comments"] == [said]
    assert shown["investigation"] == found
    assert found["filter_params"] == {"amount_max": 100_000}
    assert found["candidate_records_searched"] > 0
    whole, part = shown["aggregates"], shown["filtered_aggregates"]
    assert 0 < part["record_count"] < whole["record_count"]
    assert part["total_amount"] < whole["total_amount"]


async def test_a_stream_that_goes_takes_its_exception_along_and_brings_it_back(
    flow: Flow, left: int
) -> None:
    path = f"/v1/reconciliations/{flow.number}"
    bucket = await flow.bucket("arrived", "open", left - LATER + 1)
    sides = await flow.api.get(path)
    streams = {side: [one["id"] for one in sides[f"side_{side}_streams"]] for side in ("a", "b")}
    before = await flow.progress()

    gone = await flow.patch(path, {"side_a_stream_ids": streams["a"], "side_b_stream_ids": []})
    without = await flow.shown(bucket, "resolved")
    behind = await until(flow.progress, lambda seen: not seen["rekeying"])
    await flow.patch(path, {"side_a_stream_ids": streams["a"], "side_b_stream_ids": streams["b"]})
    back = await flow.bucket("arrived", "open", left - LATER + 1)

    assert gone["side_b_streams"] == []
    assert without["aggregates"]["record_count"] == 0
    assert (behind["ended"], behind["matched"]) == (left - LATER + 1, before["matched"])
    assert behind["behind"] == 0
    assert back["id"] == bucket["id"]


async def test_a_deleted_reconciliation_closes_its_exceptions_and_the_books_still_tie(
    flow: Flow, stack: RunningStack, left: int
) -> None:
    live = [await flow.bucket("sent", "open", 1),
            await flow.bucket("arrived", "open", left - LATER + 1)]  # fmt: skip

    await flow.api.delete(f"/v1/reconciliations/{flow.number}")

    for bucket in live:
        await flow.shown(bucket, "resolved")
    gone = await flow.api.client.get(f"/v1/reconciliations/{flow.number}")
    assert gone.status_code == 404
    report = await verify(
        stack.postgres_url, role_password=stack.local.secrets.role_password, wait=QUIET
    )
    assert [one for one in report.findings if not one.holds] == []
