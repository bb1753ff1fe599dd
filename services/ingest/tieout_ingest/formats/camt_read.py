"""Pass 2 over a camt file: its records and rejections, in file order."""

from collections.abc import Generator
from typing import BinaryIO

from tieout_ingest.domain.camt import Balance, Entry
from tieout_ingest.domain.camt_balances import balance_record, is_movement
from tieout_ingest.domain.camt_records import CamtRecords
from tieout_ingest.domain.drafts import Record
from tieout_ingest.domain.limits import Limits
from tieout_ingest.domain.profile import CamtProfile
from tieout_ingest.domain.refusals import Rejection
from tieout_ingest.formats.camt_stream import read_events
from tieout_ingest.formats.camt_survey import CamtSurvey


def read_camt(
    source: BinaryIO, survey: CamtSurvey, profile: CamtProfile, limits: Limits
) -> Generator[Record | Rejection]:
    """Yield the outcome of each row, the same ones in the same order every time."""
    records = CamtRecords(limits=limits)
    from_balances = profile.records_from == "proprietary_balances"
    for event in read_events(
        source, statement_element=survey.message.statement_element, limits=limits, with_xml=True
    ):
        if isinstance(event, Entry) and not from_balances:
            yield from records.of_entry(event, survey.heads[event.statement - 1])
        elif isinstance(event, Balance) and from_balances and is_movement(event):
            yield balance_record(event, survey.heads[event.statement - 1], limits)
