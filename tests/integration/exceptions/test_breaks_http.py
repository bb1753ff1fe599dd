"""Breaks as callers read them."""

from datetime import timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from integration.exceptions.conftest import SCALE, Rig
from tieout_exceptions.domain.severity import LEVELS, severity_of


async def listed(rig: Rig, **params: Any) -> list[int]:
    return [one["record_id"] for one in (await rig.json("/breaks", **params))["data"]]


async def test_a_break_has_every_member_of_the_contract(rig: Rig) -> None:
    await rig.late(1)

    found = await rig.one_break()

    assert found == {
        "id": found["id"],
        "reconciliation_id": 5,
        "record_id": 1,
        "stream_id": 11,
        "status": "OPEN",
        "severity": "MEDIUM",
        "reason_code": "UNMATCHED_OVERDUE",
        "reason": found["reason"],
        "created_at": "2026-03-01T12:02:00Z",
        "updated_at": "2026-03-01T12:02:00Z",
        "due_at": "2026-03-06T12:02:00Z",
        "assigned_to": None,
        "external_system": None,
        "external_issue_id": None,
        "resolution_type": None,
        "resolution_reason": None,
        "resolution_notes": None,
        "match_id": None,
        "suggested_match_id": None,
        "reopened_count": 0,
        "version": 1,
    }
    assert await rig.json(f"/breaks/{found['id']}") == found


async def test_severity_grows_as_it_is_read_while_the_due_time_stays(rig: Rig) -> None:
    await rig.late(1, amount_minor="1")
    first = await rig.one_break()

    rig.clock.now += timedelta(days=3)
    later = await rig.one_break()

    assert (first["severity"], later["severity"]) == ("MEDIUM", "HIGH")
    assert later["due_at"] == first["due_at"] == "2026-03-08T12:02:00Z"


async def test_pages_follow_each_other_newest_first(rig: Rig) -> None:
    await rig.late(*range(1, 12, 2))

    seen, cursor = [], None
    for _ in range(3):
        params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = await rig.json("/breaks", **params)
        seen += [one["record_id"] for one in page["data"]]
        cursor = page["next_cursor"]

    assert seen == [11, 9, 7, 5, 3, 1]
    assert cursor is None


async def test_filters_narrow_the_list(rig: Rig) -> None:
    await rig.late(1, amount_minor="1")
    await rig.late(3, amount_minor="10000000")
    rig.log.arrive(2)
    rig.log.match(1, 2)
    await rig.deliver()
    await rig.worker.execute(
        "UPDATE break SET assigned_to = 'ann@example.com', external_system = 'JIRA'"
        " WHERE record_id = 3"
    )

    assert await listed(rig, status="OPEN") == [3]
    assert await listed(rig, status="RESOLVED") == [1]
    assert await listed(rig, severity="CRITICAL") == [3]
    assert await listed(rig, severity="LOW") == [1]  # its age stood still when it was resolved
    assert await listed(rig, assigned_to="ann@example.com") == [3]
    assert await listed(rig, external_system="JIRA") == [3]
    assert await listed(rig, reconciliation_id=6) == []
    assert await listed(rig, date_from="2026-03-01", date_to="2026-03-01") == [3, 1]
    assert await listed(rig, date_to="2026-02-28") == []
    assert await listed(rig, date_from="2026-03-01T12:03:00Z") == [3]
    assert await listed(rig, date_to="2026-03-01T12:03:00Z") == [1]


@pytest.mark.parametrize(
    "params",
    [
        {"status": "CLOSED"},
        {"severity": "SEVERE"},
        {"limit": 0},
        {"limit": 201},
        {"cursor": "x"},
        {"cursor": "aWQ6MTIzNDU2Nzg5MDEyMzQ1Njc4OTA="},
        {"date_from": "yesterday"},
        {"date_from": "2026-03-01T12:00:00"},
        {"date_to": "9999-12-31"},
        {"reconciliation_id": 2**53},
        {"assigned_to": "\x00"},
    ],
)
async def test_what_cannot_be_asked_is_422(rig: Rig, params: dict[str, Any]) -> None:
    response = await rig.call("GET", "/breaks", params=params)

    assert (response.status_code, response.json()["code"]) == (422, "validation_failed")


async def test_the_database_judges_severity_as_the_domain_does(rig: Rig) -> None:
    amounts = [
        Decimal(text) for text in ["0", "999.99", "1000", "9999.99", "10000", "99999.99", "100000"]
    ]
    hours = [0, 23, 24, 71, 72, 119, 120, 5000]
    currencies = [("EUR", 2, 1), ("JPY", 0, 100), ("USDC", 6, 1)]

    for amount, age_hours, (currency, exponent, factor) in product(amounts, hours, currencies):
        minor = int(amount * factor * 10**exponent)
        age, own = timedelta(hours=age_hours), SCALE.of(currency)
        judged = await rig.worker.fetchval(
            "SELECT severity_of($1::numeric, $2, $3, $4, $5, $6)",
            Decimal(minor),
            exponent,
            age,
            *own.steps,
        )
        assert judged == severity_of(amount_minor=minor, exponent=exponent, age=age, thresholds=own)
        assert judged in LEVELS


async def test_entry_exceptions_name_bucket_and_break_of_what_is_wrong(rig: Rig) -> None:
    await rig.late(1, 3)
    rig.log.arrive(2)
    rig.log.match(3, 2)
    await rig.deliver()
    (bucket,) = (await rig.json("/buckets"))["data"]
    (found,) = (await rig.json("/breaks", status="OPEN"))["data"]

    exceptions = await rig.json("/entry_exceptions", reconciliation_id=5, record_ids="1,2,3")

    assert exceptions == {
        "1": {
            "bucket_id": bucket["id"],
            "break_id": found["id"],
            "reason_code": "UNMATCHED_OVERDUE",
            "reason": found["reason"],
        }
    }
    for wrong in ("a", "1,-2", ",".join(["1"] * 1001)):
        response = await rig.call(
            "GET", "/entry_exceptions", params={"reconciliation_id": 5, "record_ids": wrong}
        )
        assert response.status_code == 422


async def test_only_who_has_the_token_and_an_organisation_is_answered(rig: Rig) -> None:
    for headers in ({"authorization": "Bearer wrong"}, {"tieout-organization": "x"}):
        assert (await rig.call("GET", "/breaks", headers=headers)).status_code == 401
