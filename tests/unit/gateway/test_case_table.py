"""Cells of the CSV: nothing a spreadsheet would compute, nothing lost."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout_gateway.domain.case_table import COLUMNS, cell, row_of, table_text
from tieout_gateway.shapes.case_examples import CASE
from tieout_gateway.shapes.evidence_examples import EVIDENCE

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


@given(text=st.text() | st.sampled_from(DANGEROUS).flatmap(lambda one: st.text().map(one.__add__)))
def test_no_text_is_a_formula_and_every_text_can_be_read_back(text: str) -> None:
    written = cell(text)

    numeric = written.removeprefix("-").replace(".", "", 1)
    assert not written.startswith(DANGEROUS) or (numeric.isascii() and numeric.isdigit())
    assert written in (text, f"'{text}")


@pytest.mark.parametrize("number", ["-12.50", "0.00", "-3", "1250.00"])
def test_numbers_stay_numbers(number: str) -> None:
    assert cell(number) == number


@pytest.mark.parametrize("formula", ["-1+2", "=1", "+49 30", "@x", "-", "-1\n", "--1", "-1.2.3"])
def test_what_only_looks_like_a_number_is_text(formula: str) -> None:
    assert cell(formula) == f"'{formula}"


@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_a_row_is_read_back_as_it_was_written(text: str) -> None:
    bundle = {"case": CASE | {"notes": text}, "evidence": EVIDENCE}

    read = list(csv.reader(io.StringIO(table_text([row_of(bundle)]).decode(), newline="")))

    assert len(read) == 1
    assert dict(zip(COLUMNS, read[0], strict=True))["case.notes"] == cell(text)
