"""Pass 1 over a delimited file: encoding, header, columns, date notation and size."""

from itertools import islice
from typing import BinaryIO

from msgspec import Struct

from tieout_ingest.domain.csv_columns import Columns, locate_columns
from tieout_ingest.domain.dates import date_reader, like_a_date
from tieout_ingest.domain.limits import Limits
from tieout_ingest.domain.profile import CsvProfile
from tieout_ingest.domain.refusals import FileRefused, Notice, Rejection, ValueRefused, shown
from tieout_ingest.domain.statement import StatementReport
from tieout_ingest.formats.csv_rows import Row, read_rows
from tieout_ingest.formats.csv_text import text_lines, text_shape

_ROWS_LOOKED_AT = 100


class CsvSurvey(Struct, frozen=True, kw_only=True, tag_field="format", tag="csv"):
    """What pass 1 found; pass 2 needs `encoding` and `columns`.

    `header` names the cells of each record's raw row (empty without a header row); `lines` is an
    upper bound of the rows.
    """

    encoding: str
    columns: Columns
    header: list[str]
    lines: int
    statements: list[StatementReport]
    warnings: list[Notice]


def survey_csv(source: BinaryIO, profile: CsvProfile, limits: Limits) -> CsvSurvey:
    """Read through the file once, or raise FileRefused; `source` must be seekable."""
    shape = text_shape(source, profile, limits)
    source.seek(0)
    text = text_lines(source, shape.encoding)
    try:
        rows = list(islice(read_rows(text, profile, limits), _ROWS_LOOKED_AT + 1))
    except UnicodeDecodeError:
        raise FileRefused("undecodable_file", f"the file is not {shape.encoding}") from None
    finally:
        text.detach()
    first = _first_row(rows, limits)
    columns = locate_columns(first, profile)
    data = rows[1:] if profile.header else rows
    _check_dates([one for one in data if not isinstance(one, Rejection)], columns, profile)
    warnings = []
    if shape.undecodable:
        warnings.append(Notice(line=1, code="undecodable_text", message="some rows are not UTF-8; "
                               "state `encoding` in the profile, e.g. windows-1252"))  # fmt: skip
    return CsvSurvey(
        encoding=shape.encoding, columns=columns, header=first if profile.header else [],
        lines=shape.lines, statements=[], warnings=warnings,
    )  # fmt: skip


def _first_row(rows: list[Row | Rejection], limits: Limits) -> list[str]:
    if not rows:
        raise FileRefused("no_rows", "the file holds no rows")
    if isinstance(rows[0], Rejection):
        raise FileRefused("unreadable_header", rows[0].message)
    cells = rows[0][1]
    if len(cells) > limits.columns:
        raise FileRefused(
            "too_many_columns", f"the header has {len(cells)} columns; at most {limits.columns}"
        )
    if not all(_is_text(cell) for cell in cells):
        message = "the header is not in the file's encoding; state `encoding` in the profile"
        raise FileRefused("unreadable_header", message)
    return cells


def _is_text(cell: str) -> bool:
    try:
        cell.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in cell


def _check_dates(rows: list[Row], columns: Columns, profile: CsvProfile) -> None:
    """Ask for the format when the dates are in some other notation: an order is never guessed."""
    position = columns.fields["date"]
    stated = [row[position].strip() for _, row in rows if len(row) == columns.width]
    refused = [text for text in stated if text and not _readable(text, profile)]
    if (
        refused
        and len(refused) == len([text for text in stated if text])
        and like_a_date(refused[0])
    ):
        raise FileRefused(
            "date_format_required",
            f"dates are written like {shown(refused[0])}, not as "
            f"{profile.date_format or 'YYYY-MM-DD'}; state `date_format` in the profile, "
            "e.g. DD.MM.YYYY or MM/DD/YYYY",
        )


def _readable(text: str, profile: CsvProfile) -> bool:
    try:
        date_reader(profile.date_format)(text)
    except ValueRefused:
        return False
    return True
