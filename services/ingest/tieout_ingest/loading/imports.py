"""Loads spooled uploads in the background: checked whole, then chunk by chunk.

The table is the queue. A batch is loaded by the instance that holds its spool file, one at a time
(advisory lock); after a crash it goes on behind its last committed chunk. A batch whose file
nobody has is given up after a grace.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from msgspec import Struct

from tieout_ingest.domain.limits import Limits
from tieout_ingest.domain.profile import profile_from_json
from tieout_ingest.domain.properties import checked
from tieout_ingest.domain.refusals import FileRefused, JsonRefused
from tieout_ingest.formats import reading
from tieout_ingest.formats.reading import Survey
from tieout_ingest.loading.batch import Batch, BatchGoneError, fail
from tieout_ingest.loading.pieces import pieces
from tieout_ingest.store import imports, properties, streams
from tieout_ingest.store.imports import Begun, Work
from tieout_ingest.uploads.spool import Spool
from tieout_runtime.failpoints import Failpoint
from tieout_runtime.logs import traced
from tieout_runtime.postgres import TRANSIENT_ERRORS, Connection, Pool, borrowed
from tieout_runtime.run import Wakeup

MAX_ATTEMPTS = 5
CLEAN_EVERY = timedelta(hours=1)
_log = structlog.get_logger(__name__)


class ImportSettings(Struct, frozen=True, kw_only=True):
    workers: int
    upload_again_after: timedelta
    limits: Limits


class ImportLoader:
    """One an instance; `wake` tells it of a new upload, else it looks every second."""

    def __init__(
        self,
        *,
        pool: Pool,
        spool: Spool,
        settings: ImportSettings,
        clock: Callable[[], datetime],
        failpoint: Failpoint,
    ) -> None:
        self._pool = pool
        self._spool = spool
        self._settings = settings
        self._clock = clock
        self._failpoint = failpoint
        self._wakeup = Wakeup()
        self.wake = self._wakeup.wake
        self._running: dict[int, asyncio.Task[None]] = {}
        self._excused: set[int] = set()

    async def run(self) -> None:
        """Load until cancelled; each hour remove what lies in the spool and no batch needs."""
        cleaned_at = None
        try:
            async for _ in self._wakeup.rounds():
                now = self._clock()
                if cleaned_at is None or now - cleaned_at >= CLEAN_EVERY:
                    await self._clean(now)
                    cleaned_at = now
                await self._start_waiting()
        finally:
            for task in self._running.values():
                task.cancel()
            await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def _clean(self, now: datetime) -> None:
        async with borrowed(self._pool) as connection:
            needed = await imports.spooled(connection)
        self._spool.remove_orphans(needed=needed, now_s=now.timestamp())

    async def _start_waiting(self) -> None:
        async with borrowed(self._pool) as connection:
            waiting = await imports.in_work(connection)
        for work in waiting:
            if work.id in self._running:
                continue
            if self._spool.holds(work.spool_name):
                if len(self._running) < self._settings.workers:
                    self._running[work.id] = asyncio.create_task(self._load_one(work))
            elif work.progressed_at < self._clock() - self._settings.upload_again_after:
                await self._give_up(work)

    async def _load_one(self, work: Work) -> None:
        try:
            async with self._pool.acquire() as connection:
                if await imports.try_own(connection, work.id):
                    with traced(work.traceparent):
                        await self._load_owned(connection, work)
        except BatchGoneError:
            _log.warning("import_taken_over", import_batch_id=work.id)
        except TRANSIENT_ERRORS as error:
            self._excused.add(work.id)
            _log.warning("import_interrupted", import_batch_id=work.id, error=repr(error))
        except Exception as error:  # noqa: BLE001  # it is tried again, and given up when it goes on
            _log.error("import_broke", import_batch_id=work.id, exc_info=error)
        finally:
            del self._running[work.id]
            self.wake()

    async def _load_owned(self, connection: Connection, work: Work) -> None:
        try:
            begun = await imports.begin(connection, work, excused=work.id in self._excused)
            if begun is None:
                return
            self._excused.discard(work.id)
            await self._load(connection, work, begun)
        finally:
            if not connection.is_closed():
                await imports.disown(connection, work.id)

    async def _load(self, connection: Connection, work: Work, begun: Begun) -> None:
        stream = await streams.find(
            connection, organization_id=work.organization_id, stream_id=begun.stream_id
        )
        if stream is None:
            await self._fail(connection, work, "stream_deleted", "the data stream was deleted")
            return
        if begun.attempts > MAX_ATTEMPTS:
            message = f"loading broke off {MAX_ATTEMPTS} times at item {begun.progress.next_item}"
            await self._fail(connection, work, "gave_up", message)
            return
        path, limits = self._spool.path_of(work.spool_name), self._settings.limits
        try:
            profile = profile_from_json(stream.profile if begun.profile is None else begun.profile)
            found = await asyncio.to_thread(reading.survey, path, profile=profile, limits=limits)
            if begun.run_id is not None:
                reading.require_statements(found)
            read = reading.read(
                path, surveyed=found, profile=profile, limits=limits, skip=begun.progress.next_item
            )
            batch = Batch(work=work, stream=stream, begun=begun, survey=found, clock=self._clock)
            demanded = (await properties.of_streams(connection, [stream]))[stream.id]
            outcomes = checked(read, demanded) if demanded else read
            mark = begun.sha256.hex()[:16] if stream.overlap == "append" else None
            async for piece in pieces(outcomes, first=begun.progress.next_item, file_mark=mark):
                await batch.load(connection, piece)
                self._failpoint.hit("import_chunk_committed")
        except FileRefused as refused:
            await self._fail(connection, work, refused.code, refused.message)
        except JsonRefused as refused:
            await self._fail(connection, work, "invalid_profile", str(refused))
        else:
            await batch.complete(connection)
            self._failpoint.hit("import_completed")
            self._end(work, found)

    async def _give_up(self, work: Work) -> None:
        async with self._pool.acquire() as connection:
            if await imports.try_own(connection, work.id):
                message = "the upload is no longer at hand; upload the file again"
                await self._fail(connection, work, "upload_again", message)
                await imports.disown(connection, work.id)

    async def _fail(self, connection: Connection, work: Work, code: str, message: str) -> None:
        await fail(connection, work, code=code, message=message, at=self._clock())
        self._spool.remove(work.spool_name)
        _log.info("import_failed", import_batch_id=work.id, code=code)

    def _end(self, work: Work, survey: Survey) -> None:
        self._spool.remove(work.spool_name)
        _log.info("import_completed", import_batch_id=work.id, format=type(survey).__name__)
