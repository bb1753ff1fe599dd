from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout_ingest.domain.dates import date_reader, iso_day, parse_date_format
from tieout_ingest.domain.refusals import ValueRefused


@given(day=st.dates(), rest=st.sampled_from(["", "T10:00:00Z", " 10:00:00", "Z", "+02:00"]))
def test_iso_days_are_read_as_written(day: date, rest: str) -> None:
    assert iso_day(day.isoformat() + rest) == day


@given(day=st.dates(min_value=date(1969, 1, 1), max_value=date(2068, 12, 31)))
def test_a_declared_format_reads_what_it_names(day: date) -> None:
    assert date_reader("DD.MM.YYYY")(f"{day:%d.%m.}{day.year}") == day
    assert date_reader("M/D/YY")(f"{day.month}/{day.day}/{day:%y}") == day
    assert date_reader("DD-MMM-YYYY HH:mm")(f"{day.day:02d}-{day:%b}-{day.year} 9:30") == day


@given(text=st.text(max_size=25))
def test_any_text_is_a_day_or_refused(text: str) -> None:
    outcomes = set()
    for date_format in (None, "DD.MM.YYYY", "M/D/YY"):
        try:
            outcomes.add(type(date_reader(date_format)(text)).__name__)
        except ValueRefused as refused:
            outcomes.add(refused.code)

    assert outcomes <= {"date", "unreadable_date", "date_format_required"}


@pytest.mark.parametrize("text", ["03/04/2024", "31.12.2024", "5-Jan-24", "20240305"])
def test_an_undeclared_notation_asks_for_the_format(text: str) -> None:
    with pytest.raises(ValueRefused) as refused:
        date_reader(None)(text)

    assert refused.value.code == "date_format_required"


@pytest.mark.parametrize(
    "text", ["2024-02-30", "2024-W11-1", "2024-3-1", "\u0662\u0660\u0662\u0664-01-01", "", "x"]
)
def test_what_is_no_iso_day_is_refused(text: str) -> None:
    with pytest.raises(ValueRefused):
        iso_day(text)


@pytest.mark.parametrize("date_format", ["", "DD.MM", "DD.MM.YYYY DD", "YYYY-MM-QQ", "%Y-%m-%d"])
def test_a_format_names_year_month_and_day_once(date_format: str) -> None:
    with pytest.raises(ValueRefused):
        parse_date_format(date_format)
