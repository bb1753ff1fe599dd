import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout_contracts.money import (
    MAX_DIGITS,
    MAX_EXPONENT,
    MoneyError,
    checked_minor,
    decimal_from_minor,
    exponent_of,
    minor_from_decimal,
)

LARGEST = 10**MAX_DIGITS - 1
minors = st.integers(-LARGEST, LARGEST)
exponents = st.integers(0, MAX_EXPONENT)


@given(minor=minors, exponent=exponents)
def test_what_is_written_is_read_back(minor: int, exponent: int) -> None:
    assert minor_from_decimal(decimal_from_minor(minor, exponent=exponent), exponent=exponent) == (
        minor
    )


@given(minor=minors, exponent=exponents)
def test_an_amount_is_written_with_exactly_its_places(minor: int, exponent: int) -> None:
    _, _, fraction = decimal_from_minor(minor, exponent=exponent).partition(".")

    assert len(fraction) == exponent


@given(minor=minors, exponent=exponents, zeros=st.integers(0, 20))
def test_trailing_zeros_do_not_count(minor: int, exponent: int, zeros: int) -> None:
    text = decimal_from_minor(minor, exponent=exponent)
    longer = text + ("" if "." in text or zeros == 0 else ".") + "0" * zeros

    assert minor_from_decimal(longer, exponent=exponent) == minor


@given(minor=minors, exponent=st.integers(0, MAX_EXPONENT - 1), digit=st.integers(1, 9))
def test_one_significant_place_too_many_is_never_rounded(
    minor: int, exponent: int, digit: int
) -> None:
    text = decimal_from_minor(minor, exponent=exponent)
    longer = text + ("" if exponent else ".") + str(digit)

    with pytest.raises(MoneyError) as raised:
        minor_from_decimal(longer, exponent=exponent)

    assert raised.value.code == "precision_exceeded"


@given(value=st.floats())
def test_a_float_is_read_exactly_or_refused(value: float) -> None:
    try:
        minor = minor_from_decimal(repr(value), exponent=MAX_EXPONENT)
    except MoneyError:
        return

    assert repr(value).rstrip("0").rstrip(".") in {
        decimal_from_minor(minor, exponent=MAX_EXPONENT).rstrip("0").rstrip("."),
        "-0",
    }


@pytest.mark.parametrize(
    "text",
    ["", ".", "-", "+", "1e3", "1E-2", "NaN", "inf", "1,5", "1 000", "--1", "0x10", "1_0",
     "\N{ARABIC-INDIC DIGIT FIVE}", "\N{SUPERSCRIPT TWO}", "1\x00", "9" * 5000],
)  # fmt: skip
def test_what_is_no_plain_decimal_is_refused(text: str) -> None:
    with pytest.raises(MoneyError) as raised:
        minor_from_decimal(text, exponent=2)

    assert raised.value.code == "unreadable_amount"


def test_thirty_eight_digits_fit_and_one_more_does_not() -> None:
    assert minor_from_decimal("9" * 38, exponent=0) == LARGEST
    assert checked_minor(-LARGEST) == -LARGEST

    for text, exponent in (("1" + "0" * 38, 0), ("-" + "9" * 36 + "7.00", 2)):
        with pytest.raises(MoneyError) as raised:
            minor_from_decimal(text, exponent=exponent)
        assert raised.value.code == "amount_too_large"


@pytest.mark.parametrize(
    ("currency", "exponent"),
    [("EUR", 2), ("JPY", 0), ("BHD", 3), ("CLF", 4), ("DEM", 2), ("ITL", 0), ("USDC", 6),
     ("ETH", 18)],
)  # fmt: skip
def test_the_places_of_a_currency_are_those_of_iso_4217(currency: str, exponent: int) -> None:
    assert exponent_of(currency) == exponent


@pytest.mark.parametrize("currency", ["eur", "EU", "XQX", "", "EUR ", "E\x00R", "A" * 13])
def test_an_unknown_currency_is_never_given_a_guess(currency: str) -> None:
    with pytest.raises(MoneyError) as raised:
        exponent_of(currency)

    assert raised.value.code == "unknown_currency"
