"""Reading an uploaded file in two passes: the whole structure first, then row by row.

`survey` decides whether anything of the file is loaded; `read` yields what each row became, the
same outcomes in the same order every time, so that a resumed import skips those it has.
"""

from collections.abc import Generator
from contextlib import closing
from itertools import islice
from pathlib import Path

from tieout_ingest.domain.drafts import Record
from tieout_ingest.domain.limits import Limits
from tieout_ingest.domain.profile import Profile
from tieout_ingest.domain.refusals import FileRefused, Rejection
from tieout_ingest.formats.camt_read import read_camt
from tieout_ingest.formats.camt_survey import CamtSurvey, survey_camt
from tieout_ingest.formats.csv_read import read_csv
from tieout_ingest.formats.csv_survey import CsvSurvey, survey_csv
from tieout_ingest.formats.upload import detect_format, opened

Survey = CamtSurvey | CsvSurvey


def survey(path: Path, *, profile: Profile, limits: Limits) -> Survey:
    """Pass 1: check the structure of the whole file, or raise FileRefused."""
    with opened(path, limits) as source:
        if detect_format(source) == "camt":
            return survey_camt(source, profile.camt, limits)
        return survey_csv(source, profile.csv, limits)


def require_statements(found: Survey) -> None:
    """Refuse what a ledger does not take: anything but camt.053 and CSV; raises FileRefused."""
    if isinstance(found, CamtSurvey) and found.message.statement_element != "Stmt":
        raise FileRefused(
            "unsupported_format", "the file is no camt.053: upload a statement, or CSV"
        )


def read(
    path: Path, *, surveyed: Survey, profile: Profile, limits: Limits, skip: int = 0
) -> Generator[Record | Rejection]:
    """Pass 2: yield the outcome of each row, leaving out the first `skip` (already loaded)."""
    with opened(path, limits) as source:
        outcomes = (
            read_camt(source, surveyed, profile.camt, limits)
            if isinstance(surveyed, CamtSurvey)
            else read_csv(source, surveyed, profile.csv, limits)
        )
        with closing(outcomes):
            yield from islice(outcomes, skip, None)
