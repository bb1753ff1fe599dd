"""A Kafka consumer that waits for records, reads ahead, and commits while the next are taken.

What it hands out and what it commits are the same records in the same order as aiokafka's own;
only the waiting is taken out of the time between two deliveries.
"""

import asyncio
from collections.abc import Mapping
from typing import TypeAlias

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError

LOOK_UP_MS = 1000  # how often a consumer without records sees that its group has failed
# A delivery that is taken so long already waits for its database: time to unpack the next one.
READ_AHEAD_S = 0.01
COMMIT_S = 30.0
Batches: TypeAlias = dict[TopicPartition, list[ConsumerRecord]]
_log = structlog.get_logger(__name__)


class PatientConsumer(AIOKafkaConsumer):  # type: ignore[misc]  # aiokafka has no types
    """Answers at once when there are records, and never with none.

    FastStream sleeps after an empty answer: that costs each record time, and an idle service
    hundreds of wake-ups a second.
    """

    _timer: asyncio.TimerHandle | None = None
    _ahead: asyncio.Task[Batches] | None = None
    _handed_out: Mapping[TopicPartition, int] = {}
    _committing: asyncio.Task[None] | None = None

    async def getmany(
        self, *partitions: TopicPartition, timeout_ms: int = 0, max_records: int | None = None
    ) -> Batches:
        """Hand out the next records, at most `max_records`; raises KafkaError."""
        batches = await self._take_ahead()
        while not batches:
            batches = await super().getmany(
                *partitions, timeout_ms=max(timeout_ms, LOOK_UP_MS), max_records=max_records
            )
        self._handed_out = {place: batch[-1].offset + 1 for place, batch in batches.items()}
        self._timer = asyncio.get_running_loop().call_later(
            READ_AHEAD_S, self._read_ahead, partitions, max_records
        )
        return batches

    async def commit(self, offsets: Mapping[TopicPartition, int] | None = None) -> None:
        """Commit what was handed out last (not what is read ahead), after the commit before.

        It goes on in the background: a commit only says where reading begins after a restart,
        and what is delivered twice is applied once.
        """
        await self._committed()
        self._committing = asyncio.create_task(super().commit(offsets or self._handed_out))

    async def stop(self) -> None:
        """Finish the commit under way and leave the group."""
        self._stop_reading()
        if self._ahead is not None:
            self._ahead.cancel()
        await self._committed()
        await super().stop()

    def _read_ahead(self, partitions: tuple[TopicPartition, ...], max_records: int | None) -> None:
        self._ahead = asyncio.create_task(super().getmany(*partitions, max_records=max_records))

    def _stop_reading(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    async def _take_ahead(self) -> Batches:
        """Return what was read ahead, without what was rewound or lost to another member since."""
        self._stop_reading()
        if self._ahead is None:
            return {}
        ahead, self._ahead = self._ahead, None
        return {
            place: batch
            for place, batch in (await ahead).items()
            if await self._is_past(place, batch[-1].offset)
        }

    async def _is_past(self, place: TopicPartition, offset: int) -> bool:
        """Tell whether reading goes on after this record; a marker of a transaction may follow."""
        try:
            return bool(await self.position(place) > offset)
        except IllegalStateError:
            return False

    async def _committed(self) -> None:
        if self._committing is None:
            return
        committing, self._committing = self._committing, None
        try:
            await asyncio.wait_for(committing, COMMIT_S)
        except (KafkaError, TimeoutError) as error:
            # The partitions have moved, or the broker is away: these records come once more.
            _log.warning("commit_failed", error=repr(error))
