import json
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
from pydantic import BaseModel

import tieout_gateway.shapes
from tieout_gateway.shapes.buckets import bucket_of, shown_bucket_of
from tieout_gateway.shapes.imports import import_batch_of
from tieout_gateway.shapes.records import record_of, version_of
from tieout_gateway.shapes.shape import Body, Shape

FIELDS = {
    "amount_minor": "12345678901234567890123456789012345678",
    "exponent": 2,
    "currency": "EUR",
    "direction": "debit",
    "date": "2026-01-05",
}
AGGREGATES = {
    "record_count": 2,
    "total_amount": -100,
    "debit_count": 2,
    "debit_sum": -100,
    "credit_count": 0,
    "credit_sum": 0,
    "avg_age_days": 3,
    "oldest_at": "2026-01-05",
    "newest_at": "2026-01-06",
}
BUCKET = {
    "id": 61,
    "reconciliation_id": 41,
    "reconciliation_name": "r",
    "data_stream_id": 11,
    "data_stream_name": "s",
    "data_stream_key": "k",
    "title": "t",
    "description": None,
    "status": "open",
    "created_at": "2026-01-08T00:00:10Z",
    "updated_at": "2026-01-08T00:00:10Z",
    "opened_at": "2026-01-08T00:00:10Z",
    "closed_at": None,
    "decimal_places": 2,
    "version": 1,
    "aggregates": AGGREGATES,
}


def _shapes() -> Iterator[type[BaseModel]]:
    for module in iter_modules(tieout_gateway.shapes.__path__):
        members = vars(import_module(f"tieout_gateway.shapes.{module.name}")).values()
        for one in members:
            if isinstance(one, type) and issubclass(one, Body | Shape):
                yield one


def _examples() -> list[tuple[type[BaseModel], dict[str, Any]]]:
    found = {}
    for shape in _shapes():
        extra = shape.model_config.get("json_schema_extra")
        if isinstance(extra, dict):
            found[shape] = extra["examples"][0]
    return list(found.items())


@pytest.mark.parametrize(
    ("shape", "example"), _examples(), ids=lambda one: getattr(one, "__name__", "")
)
def test_every_example_is_valid_and_complete(
    shape: type[BaseModel], example: dict[str, Any]
) -> None:
    value = shape.model_validate(example)

    if issubclass(shape, Shape):
        assert json.loads(value.model_dump_json(by_alias=True)) == example


def test_a_record_keeps_38_digits_and_leaves_out_what_it_has_not() -> None:
    told = {
        "id": 501,
        "version": 1,
        "data_stream_key": "bank",
        "import_batch_id": None,
        "source": "api",
        "fields": FIELDS,
        "created_at": "2026-01-05T09:00:00Z",
    }

    shown = json.loads(record_of(told).model_dump_json())

    assert shown == {
        "id": 501,
        "amount": 12345678901234567890123456789012345678,
        "currency": "EUR",
        "decimal_places": 2,
        "direction": "debit",
        "date": "2026-01-05",
        "metadata": {},
        "data_stream_key": "bank",
        "source": "api",
        "version": 1,
        "created_at": "2026-01-05T09:00:00Z",
    }


def test_a_version_says_what_it_changed_in_the_names_it_is_shown_with() -> None:
    told = {
        "version": 3,
        "change": "correction",
        "changed": ["amount_minor", "exponent", "status", "description"],
        "account_id": 7,
        "source": "api",
        "import_batch_id": None,
        "bulk_request_id": None,
        "fields": FIELDS | {"status": "pending", "reversal": True},
        "created_at": "2026-01-05T09:00:00Z",
    }

    shown = json.loads(version_of(told).model_dump_json())
    deleted = version_of(told | {"change": "deletion"})
    reported = version_of(told | {"change": None})

    assert shown["changed"] == ["amount", "decimal_places", "record_status", "description"]
    assert (shown["change"], shown["account_id"], shown["reversal"]) == ("corrected", 7, True)
    assert shown["amount"] == int(FIELDS["amount_minor"])  # type: ignore[call-overload]
    assert "import_batch_id" not in shown
    assert (deleted.change, reported.change) == ("deleted", "reported")


def test_a_bucket_shows_null_where_the_dialect_allows_it_and_else_nothing() -> None:
    shown = json.loads(bucket_of(BUCKET, {}).model_dump_json())

    assert shown["closed_at"] is None
    assert shown["assignees"] == []
    assert not {"description", "comments", "filtered_aggregates", "investigation"} & set(shown)
    assert shown["aggregates"]["oldest_at"] == "2026-01-05T00:00:00Z"
    assert "by_currency" not in shown["aggregates"]


def test_only_the_show_answer_has_comments_investigations_and_filtered_aggregates() -> None:
    shown = json.loads(shown_bucket_of(BUCKET, {}).model_dump_json())

    assert shown["filtered_aggregates"] == shown["aggregates"]
    assert (shown["comments"], shown["investigation"]) == ([], None)
    assert shown["investigation_sessions"] == []


def test_several_currencies_are_listed_and_never_summed() -> None:
    euro = {
        "currency": "EUR",
        "exponent": 2,
        "record_count": 1,
        "total_amount": 5,
        "debit_count": 0,
        "debit_sum": 0,
        "credit_count": 1,
        "credit_sum": 5,
    }
    sums = {"total_amount": None, "debit_sum": None, "credit_sum": None}
    several = AGGREGATES | sums | {"by_currency": [euro, euro | {"currency": "JPY", "exponent": 0}]}

    shown = json.loads(bucket_of(BUCKET | {"aggregates": several}, {}).model_dump_json())

    assert shown["aggregates"]["total_amount"] is None
    assert [one["decimal_places"] for one in shown["aggregates"]["by_currency"]] == [2, 0]


@pytest.mark.parametrize(
    ("totals", "net", "places"),
    [
        ([], 0, 2),
        ([("EUR", 2, "100")], 100, 2),
        ([("JPY", 0, "7")], 7, 0),
        ([("EUR", 2, "100"), ("JPY", 0, "7")], None, None),
    ],
)
def test_an_import_batch_sums_only_one_currency(
    totals: list[tuple[str, int, str]], net: int | None, places: int | None
) -> None:
    told = {
        "id": 21,
        "data_stream_key": "bank",
        "source": "csv_upload",
        "filename": "a.csv",
        "status": "completed",
        "rows_read": 1,
        "accepted": 1,
        "skipped": 0,
        "rejected": 0,
        "record_count": 1,
        "rejections": [],
        "by_currency": [
            {
                "currency": currency,
                "exponent": exponent,
                "total_credits": amount,
                "total_debits": "0",
                "net_amount": amount,
            }
            for currency, exponent, amount in totals
        ],
        "created_at": "2026-01-05T09:00:00Z",
        "completed_at": None,
    }

    shown = import_batch_of(told)

    assert (shown.net_amount, shown.decimal_places) == (net, places)
    assert len(shown.by_currency) == len(totals)
    assert shown.imported == 1
    assert import_batch_of(told | {"duplicate": True}).imported == 0
