"""The two topics of outcomes, read by this process for itself: without a group, nothing committed.

Every gateway reads everything: a listener may be at any of them.
"""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from tieout_contracts.topics import EXCEPTIONS, MATCHES
from tieout_gateway.domain.event_marks import Offsets, Place
from tieout_runtime.settings import CommonSettings

READ_RECORDS = 200
READ_WAIT_MS = 500
_PARTITION_BYTES = 256 * 1024  # a larger message comes alone


class GapError(Exception):
    """The broker does not go on where reading stopped: something was removed unread."""


@dataclass(frozen=True)
class Reading:
    """One reader of all partitions; it begins where `go_to` says."""

    consumer: Any  # aiokafka has no types
    places: dict[TopicPartition, Place]

    async def begins(self) -> Offsets:
        return self._named(await self.consumer.beginning_offsets(list(self.places)))

    async def ends(self) -> Offsets:
        return self._named(await self.consumer.end_offsets(list(self.places)))

    def go_to(self, offsets: Offsets) -> None:
        for partition, place in self.places.items():
            self.consumer.seek(partition, offsets[place])

    def only(self, places: Collection[Place]) -> None:
        """Read these, and no others."""
        self.consumer.pause(*(one for one, place in self.places.items() if place not in places))
        self.consumer.resume(*(one for one, place in self.places.items() if place in places))

    async def read(self) -> list[tuple[Place, ConsumerRecord]]:
        """Give what comes next, in order within a place; nothing after a moment without any."""
        batches = await self.consumer.getmany(timeout_ms=READ_WAIT_MS, max_records=READ_RECORDS)
        return [(self.places[one], record) for one, those in batches.items() for record in those]

    def _named(self, offsets: dict[TopicPartition, int]) -> Offsets:
        return {self.places[partition]: offset for partition, offset in offsets.items()}


@dataclass(frozen=True, kw_only=True)
class EventLog:
    """Where the outcomes are."""

    settings: CommonSettings

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Reading]:
        """Open a reader; raises KafkaError while the broker is away."""
        prefix = self.settings.topic_prefix
        suffixes = {prefix + topic.suffix: topic.suffix for topic in (MATCHES, EXCEPTIONS)}
        consumer = AIOKafkaConsumer(
            *suffixes,
            bootstrap_servers=self.settings.kafka_bootstrap,
            client_id="tieout-gateway-live",
            group_id=None,
            enable_auto_commit=False,
            # What is gone shows as a gap (GapError): the beginning is not where it went on.
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            max_partition_fetch_bytes=_PARTITION_BYTES,
        )
        await consumer.start()
        try:
            partitions = sorted(consumer.assignment())
            yield Reading(
                consumer, {one: (suffixes[one.topic], one.partition) for one in partitions}
            )
        finally:
            await consumer.stop()
