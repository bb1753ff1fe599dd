"""Buckets as callers see them: the sweeper's rules beside what people do."""

from datetime import timedelta
from typing import Any

import pytest

from integration.exceptions.bucket_calls import buckets, create, patch
from integration.exceptions.conftest import Rig


async def test_the_sweepers_bucket_has_every_member_of_the_contract(rig: Rig) -> None:
    await rig.late(1, amount_minor="250", direction="debit")
    await rig.late(3, date="2026-01-31")

    (found,) = await buckets(rig)
    shown = await rig.json(f"/buckets/{found['id']}")

    at = found["created_at"]
    expected = {
        "id": found["id"],
        "reconciliation_id": 5,
        "reconciliation_name": "Bank against books",
        "data_stream_id": 11,
        "data_stream_name": "Bank",
        "data_stream_key": "key-11",
        "title": "Bank — overdue records",
        "description": None,
        "status": "open",
        "created_at": at,
        "updated_at": at,
        "opened_at": at,
        "closed_at": None,
        "decimal_places": 2,
        "version": 1,
        "assignee_ids": [],
        "aggregates": {
            "record_count": 2,
            "total_amount": 124750,
            "debit_count": 1,
            "debit_sum": -250,
            "credit_count": 1,
            "credit_sum": 125000,
            "avg_age_days": 1,
            "oldest_at": "2026-01-31T00:00:00Z",
            "newest_at": "2026-02-20T00:00:00Z",
        },
    }
    assert found == expected
    assert shown == expected | {
        "filtered_aggregates": expected["aggregates"],
        "comments": [],
        "investigation": None,
        "investigation_sessions": [],
    }
    assert at == "2026-03-01T12:02:00Z"


@pytest.mark.parametrize(
    ("filters", "records"),
    [
        ({}, {1, 3, 5, 7}),
        ({"amount_min": -250}, {1, 3, 5, 7}),
        ({"amount_min": -249}, {3, 5, 7}),
        ({"amount_max": 100}, {1, 3}),
        ({"amount_min": 100, "amount_max": 100}, {3}),
        ({"date_from": "2026-01-31"}, {1, 3, 5}),
        ({"date_to": "2026-01-31"}, {3, 7}),
        ({"direction": "debit"}, {1}),
        ({"counterparty": "acme"}, {1, 3}),
        ({"counterparty": "INVOICE 9"}, {5}),
        ({"counterparty": "%"}, set()),
        ({"age_bucket": "lt_7d"}, {1}),
        ({"age_bucket": "7_30d"}, {3}),
        ({"age_bucket": "30_90d"}, {5}),
        ({"age_bucket": "gt_90d"}, {7}),
        ({"direction": "credit", "age_bucket": "7_30d"}, {3}),
    ],
)
async def test_filters_narrow_the_filtered_aggregates_alone(
    rig: Rig, filters: dict[str, Any], records: set[int]
) -> None:
    now = rig.clock.now
    plain = {"counterparty": "Other", "description": None}
    await rig.late(1, amount_minor="250", direction="debit", overdue_at=now)
    await rig.late(3, amount_minor="100", date="2026-01-31", overdue_at=now - timedelta(days=7))
    await rig.late(
        5,
        amount_minor="1000",
        overdue_at=now - timedelta(days=30),
        **plain | {"description": "invoice 99"},
    )
    await rig.late(
        7,
        amount_minor="10000",
        date="2025-12-31",
        overdue_at=now - timedelta(days=90),
        **plain,
    )
    amounts = {1: -250, 3: 100, 5: 1000, 7: 10000}
    (found,) = await buckets(rig)

    shown = await rig.json(f"/buckets/{found['id']}", **filters)

    filtered = shown["filtered_aggregates"]
    assert filtered["total_amount"] == sum(amounts[one] for one in records)
    assert filtered["record_count"] == len(records)
    assert shown["aggregates"]["record_count"] == 4


async def test_several_currencies_are_listed_and_not_summed(rig: Rig) -> None:
    await rig.late(1)
    await rig.late(3, currency="JPY", exponent=0, amount_minor="9" * 38)

    (found,) = await buckets(rig)

    assert found["aggregates"]["total_amount"] is None
    assert [
        (one["currency"], one["total_amount"]) for one in found["aggregates"]["by_currency"]
    ] == [
        ("EUR", 125000),
        ("JPY", int("9" * 38)),
    ]


async def test_a_person_makes_one_live_bucket_and_no_second(rig: Rig) -> None:
    made = await create(rig, title="Missing wires", description="ask the bank")
    second = await create(rig, status="investigating")
    closed = await create(rig, status="resolved")

    assert made.status_code == 201
    answer = made.json()
    assert (answer["title"], answer["description"], answer["status"]) == (
        "Missing wires",
        "ask the bank",
        "open",
    )
    assert answer["aggregates"]["record_count"] == 0
    assert (second.status_code, second.json()["code"]) == (422, "bucket_exists")
    assert closed.status_code == 201
    assert (closed.json()["opened_at"], closed.json()["closed_at"]) == (
        None,
        "2026-03-02T12:00:00Z",
    )
    assert closed.json()["title"] == "Bank — overdue records"
    reopened = await patch(rig, closed.json()["id"], status="open")
    assert (reopened.status_code, reopened.json()["code"]) == (409, "bucket_exists")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"reconciliation_id": 6}, 404, "not_found"),
        ({"data_stream_id": 14}, 404, "not_found"),
        ({"data_stream_id": 13}, 422, "validation_failed"),
        ({"status": "closed"}, 422, "validation_failed"),
        ({"title": " "}, 422, "validation_failed"),
        ({"title": "a\x00"}, 422, "validation_failed"),
        ({"title": "x" * 501}, 422, "validation_failed"),
        ({"colour": "red"}, 422, "validation_failed"),
    ],
)
async def test_what_cannot_be_made_is_said(
    rig: Rig, body: dict[str, Any], status: int, code: str
) -> None:
    response = await create(rig, **body)

    assert (response.status_code, response.json()["code"]) == (status, code)
    assert await buckets(rig) == []
