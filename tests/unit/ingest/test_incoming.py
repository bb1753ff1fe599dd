import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout_contracts.transactions import Transaction
from tieout_ingest.domain.incoming import record_from_json, record_from_transaction
from tieout_ingest.domain.limits import Limits
from tieout_ingest.domain.refusals import JsonRefused

LIMITS = Limits()


def a_record(**changes: Any) -> dict[str, Any]:
    return {"amount": 1234, "direction": "credit", "date": "2024-05-02", **changes}


def test_the_least_record_takes_the_defaults() -> None:
    record = record_from_json(a_record(), limits=LIMITS)

    assert (record.fields.currency, record.fields.exponent) == ("USD", 2)
    assert (record.fields.amount_minor, record.fields.date) == ("1234", date(2024, 5, 2))
    assert record.identity is None
    assert json.loads(record.raw_json) == a_record()


def test_a_full_record_keeps_everything() -> None:
    document = a_record(
        currency="usdc", decimal_places=8, description="d", external_id="x-1", counterparty="c",
        reference="r", value_date="2024-05-03", status="pending", metadata={"a": {"b": [1]}},
    )  # fmt: skip

    record = record_from_json(document, limits=LIMITS)

    fields = record.fields
    assert (fields.currency, fields.exponent, record.identity) == ("USDC", 8, "x-1")
    assert (fields.status, fields.value_date) == ("pending", date(2024, 5, 3))
    assert (fields.description, fields.counterparty, fields.reference) == ("d", "c", "r")
    assert fields.metadata == {"a": {"b": [1]}}


@given(amount=st.integers(0, 10**38 - 1))
def test_every_amount_is_kept_to_the_digit(amount: int) -> None:
    assert record_from_json(a_record(amount=amount), limits=LIMITS).fields.signed_minor == amount


@pytest.mark.parametrize(
    ("changes", "member", "code"),
    [
        ({"amount": 12.34}, "amount", "not_minor_units"),
        ({"amount": 12.0}, "amount", "not_minor_units"),
        ({"amount": "12"}, "amount", "not_minor_units"),
        ({"amount": True}, "amount", "not_minor_units"),
        ({"amount": float("nan")}, "amount", "not_minor_units"),
        ({"amount": None}, "amount", "missing"),
        ({"amount": -1}, "amount", "negative_amount"),
        ({"amount": 10**38}, "amount", "amount_too_large"),
        ({"amount": -(10**5000)}, "amount", "amount_too_large"),
        ({"direction": "in"}, "direction", "invalid_value"),
        ({"direction": ["credit"]}, "direction", "invalid_value"),
        ({"date": "02/05/2024"}, "date", "unreadable_date"),
        ({"date": 20240502}, "date", "invalid_type"),
        ({"value_date": "soon"}, "value_date", "unreadable_date"),
        ({"currency": "XQZ"}, "currency", "unknown_currency"),
        ({"currency": "€"}, "currency", "unknown_currency"),
        ({"currency": 978}, "currency", "invalid_type"),
        ({"decimal_places": 19}, "decimal_places", "invalid_value"),
        ({"decimal_places": -1}, "decimal_places", "invalid_value"),
        ({"decimal_places": True}, "decimal_places", "invalid_value"),
        ({"external_id": " "}, "external_id", "invalid_value"),
        ({"external_id": "x" * 513}, "external_id", "too_long"),
        ({"external_id": 7}, "external_id", "invalid_type"),
        ({"description": 7}, "description", "invalid_type"),
        ({"metadata": []}, "metadata", "invalid_type"),
        ({"status": "booked"}, "status", "invalid_value"),
    ],
)
def test_a_problem_names_its_path(changes: dict[str, Any], member: str, code: str) -> None:
    with pytest.raises(JsonRefused) as refused:
        record_from_json(a_record(**changes), limits=LIMITS, path="$.records[3]")

    problems = [(one.path, one.code) for one in refused.value.problems]
    assert problems == [(f"$.records[3].{member}", code)]


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(JsonRefused) as refused:
        record_from_json({"amount": 1.5, "currency": "??"}, limits=LIMITS)

    assert {one.path for one in refused.value.problems} == {
        "$.amount", "$.currency", "$.direction", "$.date",
    }  # fmt: skip


@pytest.mark.parametrize("document", [None, [], "x", 1])
def test_what_is_no_object_is_refused(document: Any) -> None:
    with pytest.raises(JsonRefused) as refused:
        record_from_json(document, limits=LIMITS)

    assert [one.path for one in refused.value.problems] == ["$"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"description": "a\0b"}, "nul_character"),
        ({"metadata": {"a": "\ud800"}}, "undecodable_text"),
        ({"metadata": {"a": "x" * 300_000}}, "record_too_large"),
    ],
)
def test_what_no_store_can_keep_is_refused(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(JsonRefused) as refused:
        record_from_json(a_record(**changes), limits=LIMITS)

    assert [one.code for one in refused.value.problems] == [code]


def test_the_words_of_an_escaped_nul_are_no_nul() -> None:
    record = record_from_json(a_record(description="a\\u0000b"), limits=LIMITS)

    assert record.fields.description == "a\\u0000b"


def test_a_transaction_becomes_the_same_record_as_its_json() -> None:
    transaction = Transaction(
        external_id="x-1", amount=1234, direction="credit", date=date(2024, 5, 2), currency="eur"
    )
    document = a_record(external_id="x-1", currency="EUR")

    of_transaction = record_from_transaction(transaction, limits=LIMITS)

    assert of_transaction.fields == record_from_json(document, limits=LIMITS).fields
    assert of_transaction.identity == "x-1"


def test_a_transactions_negative_amount_is_refused() -> None:
    transaction = Transaction(
        external_id="x-1", amount=-1, direction="credit", date=date(2024, 5, 2)
    )

    with pytest.raises(JsonRefused) as refused:
        record_from_transaction(transaction, limits=LIMITS, path="$.transactions[0]")

    assert refused.value.problems[0].path == "$.transactions[0].amount"
