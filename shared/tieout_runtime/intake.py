"""Taking deliveries: one batch is one transaction, and one bad record harms no other.

A record that cannot be decoded, or that the handler refuses, becomes a dead letter in the same
transaction. A transient error is retried, then raised: the broker delivers again. A batch that
fails otherwise is halved until the record that fails stands alone; after five tries it is
quarantined. A record that kills the process is found the same way, by attempts in Postgres.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Generic, TypeVar

import msgspec
import structlog
from aiokafka import ConsumerRecord

from tieout_contracts.topics import DEAD_LETTERS
from tieout_runtime import outbox
from tieout_runtime.failpoints import Failpoint
from tieout_runtime.postgres import TRANSIENT_ERRORS, Connection, Pool, transaction
from tieout_runtime.queries import load_queries

MAX_ATTEMPTS = 5
TRANSIENT_TRIES = 5
BACKOFF_S = 0.05
REASON_CHARACTERS = 500
_ANY = -1  # the offset under which a whole first delivery is counted
_SQL = load_queries("tieout_runtime", "intake.sql")
_log = structlog.get_logger(__name__)

Value = TypeVar("Value")
Result = TypeVar("Result")
Refusals = Mapping[int, str]
# Applies decoded values in the given transaction; answers index → reason for those it refuses.
Handler = Callable[[Connection, Sequence[Value]], Awaitable[Refusals]]


class Intake(Generic[Value]):
    """One consumer: `decode` raises msgspec.MsgspecError, ValueError or RecursionError only.

    It gets the whole record (never a tombstone), for what stands in the headers.
    """

    def __init__(
        self,
        *,
        pool: Pool,
        decode: Callable[[ConsumerRecord], Value],
        handle: Handler[Value],
        failpoint: Failpoint,
    ) -> None:
        self._pool = pool
        self._decode = decode
        self._handle = handle
        self._failpoint = failpoint
        self._trusted: set[tuple[str, int]] = set()
        self._begun: dict[tuple[str, int, int], int] = {}

    async def on_batch(self, records: Sequence[ConsumerRecord]) -> None:
        """Take one delivery of the broker; returning means its database work is committed."""
        partitions = {(one.topic, one.partition) for one in records}
        suspects = partitions - self._trusted
        begun = [await self._begin(topic, partition, _ANY) for topic, partition in suspects]
        if max(begun, default=0) > 1:
            for record in records:
                await self._take_suspect(record)
        else:
            await self._take(records)
        for suspect in suspects:
            await self._forget(*suspect, _ANY)
        self._trusted |= suspects
        self._failpoint.hit("after_commit")

    async def _begin(self, topic: str, partition: int, offset: int) -> int:
        """Count a try once in this process: one that it survived did not kill it."""
        at = (topic, partition, offset)
        if at not in self._begun:
            self._begun[at] = await self._count(*at)
        return self._begun[at]

    async def _count(self, topic: str, partition: int, offset: int) -> int:
        """Count a try before it is made, so that it is seen even if the process dies of it."""

        async def count(connection: Connection) -> int:
            return await _begin_attempt(connection, topic, partition, offset)

        return await self._retry(count)

    async def _forget(self, topic: str, partition: int, offset: int) -> None:
        async def forget(connection: Connection) -> None:
            await connection.execute(_SQL["end_attempt"], topic, partition, offset)

        await self._retry(forget)
        self._begun.pop((topic, partition, offset), None)

    async def _take_suspect(self, record: ConsumerRecord) -> None:
        """Take one record of a delivery that a process died in, counting before each try."""
        at = (record.topic, record.partition, record.offset)
        attempts = await self._begin(*at)
        if attempts > MAX_ATTEMPTS:
            await self._quarantine(record, "the process died while it was taken", attempts - 1)
        else:
            await self._take_alive(record)
        await self._forget(*at)

    async def _take_alive(self, record: ConsumerRecord) -> None:
        """Take one record; a try that the process survives is not counted against it."""
        try:
            await self._take([record])
        except TRANSIENT_ERRORS:
            await self._forget(record.topic, record.partition, record.offset)
            raise

    async def _quarantine(self, record: ConsumerRecord, reason: str, attempts: int) -> None:
        async def put(connection: Connection) -> None:
            await dead_letter(connection, record, reason, attempts=attempts)

        await self._retry(put)

    async def _take(self, records: Sequence[ConsumerRecord]) -> None:
        async def apply(connection: Connection) -> None:
            await self._apply(connection, records)

        try:
            await self._retry(apply)
        except TRANSIENT_ERRORS:
            raise
        except Exception as error:  # noqa: BLE001  # whatever it is, it must not stop its neighbours
            _log.warning("delivery_failed", records=len(records), exc_info=error)
            if len(records) > 1:
                middle = len(records) // 2
                await self._take(records[:middle])
                await self._take(records[middle:])
            else:
                await self._retry_alone(records[0], error)

    async def _retry_alone(self, record: ConsumerRecord, error: Exception) -> None:
        """Try a failing record again by itself, then quarantine it."""
        at = (record.topic, record.partition, record.offset)
        attempts = await self._count(*at)
        if attempts < MAX_ATTEMPTS:
            await asyncio.sleep(_backoff_s(attempts))
            await self._take([record])
        else:
            reason = f"failed {attempts} times: {type(error).__name__}: {error}"
            await self._quarantine(record, reason, attempts)
        await self._forget(*at)

    async def _apply(self, connection: Connection, records: Sequence[ConsumerRecord]) -> None:
        values, sources = [], []
        for record in records:
            if record.value is None:
                continue  # a tombstone of a compacted topic carries nothing to apply
            try:
                values.append(self._decode(record))
                sources.append(record)
            except (msgspec.MsgspecError, ValueError, RecursionError) as error:
                await dead_letter(connection, record, f"not decodable: {error}")
        refused = await self._handle(connection, values) if values else {}
        for index, reason in refused.items():
            await dead_letter(connection, sources[index], reason)

    async def _retry(self, work: Callable[[Connection], Awaitable[Result]]) -> Result:
        """Run one transaction; a transient error is tried again, at last after a sleep raised."""
        for attempt in range(1, TRANSIENT_TRIES + 1):
            try:
                async with transaction(self._pool) as connection:
                    return await work(connection)
            except TRANSIENT_ERRORS as error:
                _log.warning("transient", attempt=attempt, error=repr(error))
                await asyncio.sleep(_backoff_s(attempt))
                if attempt == TRANSIENT_TRIES:
                    raise
        raise AssertionError("unreachable: the last attempt returns or raises")


def _backoff_s(attempt: int) -> float:
    return float(BACKOFF_S * 2**attempt * (0.5 + random.random()))  # noqa: S311  # jitter


async def _begin_attempt(connection: Connection, topic: str, partition: int, offset: int) -> int:
    return int(await connection.fetchval(_SQL["begin_attempt"], topic, partition, offset))


async def dead_letter(
    connection: Connection,
    record: ConsumerRecord,
    reason: str,
    *,
    attempts: int = 1,
    part: int = 0,
    value: bytes | None = None,
) -> None:
    """Send a delivery (or its part `part`, with that part's bytes) to the dead letters, once."""
    at = (record.topic, record.partition, record.offset)
    reason = _storable(reason)
    if not await connection.fetchval(_SQL["add_dead_letter"], *at, part, reason, attempts):
        return
    _log.warning("dead_letter", topic=at[0], partition=at[1], offset=at[2], reason=reason)
    headers = {"topic": at[0], "partition": at[1], "offset": at[2], "part": part}
    headers |= {"reason": reason, "attempts": attempts}
    await outbox.add_raw(
        connection,
        topic=DEAD_LETTERS,
        key=f"{record.topic}:{record.partition}",
        headers=[(name, str(content).encode()) for name, content in headers.items()],
        value=record.value if value is None else value,
    )


def _storable(reason: str) -> str:
    """Cut a reason, and write out what PostgreSQL or UTF-8 refuses: it may quote the record."""
    shown = reason[:REASON_CHARACTERS].replace("\0", "\\0")
    return shown.encode(errors="backslashreplace").decode()
