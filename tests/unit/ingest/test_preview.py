from pathlib import Path

import pytest

from tieout_ingest.domain.limits import Limits
from tieout_ingest.domain.profile import AmountColumns, Profile
from tieout_ingest.formats.preview import Preview, preview
from unit.ingest.camt_files import camt, entry


@pytest.fixture
def look(tmp_path: Path) -> "Look":
    return Look(tmp_path / "upload")


class Look:
    def __init__(self, path: Path) -> None:
        self._path = path

    def at(
        self, content: str, *, encoding: str = "utf-8", profile: Profile | None = None
    ) -> Preview:
        self._path.write_bytes(content.encode(encoding))
        return preview(self._path, profile=profile, limits=Limits())


GERMAN = (
    "Umsätze Mai\nBuchungstag;Valuta;Betrag;Währung;Verwendungszweck\n"
    "31.05.2024;01.06.2024;-1.234,56;EUR;Miete\n01.06.2024;01.06.2024;7,00;EUR;Café\n"
)


def test_a_foreign_export_gets_a_profile_that_reads_it(look: Look) -> None:
    seen = look.at(GERMAN)

    csv = seen.profile.csv
    assert (csv.delimiter, csv.decimal_mark, csv.thousands_mark) == (";", ",", ".")
    assert (csv.date_format, csv.skip_rows) == ("DD.MM.YYYY", 1)
    assert seen.questions == []
    assert b'"amount_minor":"123456"' in bytes(seen.rows[0].fields or b"")


def test_an_encoding_that_is_not_utf8_is_asked_about(look: Look) -> None:
    seen = look.at(GERMAN, encoding="windows-1252")

    assert [one.code for one in seen.questions] == ["encoding_required"]
    assert seen.profile.csv.encoding == "windows-1252"
    assert "Café".encode() in bytes(seen.rows[1].fields or b"")


def test_an_ambiguous_order_is_asked_about_and_not_guessed(look: Look) -> None:
    seen = look.at("Date,Amount,Currency\n03/04/2024,1,EUR\n05/06/2024,2,EUR\n")

    assert seen.profile.csv.date_format is None
    assert [one.code for one in seen.questions] == ["date_format_required"]
    assert seen.rows == []


def test_one_late_day_decides_the_order(look: Look) -> None:
    seen = look.at("Date,Amount,Currency\n03/04/2024,1,EUR\n05/16/2024,2,EUR\n")

    assert seen.profile.csv.date_format == "MM/DD/YYYY"
    assert all(row.fields is not None for row in seen.rows)


def test_two_amount_columns_are_debit_and_credit(look: Look) -> None:
    seen = look.at("Date,Details,Debit,Credit,Ccy\n2024-05-02,a,1,,EUR\n2024-05-02,b,,2,EUR\n")

    assert seen.profile.csv.sign == AmountColumns(debit="Debit", credit="Credit")
    assert len(seen.rows) == 2


def test_a_missing_currency_is_asked_about(look: Look) -> None:
    seen = look.at("Date,Amount\n2024-05-02,1\n")

    assert "$.csv.default_currency" in [one.path for one in seen.questions]


def test_a_given_profile_is_used_as_it_is(look: Look) -> None:
    seen = look.at("date,amount,currency\n2024-05-02,1,EUR\nx,1,EUR\n", profile=Profile())

    assert seen.profile == Profile()
    assert [row.rejection is None for row in seen.rows] == [True, False]


def test_a_camt_file_shows_its_statements(look: Look) -> None:
    seen = look.at(camt(entry()))

    assert seen.format == "camt"
    assert [one.entries for one in seen.statements] == [1]


@pytest.mark.parametrize("content", ["x", "\n", "a\n\n\nb\n", '"', "1,2\n3\n", "<a", ",,,\n"])
def test_any_content_gives_questions_and_no_crash(look: Look, content: str) -> None:
    assert look.at(content).questions != []
