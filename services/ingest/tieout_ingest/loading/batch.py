"""The transactions of one import batch: each chunk, its completion, its failure."""

from collections.abc import Callable
from datetime import datetime

import msgspec

from tieout_ingest.domain.arrivals import EXTERNAL_ID_CONFLICT
from tieout_ingest.domain.progress import ChunkCounts, advance
from tieout_ingest.domain.refusals import Rejection
from tieout_ingest.domain.statement import StatementReport
from tieout_ingest.domain.statement_parts import notifications_of, parts_of, with_day
from tieout_ingest.formats.camt_survey import CamtSurvey
from tieout_ingest.formats.reading import Survey
from tieout_ingest.loading import chunk
from tieout_ingest.loading.announce import announce_import, expectation_of
from tieout_ingest.loading.chunk import Loaded
from tieout_ingest.loading.pieces import Piece
from tieout_ingest.store import imports, records, routes, statements
from tieout_ingest.store.imports import KEPT_REJECTIONS, Begun, Work
from tieout_ingest.store.records import Origin
from tieout_ingest.store.streams import Stream
from tieout_runtime import idempotency
from tieout_runtime.idempotency import Answer
from tieout_runtime.postgres import Connection

ACCEPTED = 202
_encode = msgspec.json.Encoder().encode


class BatchGoneError(Exception):
    """Another instance took the batch over: what this one has in hand must not commit."""


class Batch:
    """A batch while it is loaded by this process."""

    def __init__(
        self,
        *,
        work: Work,
        stream: Stream,
        begun: Begun,
        survey: Survey,
        clock: Callable[[], datetime],
    ) -> None:
        self._work = work
        self._stream = expectation_of(stream)
        self._progress = begun.progress
        self._survey = survey
        self._notifications = notifications_of(survey.statements)
        self._source = "camt_upload" if isinstance(survey, CamtSurvey) else "csv_upload"
        self._clock = clock

    async def load(self, connection: Connection, piece: Piece) -> None:
        """Load one chunk in one transaction; raises BatchGoneError, and then nothing is done."""
        at, before = self._clock(), self._progress
        origin = Origin(source=self._source, import_batch_id=self._work.id)
        async with connection.transaction():
            loaded = await chunk.load(
                connection, piece.drafts, stream=self._stream, origin=origin, at=at
            )
            rejected = sorted([*piece.rejected, *_conflicts(piece, loaded)])
            after = advance(
                before,
                ChunkCounts(
                    items=piece.items,
                    skipped=len(loaded.skipped),
                    rejected=len(rejected),
                    accepted=[(row.record_id, row.draft.fields) for row in loaded.rows],
                ),
            )
            if not await imports.save_progress(
                connection, self._work, before=before, after=after, at=at
            ):
                raise BatchGoneError
            kept = rejected[: max(0, KEPT_REJECTIONS - before.rejected)]
            await imports.add_rejections(connection, self._work, kept)
            if self._survey.statements:
                parts = parts_of(
                    piece.drafts,
                    rows=loaded.rows,
                    skipped=loaded.skipped,
                    notifications=self._notifications,
                )
                await statements.add_parts(connection, self._work, parts, item=piece.first)
        self._progress = after

    async def complete(self, connection: Connection) -> None:
        """End the batch and announce it wherever all of its records are announced."""
        at, names = self._clock(), self._names
        async with connection.transaction():
            await records.lock_stream(connection, self._stream.stream_id)
            if not await imports.complete(
                connection,
                self._work,
                source=self._source,
                warnings=self._survey.warnings,
                statements=await self._statements(connection),
                at=at,
            ):
                raise BatchGoneError
            deferred = await routes.defer_import_completed(
                connection, **names, import_batch_id=self._work.id
            )
            for route in await routes.active(connection, **names):
                if route.reconciliation_id not in deferred:
                    await announce_import(
                        connection,
                        expectation=self._stream,
                        reconciliation_id=route.reconciliation_id,
                        import_batch_id=self._work.id,
                        records=self._progress.accepted,
                        at=at,
                    )
            await self._fix_answer(connection)

    async def _statements(self, connection: Connection) -> list[StatementReport]:
        """Say which day each statement is about, now that its records are known."""
        if all(one.day is not None for one in self._survey.statements):
            return self._survey.statements
        days = await statements.days_of(connection, self._work)
        return [with_day(one, days.get(one.statement, {})) for one in self._survey.statements]

    @property
    def _names(self) -> dict[str, int]:
        return {
            "organization_id": self._stream.organization_id,
            "stream_id": self._stream.stream_id,
        }

    async def _fix_answer(self, connection: Connection) -> None:
        view = await imports.find(
            connection, organization_id=self._work.organization_id, batch_id=self._work.id
        )
        await idempotency.complete(
            connection,
            organization_id=self._work.organization_id,
            operation_id=self._work.id,
            answer=Answer(status=ACCEPTED, body=_encode(view)),
        )


def _conflicts(piece: Piece, loaded: Loaded) -> list[tuple[int, Rejection]]:
    return [
        (
            piece.numbers[index],
            Rejection(line=piece.drafts[index].line, code=EXTERNAL_ID_CONFLICT, message=message),
        )
        for index, message in loaded.conflicts.items()
    ]


async def fail(
    connection: Connection, work: Work, *, code: str, message: str, at: datetime
) -> None:
    """End a batch as failed; the key of its request may be used again."""
    async with connection.transaction():
        await imports.fail(connection, work, code=code, message=message, at=at)
        await idempotency.release(
            connection, organization_id=work.organization_id, operation_id=work.id
        )
