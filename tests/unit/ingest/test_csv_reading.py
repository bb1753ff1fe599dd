import csv
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieout_ingest.domain.drafts import Record
from tieout_ingest.domain.limits import Limits
from tieout_ingest.domain.profile import Profile
from tieout_ingest.domain.refusals import FileRefused, Rejection
from tieout_ingest.formats.reading import read, survey
from unit.ingest.conftest import ReadFile

HEADER = "date,amount,currency,direction,description,external_id\n"


def test_the_default_headers_make_records(read_file: ReadFile) -> None:
    _, outcomes = read_file(HEADER + '2024-05-02,12.50,eur,debit,"Rent, May",tx-1\n')

    record = outcomes[0]
    assert isinstance(record, Record)
    fields = record.fields
    assert (fields.amount_minor, fields.exponent, fields.currency) == ("1250", 2, "EUR")
    assert (fields.direction, fields.date, fields.description) == (
        "debit", date(2024, 5, 2), "Rent, May",
    )  # fmt: skip
    assert (record.identity, record.line) == ("tx-1", 2)
    assert record.raw_json == b'["2024-05-02","12.50","eur","debit","Rent, May","tx-1"]'


def test_without_a_direction_column_the_amount_is_signed(read_file: ReadFile) -> None:
    _, outcomes = read_file("date,amount,currency\n2024-05-02,-7,JPY\n2024-05-02,(7),JPY\n")

    assert [one.fields.signed_minor for one in outcomes if isinstance(one, Record)] == [-7, -7]


def test_a_declared_profile_is_followed(read_file: ReadFile) -> None:
    profile = {
        "csv": {
            "delimiter": ";", "encoding": "windows-1252", "decimal_mark": ",",
            "thousands_mark": ".", "date_format": "DD.MM.YYYY", "skip_rows": 1,
            "columns": {"date": "Buchung", "description": "Zweck"},
            "metadata": {"iban": "Konto"},
            "sign": {"rule": "columns", "debit": "Soll", "credit": "Haben"},
            "default_currency": "EUR",
        }
    }  # fmt: skip
    content = (
        "Kontoauszug Mai\r\nBuchung;Soll;Haben;Zweck;Konto\r\n"
        "02.05.2024;1.234,50;;Büro;DE1\r\n03.05.2024;;7,00;Gutschrift;DE2\r\n"
        "04.05.2024;1,00;1,00;beides;DE3\r\n05.05.2024;;;nichts;DE4\r\n"
    )

    _, outcomes = read_file(content.encode("windows-1252"), profile=profile)

    records = [one.fields for one in outcomes if isinstance(one, Record)]
    assert [(one.signed_minor, one.date) for one in records] == [
        (-123450, date(2024, 5, 2)), (700, date(2024, 5, 3)),
    ]  # fmt: skip
    assert records[0].description == "Büro"
    assert records[0].metadata == {"iban": "DE1"}
    assert [(one.line, one.code) for one in outcomes if isinstance(one, Rejection)] == [
        (5, "unreadable_amount"), (6, "unreadable_amount"),
    ]  # fmt: skip


def test_a_file_without_a_header_row_is_read_by_column_numbers(read_file: ReadFile) -> None:
    profile = {
        "csv": {"header": False, "columns": {"date": 1, "amount": 2}, "default_currency": "USD",
                "sign": {"rule": "signed", "positive": "debit"}},
    }  # fmt: skip

    _, outcomes = read_file("2024-05-02,5\n2024-05-03,-5\n", profile=profile)

    assert [one.fields.signed_minor for one in outcomes if isinstance(one, Record)] == [-500, 500]
    assert [one.line for one in outcomes] == [1, 2]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "empty_file"),
        ("\n\n", "no_rows"),
        ("date,amount\n2024-05-02,1\n", "missing_columns"),
        ("a,b,c\n1,2,3\n", "missing_columns"),
        ("date,date,amount,currency\n", "ambiguous_column"),
        ("date,amount,currency\n03/04/2024,1,EUR\n", "date_format_required"),
        (",".join(f"c{i}" for i in range(10_000)) + "\n", "too_many_columns"),
        ("d\u00e4te,amount,currency\n".encode("latin-1"), "unreadable_header"),
        (b"\xff\xfed\x00", "missing_columns"),
        (b"\xff\xfed\x00\x00\xd8", "undecodable_file"),
    ],
)
def test_a_wrong_structure_refuses_the_file(
    read_file: ReadFile, content: str | bytes, code: str
) -> None:
    with pytest.raises(FileRefused) as refused:
        read_file(content)

    assert refused.value.code == code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_decides_the_encoding(read_file: ReadFile, encoding: str) -> None:
    content = "date,amount,currency,description\n2024-05-02,1,EUR,Büro €\n".encode(encoding)

    _, outcomes = read_file(content)

    assert [one.fields.description for one in outcomes if isinstance(one, Record)] == ["Büro €"]


def test_one_bad_date_among_good_ones_is_one_rejection(read_file: ReadFile) -> None:
    _, outcomes = read_file("date,amount,currency\n2024-05-02,1,EUR\n03/04/2024,1,EUR\n")

    assert isinstance(outcomes[0], Record)
    assert isinstance(outcomes[1], Rejection)
    assert (outcomes[1].line, outcomes[1].code) == (3, "date_format_required")


def test_reading_again_skips_what_is_loaded_and_names_the_same_records(
    read_file: ReadFile,
) -> None:
    content = "date,amount,currency\n" + "2024-05-02,1,EUR\n" * 5 + "2024-05-02,x,EUR\n"

    _, whole = read_file(content)
    _, rest = read_file(content, skip=3)

    assert rest == whole[3:]
    assert len({one.identity for one in whole if isinstance(one, Record)}) == 5


def test_other_content_at_another_place_keeps_its_identity(read_file: ReadFile) -> None:
    _, monday = read_file("date,amount,currency\n2024-05-02,1,EUR\n2024-05-02,2,EUR\n")
    _, cumulative = read_file(
        "date,amount,currency\n2024-05-01,9,EUR\n2024-05-02,1,EUR\n2024-05-02,2,EUR\n"
    )

    known = {one.identity for one in cumulative if isinstance(one, Record)}
    assert {one.identity for one in monday if isinstance(one, Record)} < known


@settings(max_examples=60, deadline=None)
@given(
    cells=st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n"), max_size=20),
        min_size=1, max_size=8,
    )
)  # fmt: skip
def test_any_description_survives_quoting(
    tmp_path_factory: pytest.TempPathFactory, cells: list[str]
) -> None:
    path = tmp_path_factory.mktemp("csv") / "file.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["date", "amount", "currency", "description"])
        writer.writerows(["2024-05-02", "1.00", "EUR", cell] for cell in cells)

    surveyed = survey(path, profile=Profile(), limits=Limits())
    outcomes = list(read(path, surveyed=surveyed, profile=Profile(), limits=Limits()))

    described = [one.fields.description for one in outcomes if isinstance(one, Record)]
    assert described == [cell.strip() or None for cell in cells]
