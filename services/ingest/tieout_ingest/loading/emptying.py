"""Carries out what empties or deletes a stream: chunks of deletions, each decided by the matcher.

A chunk goes the way of a single deletion (ADR 0014): asked (stored with the numbers of the
versions), decided (all of the chunk or none, the same for ever), written (the versions, with their
events). So it goes on after a crash at any step.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import structlog
from msgspec.json import Decoder

from tieout_contracts.record import Fields
from tieout_ingest.domain.record_change import Decided, RecordChange, Refused
from tieout_ingest.domain.stream_operation import StreamOperation, refusal_of_hold
from tieout_ingest.loading.announce import Version, announce_records, expectation_of
from tieout_ingest.loading.stream_operations import answer_of
from tieout_ingest.matcher import Matcher
from tieout_ingest.store import records, routes, stream_operations, streams
from tieout_ingest.store.stream_operations import Standing, Work
from tieout_runtime import idempotency
from tieout_runtime.failpoints import Failpoint
from tieout_runtime.postgres import TRANSIENT_ERRORS, Connection, Pool
from tieout_runtime.problems import Problem
from tieout_runtime.run import Wakeup

CHUNK_RECORDS = 500
CHUNK_BYTES = 4 * 1024 * 1024
_log = structlog.get_logger(__name__)
_decode_fields = Decoder(Fields).decode


class OperationRunner:
    """One an instance; the table is the queue, an advisory lock keeps two off one operation."""

    def __init__(
        self,
        *,
        pool: Pool,
        matcher: Matcher,
        clock: Callable[[], datetime],
        failpoint: Failpoint,
    ) -> None:
        self._pool = pool
        self._matcher = matcher
        self._clock = clock
        self._failpoint = failpoint
        self._wakeup = Wakeup()
        self.wake = self._wakeup.wake

    async def run(self) -> None:
        """Carry out until cancelled; looks every second when nobody wakes it."""
        async for _ in self._wakeup.rounds():
            async with self._pool.acquire() as connection:
                for work in await stream_operations.in_work(connection):
                    await self._carry_out(connection, work)

    async def _carry_out(self, connection: Connection, work: Work) -> None:
        if not await stream_operations.try_own(connection, work.id):
            return
        try:
            while await self.step(connection, work):
                pass
        except TRANSIENT_ERRORS:
            raise
        except Problem as problem:
            _log.warning("stream_operation_waits", operation=work.id, error=repr(problem))
        except Exception as error:  # noqa: BLE001  # it is tried again, and others go on
            _log.error("stream_operation_broke", operation=work.id, exc_info=error)
        finally:
            if not connection.is_closed():
                await stream_operations.disown(connection, work.id)

    async def step(self, connection: Connection, work: Work) -> bool:
        """Take an operation one step on; False when it has ended."""
        operation = await stream_operations.find(
            connection, organization_id=work.organization_id, operation_id=work.id
        )
        if operation is None or operation.status in {"completed", "failed"}:
            return False
        if operation.status == "pending":
            return await self._start(connection, operation)
        asked = await stream_operations.asked_deletions(connection, operation)
        if not asked:
            await self._ask(connection, operation)
            return not await self._completed(connection, operation)
        self._failpoint.hit("stream_chunk_asked")
        decided = await self._matcher.withdraw_all(asked)
        self._failpoint.hit("stream_chunk_decided")
        async with connection.transaction():
            await records.lock_stream(connection, operation.stream_id)
            await self._write(connection, operation, asked, decided)
        self._failpoint.hit("stream_chunk_committed")
        return True

    async def _start(self, connection: Connection, operation: StreamOperation) -> bool:
        """Ask once more what forbids it, now that nobody can link the stream any more."""
        routed = await stream_operations.ever_routed(
            connection,
            organization_id=operation.organization_id,
            stream_id=operation.stream_id,
        )
        hold = await self._matcher.hold(
            organization_id=operation.organization_id,
            account_id=operation.account_id,
            stream_id=operation.stream_id,
            reconciliation_ids=list(routed),
        )
        refused = refusal_of_hold(operation.kind, hold)
        if refused is None:
            await stream_operations.start(connection, operation, at=self._clock())
            return True
        async with connection.transaction():
            await self._fail(connection, operation, refused)
        return False

    async def _ask(self, connection: Connection, operation: StreamOperation) -> None:
        """Store the next chunk of deletions, or how far there is nothing to delete."""
        async with connection.transaction():
            await records.lock_stream(connection, operation.stream_id)
            found = await stream_operations.next_records(connection, operation, limit=CHUNK_RECORDS)
            chunk = _cut([one for one in found if one.is_left])
            if chunk:
                await stream_operations.ask_deletions(
                    connection, operation, chunk, at=self._clock()
                )
            elif found:
                await stream_operations.advance(connection, operation, to=found[-1].id, records=0)

    async def _completed(self, connection: Connection, operation: StreamOperation) -> bool:
        """End the operation when no record is left, with the answer of its request."""
        async with connection.transaction():
            await records.lock_stream(connection, operation.stream_id)
            if await stream_operations.next_records(connection, operation, limit=1):
                return False
            await stream_operations.complete(connection, operation, at=self._clock())
            ended = await stream_operations.find(
                connection,
                organization_id=operation.organization_id,
                operation_id=operation.id,
            )
            if ended is not None:
                await idempotency.complete(
                    connection,
                    organization_id=operation.organization_id,
                    operation_id=operation.id,
                    answer=answer_of(ended),
                )
        _log.info("stream_operation_completed", operation=operation.id, kind=operation.kind)
        return True

    async def _write(
        self,
        connection: Connection,
        operation: StreamOperation,
        asked: Sequence[RecordChange],
        decided: Decided,
    ) -> None:
        if not await stream_operations.end_deletions(
            connection, operation, decided, at=self._clock()
        ):
            return
        if isinstance(decided, Refused):
            await self._fail(connection, operation, decided)
            return
        positions = await records.take_positions(connection, len(asked))
        await stream_operations.write_deletions(connection, operation, asked, positions)
        names = {
            "organization_id": operation.organization_id,
            "stream_id": operation.stream_id,
        }
        numbers = [one.record_id for one in asked]
        await routes.count_gone(connection, **names, record_ids=numbers)
        await self._announce(connection, operation, asked)
        await stream_operations.advance(connection, operation, to=numbers[-1], records=len(numbers))

    async def _announce(
        self, connection: Connection, operation: StreamOperation, asked: Sequence[RecordChange]
    ) -> None:
        names = {"organization_id": operation.organization_id, "stream_id": operation.stream_id}
        stream = await streams.find(connection, **names, closed=True)
        if stream is None:
            raise RuntimeError(f"operation {operation.id} has no stream")
        versions = list(_versions(asked))
        for route in await routes.active(connection, **names):
            await announce_records(
                connection,
                versions,
                route=route,
                expectation=expectation_of(stream),
                at=self._clock(),
            )

    async def _fail(
        self, connection: Connection, operation: StreamOperation, refused: Refused
    ) -> None:
        await stream_operations.fail(connection, operation, refused, at=self._clock())
        await idempotency.release(
            connection, organization_id=operation.organization_id, operation_id=operation.id
        )
        _log.info("stream_operation_failed", operation=operation.id, code=refused.code)


def _cut(left: Sequence[Standing]) -> list[Standing]:
    """Take as many records as one request to the matcher may hold, one at least."""
    chunk: list[Standing] = []
    size = 0
    for one in left:
        size += len(one.fields)
        if chunk and size > CHUNK_BYTES:
            break
        chunk.append(one)
    return chunk


def _versions(asked: Iterable[RecordChange]) -> Iterable[Version]:
    for one in asked:
        yield Version(
            record_id=one.record_id,
            version=one.version,
            import_batch_id=None,
            date=_decode_fields(one.fields).date,
            arrived_at=one.created_at,
            fields_json=one.fields,
            withdrawn=True,
        )
