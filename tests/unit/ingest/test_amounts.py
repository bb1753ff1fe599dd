import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout_contracts.money import MoneyError, decimal_from_minor
from tieout_ingest.domain.amounts import amount_reader, positive_minor
from tieout_ingest.domain.refusals import ValueRefused

read_plain = amount_reader(decimal_mark=".", thousands_mark="")
read_grouped = amount_reader(decimal_mark=",", thousands_mark=".")


@given(minor=st.integers(-(10**38) + 1, 10**38 - 1), exponent=st.integers(0, 18))
def test_every_amount_reads_back_exactly(minor: int, exponent: int) -> None:
    written = decimal_from_minor(minor, exponent=exponent)

    assert read_plain(written, "EUR", exponent) == minor


@given(minor=st.integers(-(10**20), 10**20))
def test_grouped_amounts_read_back_exactly(minor: int) -> None:
    whole, _, cents = decimal_from_minor(minor, exponent=2).partition(".")
    grouped = f"{int(whole):,}".replace(",", ".")
    sign = "-" if whole.startswith("-") and not grouped.startswith("-") else ""

    assert read_grouped(f"{sign}{grouped},{cents}", "EUR", 2) == minor


@given(text=st.text(max_size=30))
def test_any_text_is_read_or_refused_by_name(text: str) -> None:
    try:
        value = read_plain(text, "EUR", 2)
    except (ValueRefused, MoneyError) as refused:
        value = len(refused.code)

    assert isinstance(value, int)


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("(12.50)", -1250), ("12.50-", -1250), ("-12.5", -1250), ("+7", 700), (".5", 50),
        ("\u221212.50", -1250), ("€12.50", 1250), ("12.50 €", 1250), ("-€12.50", -1250),
        ("EUR -12.50", -1250), ("12.500", 1250), (" 12.50 ", 1250), ("-0.00", 0),
    ],
)  # fmt: skip
def test_what_exports_write_is_read_right(text: str, minor: int) -> None:
    assert read_plain(text, "EUR", 2) == minor


@pytest.mark.parametrize(
    "text",
    ["", "-", ".", "12..34", "1e5", "NaN", "inf", "--5", "-(5)", "(5", "1,000.00", "$5", "USD 5",
     "5 5", "٣", "0x10", "1_000", "9" * 5000, "12.345", "5-5", "-5-"],
)  # fmt: skip
def test_what_is_not_exact_is_refused(text: str) -> None:
    with pytest.raises((ValueRefused, MoneyError)):
        read_plain(text, "EUR", 2)


@pytest.mark.parametrize("text", ["1.23,45", "12.3456,00", "1.234.56,00", ".234,00"])
def test_misplaced_thousands_marks_are_refused(text: str) -> None:
    with pytest.raises(ValueRefused):
        read_grouped(text, "EUR", 2)


@pytest.mark.parametrize(
    ("mark", "text"), [("'", "1\u2019234.50"), (" ", "1\u00a0234.50"), (" ", "1\u202f234.50")]
)
def test_typographic_thousands_marks_are_the_plain_ones(mark: str, text: str) -> None:
    assert amount_reader(decimal_mark=".", thousands_mark=mark)(text, "CHF", 2) == 123450


def test_precision_is_refused_by_its_own_code() -> None:
    with pytest.raises(MoneyError) as refused:
        read_plain("1.005", "EUR", 2)

    assert refused.value.code == "precision_exceeded"


@pytest.mark.parametrize("text", ["-1", "+1", "1,0", "", "."])
def test_a_camt_amount_has_no_sign_and_a_decimal_point(text: str) -> None:
    with pytest.raises(ValueRefused):
        positive_minor(text, exponent=2)
