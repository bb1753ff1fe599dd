"""Sends the records that were in a stream before a route was, chunk by chunk.

Each chunk is one transaction under the stream's lock and moves the backfill's own mark, so a
killed one goes on where it was and no event is made twice.
"""

import datetime as dt
from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from msgspec import Struct
from msgspec.json import Decoder

from tieout_ingest.loading.announce import Expectation, Version, announce_import, announce_records
from tieout_ingest.loading.chunk import ROWS
from tieout_ingest.store import records, routes
from tieout_ingest.store.routes import Backfill, Route
from tieout_runtime.failpoints import Failpoint
from tieout_runtime.postgres import Connection, Pool, borrowed, transaction
from tieout_runtime.run import Wakeup

_log = structlog.get_logger(__name__)


class _Dated(Struct):
    date: dt.date


_date_of = Decoder(_Dated).decode


class Backfiller:
    """One an instance; several take turns by the stream's lock."""

    def __init__(self, *, pool: Pool, clock: Callable[[], datetime], failpoint: Failpoint) -> None:
        self._pool = pool
        self._clock = clock
        self._failpoint = failpoint
        self._wakeup = Wakeup()
        self.wake = self._wakeup.wake

    async def run(self) -> None:
        """Backfill until cancelled; looks every second when nobody wakes it."""
        async for _ in self._wakeup.rounds():
            async with borrowed(self._pool) as connection:
                waiting = await routes.backfills_waiting(connection)
            for backfill in waiting:
                while await self.send_chunk(backfill):
                    self._failpoint.hit("backfill_chunk_committed")

    async def send_chunk(self, backfill: Backfill) -> bool:
        """Send the next records; False when the backfill has ended."""
        async with transaction(self._pool) as connection:
            await records.lock_stream(connection, backfill.stream_id)
            state = await routes.lock_backfill(connection, backfill)
            if state is None:
                return False
            found = await routes.backfill_records(
                connection, backfill, after=state["backfilled_to"], limit=ROWS
            )
            await self._send(connection, backfill, state, found)
            if len(found) < ROWS:
                await self._end(connection, backfill, state)
                return False
        return True

    async def _send(
        self, connection: Connection, backfill: Backfill, state: Any, found: list[Any]
    ) -> None:
        if not found:
            return
        await announce_records(
            connection,
            [_version(row) for row in found if not row["superseded"]],
            route=Route(reconciliation_id=backfill.reconciliation_id, side=state["side"]),
            expectation=_expectation(backfill, state),
            at=self._clock(),
        )
        await routes.advance_backfill(
            connection,
            backfill,
            to=found[-1]["position"],
            records=sum(1 for row in found if row["version"] == 1),
        )

    async def _end(self, connection: Connection, backfill: Backfill, state: Any) -> None:
        for batch_id, count in await routes.imports_completed(
            connection,
            organization_id=backfill.organization_id,
            import_batch_ids=state["completed_imports"],
        ):
            await announce_import(
                connection,
                expectation=_expectation(backfill, state),
                reconciliation_id=backfill.reconciliation_id,
                import_batch_id=batch_id,
                records=count,
                at=self._clock(),
            )
        await routes.end_backfill(connection, backfill)
        _log.info(
            "backfilled",
            stream_id=backfill.stream_id,
            reconciliation_id=backfill.reconciliation_id,
        )


def _expectation(backfill: Backfill, state: Any) -> Expectation:
    return Expectation(
        organization_id=backfill.organization_id,
        stream_id=backfill.stream_id,
        expected_days=state["expected_days"],
        arrival_grace_seconds=state["arrival_grace_seconds"],
    )


def _version(row: Any) -> Version:
    return Version(
        record_id=row["id"],
        version=row["version"],
        import_batch_id=row["import_batch_id"],
        date=_date_of(row["fields"]).date,
        arrived_at=row["arrived_at"],
        withdrawn=row["change"] == "deletion",
        fields_json=row["fields"],
    )
