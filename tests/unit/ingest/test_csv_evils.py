"""What must become row rejections: never an abort, a hang, or a lost neighbour."""

import time

import pytest

from tieout_ingest.domain.drafts import Record
from tieout_ingest.domain.limits import Limits
from tieout_ingest.domain.refusals import FileRefused, Rejection
from unit.ingest.conftest import Outcome, ReadFile

HEADER = b"date,amount,currency,description,external_id\n"
GOOD = b"2024-05-02,1.00,EUR,fine,tx-%d\n"


def codes(outcomes: list[Outcome]) -> list[str]:
    return [one.code if isinstance(one, Rejection) else "ok" for one in outcomes]


@pytest.mark.parametrize(
    ("evil", "expected"),
    [
        (b"2024-05-02,1.00,EUR,a\0b,x\n", ["nul_character"]),
        (b"2024-05-02,1.00,EUR," + b"x" * 10**6 + b",x\n", ["field_too_long"]),
        (b"x," * 10**4 + b"\n", ["ragged_row"]),
        (b"2024-05-02,1.00\n", ["ragged_row"]),
        (b"2024-05-02,1.00,EUR,caf\xe9,x\n", ["undecodable_text"]),
        (b'2024-05-02,1.00,EUR,"open,x\n', ["unreadable_row"]),
        (b'2024-05-02,1.00,EUR,"a"b,x\n', ["unreadable_row"]),
        (b"2024-05-02,1e3,EUR,a,x\n", ["unreadable_amount"]),
        (b"2024-05-02," + b"9" * 5000 + b",EUR,a,x\n", ["unreadable_amount"]),
        (b"2024-05-02,1.005,EUR,a,x\n", ["precision_exceeded"]),
        (b"2024-05-02,1,XQZ,a,x\n", ["unknown_currency"]),
        (b"2024-05-02,1,,a,x\n", ["currency_missing"]),
        (b"2024-02-30,1,EUR,a,x\n", ["unreadable_date"]),
        (b"2024-05-02,1,EUR,a," + b"x" * 600 + b"\n", ["external_id_too_long"]),
        (b",,,,\n", ["currency_missing"]),
        (b"\n", []),
    ],
)
def test_an_evil_row_is_rejected_and_its_neighbours_go_in(
    read_file: ReadFile, evil: bytes, expected: list[str]
) -> None:
    _, outcomes = read_file(HEADER + GOOD % 1 + evil + GOOD % 2 + GOOD % 3)

    assert codes(outcomes) == ["ok", *expected, "ok", "ok"]
    assert [one.line for one in outcomes if isinstance(one, Rejection)] == [3] * len(expected)


def test_a_stray_quote_costs_its_row_and_not_the_rows_up_to_the_next(read_file: ReadFile) -> None:
    stray = b'2024-05-02,1.00,EUR,"stray,x\n'

    _, outcomes = read_file(HEADER + stray + GOOD % 1 + GOOD % 2 + stray + GOOD % 3)

    assert codes(outcomes) == ["unreadable_row", "ok", "ok", "unreadable_row", "ok"]


def test_a_quoted_cell_may_hold_line_ends(read_file: ReadFile) -> None:
    _, outcomes = read_file(HEADER + b'2024-05-02,1,EUR,"two\nlines",x\n' + GOOD % 1)

    assert codes(outcomes) == ["ok", "ok"]
    assert [one.line for one in outcomes] == [2, 4]


def test_carriage_returns_alone_end_lines(read_file: ReadFile) -> None:
    _, outcomes = read_file((HEADER + GOOD % 1 + GOOD % 2).replace(b"\n", b"\r"))

    assert codes(outcomes) == ["ok", "ok"]


def test_a_file_that_is_one_endless_line_is_refused_without_holding_it(read_file: ReadFile) -> None:
    limits = Limits(line_bytes=1000)

    with pytest.raises(FileRefused) as refused:
        read_file(HEADER + b"x" * 5000, limits=limits)

    assert refused.value.code == "line_too_long"


def test_a_row_without_an_end_is_given_up_and_the_lines_after_it_are_read(
    read_file: ReadFile,
) -> None:
    endless = b'2024-05-02,1.00,EUR,"\n' + b'","\n' * 100

    _, outcomes = read_file(HEADER + endless + GOOD % 1, limits=Limits(row_characters=150))

    assert codes(outcomes) == ["unreadable_row", *["ragged_row"] * 100, "ok"]


@pytest.mark.parametrize("row", [b'"\n', b'","\n', b'a"\n', b'"a\n', b'""",\n', b",\n", b"\0\n"])
def test_many_evil_rows_take_linear_time(read_file: ReadFile, row: bytes) -> None:
    began = time.perf_counter()

    _, outcomes = read_file(HEADER + row * 20_000 + GOOD % 1)

    assert not any(isinstance(one, Record) for one in outcomes[:-1])
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize(
    ("limits", "code"),
    [(Limits(file_bytes=50), "file_too_large"), (Limits(rows=3), "too_many_rows")],
)
def test_limits_refuse_the_file(read_file: ReadFile, limits: Limits, code: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read_file(HEADER + GOOD * 5 % (1, 2, 3, 4, 5), limits=limits)

    assert refused.value.code == code
