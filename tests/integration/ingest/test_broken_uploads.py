from datetime import date

import msgspec
import pytest

from tieout_contracts.record import Fields
from tieout_ingest.domain.drafts import Record
from tieout_ingest.formats.csv_survey import CsvSurvey
from tieout_ingest.loading.batch import Batch, BatchGoneError
from tieout_ingest.loading.pieces import Piece
from tieout_ingest.store import imports, streams

from .conftest import Ingest, clock
from .test_uploads import a_file

HEADER = "date,amount,currency,direction,description,external_id\n"


async def test_a_file_that_breaks_off_again_and_again_is_given_up(idle_ingest: Ingest) -> None:
    await idle_ingest.make_stream()
    number = (await idle_ingest.upload(a_file(10))).json()["id"]
    await idle_ingest.worker.execute("UPDATE import_batch SET attempts = 5")

    idle_ingest.start()
    batch = await idle_ingest.loaded(number)

    assert (batch["status"], batch["error"]["code"]) == ("failed", "gave_up")
    assert idle_ingest.spool_files() == []


async def test_a_loader_that_lost_its_batch_commits_nothing(idle_ingest: Ingest) -> None:
    await idle_ingest.make_stream(overlap="append")
    await idle_ingest.upload(a_file(1))
    async with idle_ingest.worker.acquire() as connection:
        [work] = await imports.in_work(connection)
        begun = await imports.begin(connection, work, excused=False)
        stream = await streams.find(connection, organization_id=1, stream_id=begun.stream_id)
        survey = CsvSurvey(
            encoding="utf-8", columns=None, header=[], lines=0, statements=[], warnings=[]
        )
        mine, late = (
            Batch(work=work, stream=stream, begun=begun, survey=survey, clock=clock)
            for _ in range(2)
        )

        await mine.load(connection, a_piece("a"))
        with pytest.raises(BatchGoneError):
            await late.load(connection, a_piece("b"))

    assert await idle_ingest.worker.fetchval("SELECT count(*) FROM record") == 1
    assert await idle_ingest.worker.fetchval("SELECT accepted FROM import_batch") == 1


def a_piece(identity: str) -> Piece:
    fields = Fields(
        amount_minor="1", exponent=2, currency="EUR", direction="credit", date=date(2024, 3, 5)
    )
    draft = Record(
        fields=fields,
        identity=identity,
        line=2,
        fields_json=msgspec.json.encode(fields),
        raw_json=b"[]",
    )
    return Piece(first=0, items=1, drafts=[draft], numbers=[0], rejected=[])
