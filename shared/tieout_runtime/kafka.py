"""Kafka with defaults that are safe for money, set in this one place (FastStream and aiokafka).

Acknowledged by all replicas, idempotent where the broker can, read committed, from the earliest
offset, committed only after the database has committed, topics never made by accident.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, TypeAlias

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import (
    CommitFailedError,
    IllegalStateError,
    KafkaError,
    TopicAlreadyExistsError,
)
from faststream import AckPolicy
from faststream.kafka import KafkaBroker

from tieout_contracts.topics import TOPICS, Topic
from tieout_runtime.settings import CommonSettings

BATCH_RECORDS = 2000
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
_log = structlog.get_logger(__name__)


class PatientConsumer(AIOKafkaConsumer):  # type: ignore[misc]  # aiokafka has no types
    """Answers at once when there are records, never with none, and wastes no time in between.

    FastStream sleeps after an empty answer: that costs each record time, and an idle service
    hundreds of wake-ups a second. The next delivery is unpacked while this one is taken, and
    offsets are committed in the background; only what was handed out is committed.
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


class _Broker(KafkaBroker):
    """Gives its subscribers patient consumers."""

    async def _connect(self) -> Callable[..., AIOKafkaConsumer]:
        await super()._connect()
        config = self.config.broker_config
        config.builder = partial(PatientConsumer, **config.builder.keywords)  # type: ignore[attr-defined]  # it is a partial
        return config.builder


def make_broker(settings: CommonSettings, *, service: str) -> KafkaBroker:
    """Make the consuming side of a service; it connects when started."""
    return _Broker(
        settings.kafka_bootstrap,
        client_id=f"tieout-{service}",
        consumer_only=True,
        allow_auto_create_topics=False,
        graceful_timeout=GRACEFUL_STOP_S,
        apply_types=False,
        logger=None,
    )


def subscribe(
    broker: KafkaBroker,
    handler: BatchHandler,
    *,
    topic: Topic,
    settings: CommonSettings,
    service: str,
    max_records: int = BATCH_RECORDS,
    gather_ms: int | None = None,
) -> None:
    """Give `handler` whole batches of raw records; it commits its database work itself.

    An exception that leaves the handler rewinds every partition of the batch. With `gather_ms`
    the broker holds records back so long to make fewer, larger batches.
    """
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


async def skip_to(since: datetime, *, topic: Topic, settings: CommonSettings, service: str) -> None:
    """Have a consumer that reads nothing now go on with records of that time, if it is behind.

    While another process consumes for the same service, that one reads on where it is.
    """
    places = await _partitions_of(settings.topic_prefix + topic.suffix, settings)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.kafka_bootstrap,
        client_id=f"tieout-{service}",
        group_id=f"{settings.topic_prefix}{service}",
        enable_auto_commit=False,
    )
    await consumer.start()
    try:
        consumer.assign(places)
        # Asked first: what comes in between is not passed over.
        ends = await consumer.end_offsets(places)
        milliseconds = int(since.timestamp() * 1000)
        found = await consumer.offsets_for_times(dict.fromkeys(places, milliseconds))
        first = {place: found[place].offset if found[place] else ends[place] for place in places}
        behind = [one for one in places if first[one] > (await consumer.committed(one) or 0)]
        if behind:
            await consumer.commit({place: first[place] for place in behind})
    except CommitFailedError:
        _log.info("consumed_elsewhere", service=service)
    finally:
        await consumer.stop()


async def _partitions_of(name: str, settings: CommonSettings) -> list[TopicPartition]:
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka_bootstrap)
    await admin.start()
    try:
        (topic,) = await admin.describe_topics([name])
        return [TopicPartition(name, one["partition"]) for one in topic["partitions"]]
    finally:
        await admin.close()


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


async def create_topics(bootstrap: str, *, prefix: str, partitions: int, replicas: int) -> None:
    """Make every topic of the table; one that exists is left as it is."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        for topic in TOPICS:
            try:
                await admin.create_topics(
                    [
                        NewTopic(
                            name=prefix + topic.suffix,
                            num_partitions=partitions,
                            replication_factor=replicas,
                            topic_configs=_topic_settings(topic),
                        )
                    ]
                )
            except TopicAlreadyExistsError:
                continue
    finally:
        await admin.close()


def _topic_settings(topic: Topic) -> dict[str, str]:
    settings = {"cleanup.policy": "compact"} if topic.compacted else {}
    if topic.max_message_bytes is not None:
        settings["max.message.bytes"] = str(topic.max_message_bytes)
    return settings
