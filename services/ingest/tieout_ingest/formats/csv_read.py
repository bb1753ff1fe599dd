"""Pass 2 over a delimited file: its records and rejections, in file order."""

from collections.abc import Generator
from typing import BinaryIO

from tieout_ingest.domain.csv_records import row_reader
from tieout_ingest.domain.drafts import Record
from tieout_ingest.domain.limits import Limits
from tieout_ingest.domain.profile import CsvProfile
from tieout_ingest.domain.refusals import Rejection
from tieout_ingest.formats.csv_rows import read_rows
from tieout_ingest.formats.csv_survey import CsvSurvey
from tieout_ingest.formats.csv_text import text_lines


def read_csv(
    source: BinaryIO, survey: CsvSurvey, profile: CsvProfile, limits: Limits
) -> Generator[Record | Rejection]:
    """Yield the outcome of each row, the same ones in the same order every time."""
    read = row_reader(survey.columns, profile, limits)
    text = text_lines(source, survey.encoding)
    rows = read_rows(text, profile, limits)
    try:
        if profile.header:
            next(rows, None)
        for row in rows:
            yield row if isinstance(row, Rejection) else read(row[0], row[1])
    finally:
        text.detach()
