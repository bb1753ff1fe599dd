"""Kafka with defaults that are safe for money, set in this one place (FastStream and aiokafka).

Acknowledged by all replicas, idempotent where the broker can, read committed, from the earliest
offset, committed only after the database has committed, topics never made by accident.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeAlias

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker

from tieout_contracts.topics import Topic
from tieout_runtime.settings import CommonSettings

BATCH_RECORDS = 2000
STEP_RECORDS = 200  # unpacked at a time: what is dropped again stays within the processor's cache
LOOK_UP_MS = 1000  # how often a consumer without records sees that its group has failed
# A delivery that is taken so long already waits for its database: time to unpack the next one.
READ_AHEAD_S = 0.01
COMMIT_S = 10.0  # well within the time that a service has to stop
MAX_POLL_INTERVAL_MS = 300_000
GATHER_BYTES = 256 * 1024
FETCH_WAIT_MS = 500
GRACEFUL_STOP_S = 25.0

Batches: TypeAlias = dict[TopicPartition, list[ConsumerRecord]]
BatchHandler = Callable[[Sequence[ConsumerRecord]], Awaitable[None]]
Lighten = Callable[[ConsumerRecord], None]
_NOTHING: Mapping[str, Lighten] = {}
_log = structlog.get_logger(__name__)


class PatientConsumer(AIOKafkaConsumer):  # type: ignore[misc]  # aiokafka has no types
    """Answers at once when there are records, never with none, and wastes no time in between.

    FastStream sleeps after an empty answer: that costs each record time, and an idle service
    hundreds of wake-ups a second. The next delivery is unpacked while this one is taken, and
    offsets are committed in the background; only what was handed out is committed.

    Most of a record's values are headers: `lighten`, by topic, drops what nobody will read as soon
    as a few records are unpacked. Reading a delivery takes half the time (ADR 0009).
    """

    _timer: asyncio.TimerHandle | None = None
    _ahead: asyncio.Task[Batches] | None = None
    _handed_out: Mapping[TopicPartition, int] = {}
    _committing: asyncio.Task[None] | None = None
    _failed: Exception | None = None

    def __init__(
        self, *topics: str, lighten: Mapping[str, Lighten] = _NOTHING, **settings: Any
    ) -> None:
        super().__init__(*topics, **settings)
        self._lighten = lighten

    async def getmany(
        self, *partitions: TopicPartition, timeout_ms: int = 0, max_records: int | None = None
    ) -> Batches:
        """Hand out the next records, at most `max_records`; raises KafkaError."""
        batches = await self._take_ahead()
        while not batches:
            batches = await self._unpack(partitions, max_records, max(timeout_ms, LOOK_UP_MS))
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
        self._ahead = asyncio.create_task(self._unpack(partitions, max_records, timeout_ms=0))

    async def _unpack(
        self, partitions: tuple[TopicPartition, ...], max_records: int | None, timeout_ms: int
    ) -> Batches:
        """Unpack up to `max_records` in steps; waits for the first of them only.

        What a step raises is raised once all that was unpacked before it is handed out: the
        consumer's position is behind these records already.
        """
        failed, self._failed = self._failed, None
        if failed is not None:
            raise failed
        batches: Batches = {}
        left = BATCH_RECORDS if max_records is None else max_records
        while left:
            try:
                step = await self._step(partitions, left, 0 if batches else timeout_ms)
            except Exception as error:
                if not batches:
                    raise
                self._failed = error
                break
            if not step:
                break
            for place, records in step.items():
                batches.setdefault(place, []).extend(records)
                left -= len(records)
        return batches

    async def _step(
        self, partitions: tuple[TopicPartition, ...], left: int, timeout_ms: int
    ) -> Batches:
        step: Batches = await super().getmany(
            *partitions, timeout_ms=timeout_ms, max_records=min(left, STEP_RECORDS)
        )
        for place, records in step.items():
            if lighten := self._lighten.get(place.topic):
                for one in records:
                    lighten(one)
        return step

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


class Broker(KafkaBroker):
    """Gives its subscribers patient consumers."""

    def __init__(self, *servers: str, **settings: Any) -> None:
        super().__init__(*servers, **settings)
        self.lighten: dict[str, Lighten] = {}

    async def _connect(self) -> Callable[..., AIOKafkaConsumer]:
        await super()._connect()
        config = self.config.broker_config
        config.builder = partial(
            PatientConsumer,
            lighten=self.lighten,
            **config.builder.keywords,  # type: ignore[attr-defined]  # it is a partial
        )
        return config.builder


def make_broker(settings: CommonSettings, *, service: str) -> Broker:
    """Make the consuming side of a service; it connects when started."""
    return Broker(
        settings.kafka_bootstrap,
        client_id=f"tieout-{service}",
        consumer_only=True,
        allow_auto_create_topics=False,
        graceful_timeout=GRACEFUL_STOP_S,
        apply_types=False,
        logger=None,
    )


def drop_headers(record: ConsumerRecord) -> None:
    """Lighten a record of a topic whose values say it all."""
    record.headers = ()


def subscribe(
    broker: Broker,
    handler: BatchHandler,
    *,
    topic: Topic,
    settings: CommonSettings,
    service: str,
    max_records: int = BATCH_RECORDS,
    gather_ms: int | None = None,
    lighten: Lighten | None = None,
) -> None:
    """Give `handler` whole batches of raw records; it commits its database work itself.

    An exception that leaves the handler rewinds every partition of the batch. With `gather_ms`
    the broker holds records back so long to make fewer, larger batches. `lighten` takes from each
    record, before anything else is done with it, what the handler will not read; it never raises.
    """
    if lighten is not None:
        broker.lighten[settings.topic_prefix + topic.suffix] = lighten
    subscriber = broker.subscriber(
        settings.topic_prefix + topic.suffix,
        group_id=f"{settings.topic_prefix}{service}",
        group_instance_id=f"{settings.instance}-{topic.suffix}" if settings.instance else None,
        batch=True,
        max_records=max_records,
        batch_timeout_ms=LOOK_UP_MS,
        auto_offset_reset="earliest",
        ack_policy=AckPolicy.NACK_ON_ERROR,
        isolation_level="read_committed",
        session_timeout_ms=1000 * settings.kafka_session_seconds,
        heartbeat_interval_ms=100 * settings.kafka_session_seconds,
        max_poll_interval_ms=MAX_POLL_INTERVAL_MS,
        max_partition_fetch_bytes=4 * 1024 * 1024,
        fetch_min_bytes=GATHER_BYTES if gather_ms else 1,
        fetch_max_wait_ms=gather_ms or FETCH_WAIT_MS,
        parser=_parse_batch,
        decoder=_body,
        no_reply=True,
    )
    subscriber(handler)


async def _parse_batch(
    batch: tuple[ConsumerRecord, ...], original: Callable[..., Awaitable[Any]]
) -> Any:
    """Keep the records raw.

    The default decodes every header of every record, and raises on bytes that are no UTF-8.
    """
    message = await original((replace(batch[0], headers=()),))
    message.raw_message = batch
    message.body = batch
    return message


async def _body(message: Any) -> Any:
    return message.body


async def start_producer(settings: CommonSettings, *, service: str) -> AIOKafkaProducer:
    """Start the producer of a service's relay."""
    producer = AIOKafkaProducer(
        bootstrap_servers=settings.kafka_bootstrap,
        client_id=f"tieout-{service}",
        acks="all",
        enable_idempotence=settings.kafka_idempotent,
        compression_type="zstd",
        linger_ms=0,
        max_batch_size=512 * 1024,
        max_request_size=1024 * 1024,
    )
    await producer.start()
    return producer
