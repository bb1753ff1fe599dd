"""Statements held against records and against each other."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout_contracts.config_events import SignMode
from tieout_contracts.record import Side
from tieout_ingest.domain.proof_money import finest_exponent, minor_text
from tieout_ingest.domain.statement_chain import gaps
from tieout_ingest.domain.statement_proof import (
    Statement,
    Sum,
    days_of,
    prove_day,
)

DAY = date(2024, 3, 11)
AMOUNT = st.decimals(min_value=-(10**15), max_value=10**15, places=4)


def a_statement(
    opening: str | Decimal | None = "100.00", closing: str | Decimal | None = "110.00", **more: Any
) -> Statement:
    stated = opening is not None and closing is not None
    values: dict[str, Any] = {
        "stream_id": 1,
        "side": "A",
        "import_batch_id": 1,
        "statement": 1,
        "account": "ACCOUNT-1",
        "id": None,
        "currency": "EUR",
        "day": DAY,
        "opening": None if opening is None else Decimal(opening),
        "opening_type": "OPBD",
        "closing": None if closing is None else Decimal(closing),
        "closing_type": "CLBD",
        "entries": 1,
        "booked": Decimal("10.00"),
        "balance_check": "ties" if stated else "not stated",
    }
    return Statement(**values | more)


def a_sum(amount: str | Decimal, count: int = 1) -> Sum:
    return Sum(amount=Decimal(amount), count=count)


def test_a_statement_ties_when_its_records_lead_from_opening_to_closing() -> None:
    (side,) = prove_day([a_statement()], {"A": a_sum("10.00")}, "same")

    assert (side.difference, side.other_difference) == (0, None)


def test_a_record_too_few_is_the_difference_of_its_day() -> None:
    (side,) = prove_day([a_statement()], {"A": a_sum("7.50")}, "same")

    assert side.difference == Decimal("-2.50")
    assert side.statements[0].difference(Decimal("7.50")) == Decimal("-2.50")


@pytest.mark.parametrize(
    ("sign_mode", "payments", "difference"),
    [("same", "10", 0), ("opposite", "-10", 0), ("opposite", "10", -20), ("absolute", "10", None)],
)
def test_the_other_sides_records_prove_the_balances_too(
    sign_mode: SignMode, payments: str, difference: int | None
) -> None:
    notified = a_statement(None, None, side="B", stream_id=2, import_batch_id=2)
    sums: dict[Side, Sum] = {"A": a_sum("10"), "B": a_sum(payments)}

    reported, other = prove_day([a_statement(), notified], sums, sign_mode)

    assert (reported.difference, reported.other_difference) == (0, difference)
    assert (other.difference, other.other_difference) == (None, None)


def test_without_both_balances_nothing_is_proven() -> None:
    (side,) = prove_day([a_statement(None, "110")], {"A": a_sum("10")}, "same")

    assert (side.opening, side.closing, side.difference) == (None, None, None)


def test_a_day_of_several_statements_leads_from_the_first_opening_to_the_last_closing() -> None:
    morning = a_statement("100", "104", statement=1)
    evening = a_statement("104", "110", statement=2)

    (side,) = prove_day([morning, evening], {"A": a_sum("10", 5)}, "same")

    assert (side.opening, side.closing, side.difference) == (100, 110, 0)


@given(st.lists(AMOUNT, min_size=1, max_size=20), st.data())
def test_a_chain_of_days_has_no_gap_and_a_moved_balance_is_one(
    moved: list[Decimal], data: st.DataObject
) -> None:
    chain, opening = [], Decimal("0.01")
    for number, amount in enumerate(moved):
        closing = opening + amount
        day = DAY + timedelta(days=number)
        chain.append(a_statement(opening, closing, day=day, import_batch_id=50 - number))
        opening = closing
    again = a_statement(opening + 1, opening, day=DAY + timedelta(days=99), import_batch_id=99)

    assert gaps(data.draw(st.permutations(chain))) == {}
    (gap,) = gaps([*chain, again]).values()
    assert (gap.previous, gap.closing, gap.difference) == (chain[-1].place, opening, 1)


def test_a_report_that_states_its_day_anew_is_no_gap() -> None:
    noon = a_statement("100", "104", statement=1)
    evening = a_statement("100", "110", statement=2)
    tomorrow = a_statement("110", "120", day=DAY + timedelta(days=1), import_batch_id=2)

    assert gaps([noon, evening, tomorrow]) == {}


def test_accounts_currencies_and_streams_have_chains_of_their_own() -> None:
    later = DAY + timedelta(days=1)

    found = gaps(
        [a_statement("0", "1")]
        + [
            a_statement("5", "6", import_batch_id=number, day=later, **other)
            for number, other in enumerate(
                ({"account": "ACCOUNT-2"}, {"currency": "USD"}, {"stream_id": 9}), start=2
            )
        ]
    )

    assert found == {}


def test_days_are_filtered_by_account_and_inclusive_dates() -> None:
    days = [DAY + timedelta(days=step) for step in range(4)]
    statements = [a_statement(day=day) for day in days] + [a_statement(account="ACCOUNT-2")]

    found = days_of(statements, account="ACCOUNT-1", date_from=days[1], date_to=days[2])

    assert [key[2] for key in found] == days[1:3]


@given(st.lists(AMOUNT, min_size=1))
def test_minor_units_say_exactly_the_same(amounts: list[Decimal]) -> None:
    exponent = finest_exponent(amounts, "EUR")

    written = [minor_text(amount, exponent) for amount in amounts]

    assert 2 <= exponent <= 4
    assert [Decimal(str(one)).scaleb(-exponent) for one in written] == amounts
