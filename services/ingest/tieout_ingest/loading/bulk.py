"""Processes bulk requests in the background, one transaction a stream, a result an item."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec
import structlog

from tieout_ingest.domain.arrivals import EXTERNAL_ID_CONFLICT
from tieout_ingest.domain.bulk_items import placed, without
from tieout_ingest.domain.drafts import Record
from tieout_ingest.domain.incoming import record_from_json
from tieout_ingest.domain.limits import Limits
from tieout_ingest.domain.properties import require
from tieout_ingest.domain.refusals import JsonRefused
from tieout_ingest.loading import chunk
from tieout_ingest.loading.announce import expectation_of
from tieout_ingest.loading.chunk import Loaded
from tieout_ingest.store import bulk, properties, streams
from tieout_ingest.store.bulk import BegunBulk, BulkResult, BulkWork
from tieout_ingest.store.records import Origin
from tieout_ingest.store.streams import Stream
from tieout_runtime.failpoints import Failpoint
from tieout_runtime.logs import traced
from tieout_runtime.postgres import TRANSIENT_ERRORS, Connection, Pool
from tieout_runtime.run import Wakeup

MAX_ATTEMPTS = 5
_log = structlog.get_logger(__name__)


class BulkLoader:
    """One an instance; the table is the queue, an advisory lock keeps two off one request."""

    def __init__(
        self,
        *,
        pool: Pool,
        limits: Limits,
        clock: Callable[[], datetime],
        failpoint: Failpoint,
    ) -> None:
        self._pool = pool
        self._limits = limits
        self._clock = clock
        self._failpoint = failpoint
        self._wakeup = Wakeup()
        self.wake = self._wakeup.wake
        self._excused: set[int] = set()

    async def run(self) -> None:
        """Process until cancelled; looks every second when nobody wakes it."""
        async for _ in self._wakeup.rounds():
            async with self._pool.acquire() as connection:
                for work in await bulk.in_work(connection):
                    await self._process(connection, work)

    async def _process(self, connection: Connection, work: BulkWork) -> None:
        if not await bulk.try_own(connection, work.id):
            return
        try:
            with traced(work.traceparent):
                await self._process_owned(connection, work)
        except TRANSIENT_ERRORS:
            self._excused.add(work.id)
            raise
        except Exception as error:  # noqa: BLE001  # tried again, and given up when it goes on
            _log.error("bulk_request_broke", bulk_request_id=work.id, exc_info=error)
        finally:
            if not connection.is_closed():
                await bulk.disown(connection, work.id)

    async def _process_owned(self, connection: Connection, work: BulkWork) -> None:
        begun = await bulk.begin(
            connection, work, excused=work.id in self._excused, at=self._clock()
        )
        if begun is None:
            return
        self._excused.discard(work.id)
        if begun.is_cancelled:
            await self._stop(connection, work)
            return
        if begun.attempts > MAX_ATTEMPTS:
            message = f"processing broke off {MAX_ATTEMPTS} times"
            await bulk.end(connection, work, status="failed", message=message, at=self._clock())
            return
        by_stream, unreadable = await self._read(connection, work, begun)
        async with connection.transaction():
            await bulk.add_results(connection, work, unreadable, at=self._clock())
        for stream, drafts in by_stream:
            if await bulk.is_cancelled(connection, work):
                await self._stop(connection, work)
                return
            async with connection.transaction():
                await self._load(connection, work, begun, stream, drafts)
            self._failpoint.hit("bulk_stream_committed")
        await bulk.end(connection, work, status="completed", message=None, at=self._clock())

    async def _stop(self, connection: Connection, work: BulkWork) -> None:
        """End a request that somebody asked to stop: what it stored stays."""
        await bulk.end(connection, work, status="cancelled", message=None, at=self._clock())
        _log.info("bulk_request_cancelled", bulk_request_id=work.id)

    async def _read(
        self, connection: Connection, work: BulkWork, begun: BegunBulk
    ) -> tuple[list[tuple[Stream, list[tuple[int, Record]]]], list[BulkResult]]:
        items = placed(msgspec.json.decode(begun.items), begun.indexes)
        waiting = without(items, set(begun.done))
        left = list(zip(waiting.indexes, waiting.values, strict=True))
        keys = {(work.organization_id, stream_key(item)) for _, item in left}
        found = await streams.find_many(
            connection, keys=sorted((number, key) for number, key in keys if key is not None)
        )
        known = {one.key: one for one in found}
        demanded = await properties.of_streams(connection, found)
        drafts: dict[str, list[tuple[int, Record]]] = defaultdict(list)
        unreadable = []
        for index, item in left:
            key = stream_key(item)
            if key not in known:
                error = f"unknown_data_stream: there is no data stream {key!r}"
                unreadable.append(BulkResult(index=index, status="failed", error=error))
                continue
            path = f"$.records[{index}]"
            try:
                draft = record_from_json(item, limits=self._limits, path=path, position=index + 1)
                require(draft, demanded[known[key].id], path=path)
                drafts[key].append((index, draft))
            except JsonRefused as refused:
                unreadable.append(BulkResult(index=index, status="failed", error=str(refused)))
        ascending = sorted((known[key].id, key) for key in drafts)
        return [(known[key], drafts[key]) for _, key in ascending], unreadable

    async def _load(
        self,
        connection: Connection,
        work: BulkWork,
        begun: BegunBulk,
        stream: Stream,
        drafts: Sequence[tuple[int, Record]],
    ) -> None:
        at = self._clock()
        loaded = await chunk.load(
            connection,
            [draft for _, draft in drafts],
            stream=expectation_of(stream),
            origin=Origin(source="bulk_api", bulk_request_id=work.id),
            at=at,
        )
        found = list(_results(drafts, loaded, on_conflict=begun.on_conflict))
        await bulk.add_results(connection, work, found, at=at)


def stream_key(item: Any) -> str | None:
    """Return the stream that an item names, if it names one."""
    key = item.get("data_stream_key") if isinstance(item, dict) else None
    return key if isinstance(key, str) and "\0" not in key else None


def _results(
    drafts: Sequence[tuple[int, Record]], loaded: Loaded, *, on_conflict: str
) -> Iterator[BulkResult]:
    stored = iter(loaded.rows)
    for position, (index, _) in enumerate(drafts):
        if position in loaded.conflicts:
            error = f"{EXTERNAL_ID_CONFLICT}: {loaded.conflicts[position]}"
            yield BulkResult(index=index, status="failed", error=error)
        elif position not in loaded.skipped:
            yield BulkResult(index=index, status="successful", record_id=next(stored).record_id)
        elif on_conflict == "error":
            error = f"duplicate: record {loaded.skipped[position]} has this external_id already"
            yield BulkResult(index=index, status="failed", error=error)
        else:
            yield BulkResult(index=index, status="skipped")
