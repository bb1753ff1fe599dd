"""Cases on real Postgres: each outcome once, read whole, worked on by people."""

import hashlib
import json
import random
from dataclasses import astuple, replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integration.exceptions.conftest import Rig, intake_of
from tieout_runtime.postgres import Pool
from unit.exceptions.outcome_log import ORGANIZATION, OutcomeLog
from unit.exceptions.outcome_steps import STEPS, Step, follow
from unit.exceptions.test_case_following import a_book

NUMBERS = iter(range(10_000, 1_000_000))
Json = dict[str, Any]


async def add_book(worker: Pool, *, organization_id: int, reconciliation_id: int) -> None:
    book = replace(a_book(), organization_id=organization_id, reconciliation_id=reconciliation_id)
    await worker.execute(
        "INSERT INTO case_book VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
        *astuple(book),
    )


@pytest.fixture
async def cases(rig: Rig) -> Rig:
    """Give the service with a book whose reconciliation is that of the rig's log."""
    log = rig.log
    await add_book(
        rig.worker, organization_id=ORGANIZATION, reconciliation_id=log.reconciliation_id
    )
    return rig


async def listed(rig: Rig, **params: Any) -> list[Json]:
    found: list[Json] = (await rig.json("/cases", **params))["data"]
    return found


async def cases_hash(worker: Pool, organization_id: int) -> str:
    """Hash everything kept of one organisation's cases, but the numbers drawn from sequences."""
    content: Json = {}
    for table, order in {
        "payment_intent": "record_id",
        "payment_case": "record_id",
        "case_evidence": "record_id",
        "case_match": "record_id, match_id",
        "case_event": "id",
    }.items():
        rows = await worker.fetch(
            f"SELECT * FROM {table} WHERE organization_id = $1 ORDER BY {order}",  # noqa: S608
            organization_id,
        )
        drawn = {"organization_id", "reconciliation_id", "id", "case_id"}
        content[table] = [
            {name: value for name, value in row.items() if name not in drawn} for row in rows
        ]
    return hashlib.sha256(json.dumps(content, default=str, sort_keys=True).encode()).hexdigest()


@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=STEPS,
    cuts=st.lists(st.integers(1, 7), min_size=1, max_size=4),
    disorder=st.none() | st.integers(0, 2**32),
)
async def test_batches_redelivery_and_order_change_nothing(
    worker: Pool, steps: list[Step], cuts: list[int], disorder: int | None
) -> None:
    organizations = (next(NUMBERS), next(NUMBERS))
    plain, cut = [
        follow(OutcomeLog(organization_id=number, reconciliation_id=5), steps)
        for number in organizations
    ]
    for number in organizations:
        await add_book(worker, organization_id=number, reconciliation_id=5)
    records, chunks = cut.deliveries(), []
    while records:
        size = cuts[len(chunks) % len(cuts)]
        chunks.append(records[:size])
        records = records[size:]
    chunks = [chunk for chunk in chunks for _ in range(2)]
    if disorder is not None:
        random.Random(disorder).shuffle(chunks)  # noqa: S311 - a test's own disorder

    await intake_of(worker).on_batch(plain.deliveries())
    for chunk in chunks:
        await intake_of(worker).on_batch(chunk)

    one, other = [await cases_hash(worker, number) for number in organizations]
    assert one == other


async def test_a_case_shows_its_intent_its_evidence_and_what_happened(cases: Rig) -> None:
    cases.log.arrive(1)
    cases.log.arrive(2)
    match = cases.log.match(1, 2)
    await cases.deliver()

    (case,) = await listed(cases)

    assert case["payment_intent"]["id"] == 2
    assert case["payment_intent"]["external_reference"] == "INV-4711"
    assert case["payment_intent"]["status"] == "completed"
    assert (case["status"], case["reconciliation_status"]) == ("resolved", "reconciled")
    assert (case["expected_amount"], case["actual_amount"]) == ("1250.00", "1250.00")
    assert (case["unexplained_delta"], case["verdict"]) == ("0.00", "matched")
    assert [one["id"] for one in case["flow_legs"]] == [1]
    assert [one["id"] for one in case["match_links"]] == [match]
    assert [one["event_type"] for one in case["audit_events"]] == [
        "case.opened", "match.accepted", "case.resolved",
    ]  # fmt: skip
    assert await cases.json(f"/cases/{case['id']}") == case


async def test_the_exception_type_is_the_reason_of_the_open_break(cases: Rig) -> None:
    cases.log.arrive(1, amount_minor="125050")
    cases.log.arrive(2)
    cases.log.mismatch(2, 1)
    await cases.deliver()

    (case,) = await listed(cases)

    assert case["exception_type"] == "amount_mismatch"
    assert (case["actual_amount"], case["unexplained_delta"]) == ("1250.50", "-0.50")
    assert case["verdict"] == "needs_review"


async def test_filters_let_through_what_they_name(cases: Rig) -> None:
    cases.log.arrive(1)
    cases.log.arrive(2)
    cases.log.match(1, 2)
    cases.log.arrive(4, reference="INV-4")
    cases.log.arrive(6, reference="INV-6")
    cases.log.arrive(7, reference="INV-6", amount_minor="60000")
    await cases.deliver()
    case_of = {one["payment_intent"]["id"]: one for one in await listed(cases)}
    late = (cases.clock.now - timedelta(hours=1)).isoformat().replace("+00:00", "Z")

    async def passing(**params: Any) -> list[int]:
        return sorted(one["payment_intent"]["id"] for one in await listed(cases, **params))

    assert await passing() == [2, 4, 6]
    assert await passing(verdict="matched") == [2]
    assert await passing(verdict="matched,needs_review") == [2, 6]
    assert await passing(status="open") == [4, 6]
    assert await passing(reconciliation_status="reconciled") == [2]
    assert await passing(external_reference="INV-4") == [4]
    assert await passing(created_from=late) == []
    assert await passing(created_to=case_of[4]["created_at"]) == [2]
    assert await passing(verdict="sla_risk") == []
    cases.clock.now += timedelta(days=2)
    assert await passing(verdict="sla_risk") == [4, 6]
    first = await cases.json("/cases", limit=2)
    rest = await cases.json("/cases", limit=2, cursor=first["next_cursor"])
    pages = [one["payment_intent"]["id"] for page in (first, rest) for one in page["data"]]
    assert (pages, rest["next_cursor"]) == ([6, 4, 2], None)


async def test_an_export_holds_all_that_passes_and_ends_with_how_many(cases: Rig) -> None:
    for record_id in range(2, 22, 2):
        cases.log.arrive(record_id, reference=f"INV-{record_id}")
    await cases.deliver()

    answer = await cases.call("GET", "/cases/export", params={"status": "open"})

    *lines, last = [msgspec.json.decode(line) for line in answer.text.splitlines()]
    assert lines == await listed(cases)
    assert last["total"] == len(lines) == 10


async def test_people_resolve_note_and_archive_and_it_is_told_who(cases: Rig) -> None:
    cases.log.arrive(2)
    await cases.deliver()
    (case,) = await listed(cases)
    path = f"/cases/{case['id']}"

    noted = await cases.call("POST", f"{path}/notes", json={"notes": "Asked the bank"})
    resolved = await cases.call("POST", f"{path}/resolve", json={"notes": "It came by cheque"})
    again = await cases.call("POST", f"{path}/resolve", json={})
    archived = await cases.call("POST", f"{path}/archive", json={})
    refused = await cases.call("POST", f"{path}/resolve", json={})

    assert [one.status_code for one in (noted, resolved, again, archived, refused)] == [
        200, 200, 200, 200, 409,
    ]  # fmt: skip
    assert refused.json()["code"] == "case_archived"
    assert again.json() == resolved.json()
    told = archived.json()
    assert (told["status"], told["notes"]) == ("archived", "It came by cheque")
    own = [one for one in told["audit_events"] if one["actor"] != "system"]
    assert [(one["event_type"], one["actor"]) for one in own] == [
        ("case.noted", "account:3"), ("case.resolved", "account:3"), ("case.archived", "account:3"),
    ]  # fmt: skip
    assert own[1]["payload"] == {"statusBefore": "open", "notesBefore": "Asked the bank"}


async def test_one_key_is_one_effect_and_a_stale_version_is_none(cases: Rig) -> None:
    cases.log.arrive(2)
    await cases.deliver()
    (case,) = await listed(cases)
    path = f"/cases/{case['id']}/notes"
    keyed = {"x-idempotency-key": "n1"}

    first = await cases.call("POST", path, json={"notes": "one"}, headers=keyed)
    again = await cases.call("POST", path, json={"notes": "one"}, headers=keyed)
    other = await cases.call("POST", path, json={"notes": "two"}, headers=keyed)
    stale = await cases.call("POST", path, json={"notes": "two"}, headers={"if-match": '"1"'})

    assert first.content == again.content
    assert [one.headers["x-idempotency-replayed"] for one in (first, again)] == ["false", "true"]
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert (stale.status_code, stale.json()["code"]) == (412, "precondition_failed")
    assert (await listed(cases))[0]["notes"] == "one"


async def test_another_organisation_sees_no_case_and_changes_none(cases: Rig) -> None:
    cases.log.arrive(2)
    await cases.deliver()
    (case,) = await listed(cases)
    await add_book(cases.worker, organization_id=99, reconciliation_id=6)
    stranger = {"tieout-organization": "99"}

    found = await cases.call("GET", "/cases", headers=stranger)
    shown = await cases.call("GET", f"/cases/{case['id']}", headers=stranger)
    noted = await cases.call(
        "POST", f"/cases/{case['id']}/notes", json={"notes": "n"}, headers=stranger
    )

    assert found.json()["data"] == []
    assert (shown.status_code, noted.status_code) == (404, 404)
    assert (await listed(cases))[0]["notes"] is None


async def test_a_reconciliation_without_a_book_makes_no_cases(rig: Rig) -> None:
    rig.log.arrive(2)
    await rig.deliver()

    assert await listed(rig) == []
    assert await rig.worker.fetchval("SELECT count(*) FROM payment_case") == 0
