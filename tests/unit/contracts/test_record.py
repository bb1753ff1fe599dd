import datetime as dt
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout_contracts.record import Direction, Fields
from tieout_contracts.transactions import Transaction

amounts = st.integers(0, 10**38 - 1)


def some_fields(*, amount_minor: str, direction: Direction) -> Fields:
    return Fields(
        amount_minor=amount_minor,
        exponent=2,
        currency="EUR",
        direction=direction,
        date=dt.date(2026, 11, 2),
    )


@given(amount=amounts)
def test_the_direction_gives_the_sign(amount: int) -> None:
    assert some_fields(amount_minor=str(amount), direction="credit").signed_minor == amount
    assert some_fields(amount_minor=str(amount), direction="debit").signed_minor == -amount


@given(amount=amounts)
def test_no_digit_is_lost_on_the_way(amount: int) -> None:
    sent = some_fields(amount_minor=str(amount), direction="debit")

    received = msgspec.json.decode(msgspec.json.encode(sent), type=Fields)

    assert received == sent


@given(amount=amounts)
def test_an_upstream_amount_keeps_every_digit(amount: int) -> None:
    document = {"external_id": "1", "amount": amount, "direction": "credit", "date": "2026-11-02"}

    assert msgspec.json.decode(json.dumps(document), type=Transaction).amount == amount


@pytest.mark.parametrize("amount", ["12.5", "1e2", '"12"', "1e999999", "null", "true"])
def test_an_upstream_amount_that_is_no_integer_is_refused(amount: str) -> None:
    text = f'{{"external_id":"1","amount":{amount},"direction":"credit","date":"2026-11-02"}}'

    with pytest.raises(msgspec.MsgspecError):
        msgspec.json.decode(text, type=Transaction)
