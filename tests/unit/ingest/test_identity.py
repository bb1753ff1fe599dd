import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout_ingest.domain.identity import Occurrences, real_reference


@pytest.mark.parametrize(
    "text", ["NONREF", "NOTPROVIDED", "Not Provided", "n/a", "none", "000000", "-", " ", "", None]
)
def test_placeholders_are_no_references(text: str | None) -> None:
    assert real_reference(text) is None


@pytest.mark.parametrize("text", ["TX-1", "0001", "INVOICE", "NONREF-7"])
def test_real_references_are_kept(text: str) -> None:
    assert real_reference(f" {text} ") == text


@given(rows=st.lists(st.sampled_from(["a", "b", "c"]), max_size=30))
def test_equal_rows_are_records_of_their_own_and_the_same_when_read_again(rows: list[str]) -> None:
    first, again = Occurrences(), Occurrences()

    identities = [first.identity(row, "x") for row in rows]

    assert len(set(identities)) == len(rows)
    assert identities == [again.identity(row, "x") for row in rows]


def test_parts_do_not_run_together() -> None:
    occurrences = Occurrences()

    assert occurrences.identity("ab", "c") != occurrences.identity("a", "bc")
