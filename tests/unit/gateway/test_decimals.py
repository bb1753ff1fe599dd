from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from tieout_gateway.domain import strict_json
from tieout_gateway.shapes.decimals import LimitDecimal, SignedDecimal

signed = TypeAdapter[str](SignedDecimal)
limit = TypeAdapter[str](LimitDecimal)
amounts = st.decimals(allow_nan=False, allow_infinity=False, places=18, min_value=-(10**25),
                      max_value=10**25)  # fmt: skip


@given(amount=amounts.filter(bool), exponent=st.integers(-10, 10))
def test_no_digit_is_lost_between_the_body_and_the_owner(amount: Decimal, exponent: int) -> None:
    written = f"{amount:f}"
    scaled = f"{written}e{exponent}"

    text = signed.validate_python(written)
    number = signed.validate_python(strict_json.decode(scaled.encode()))

    assert text == written
    assert Decimal(number) == Decimal(scaled)


@pytest.mark.parametrize(
    "value", [0, "0", "0.00", True, None, 1.5, "1e3", "+1", "1.", ".5", "\u0663"]
)
def test_what_is_no_plain_decimal_is_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        signed.validate_python(value)


def test_a_limit_may_be_nothing_and_not_less() -> None:
    assert limit.validate_python(0) == "0"
    with pytest.raises(ValidationError):
        limit.validate_python("-0.01")
