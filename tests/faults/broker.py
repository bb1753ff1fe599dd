"""The broker seen from outside: who has committed what, and what was said twice."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

# Consumer groups and what they consume.
GROUPS: Mapping[str, Sequence[str]] = {
    "ingest": ("config.v1", "transactions.v1"),
    "matcher": ("records.v1",),
    "exceptions": ("matches.v1",),
    "exceptions.config": ("config.v1",),
    "exceptions.audit": ("audit.v1",),
    "gateway.matches": ("matches.v1",),
    "gateway.exceptions": ("exceptions.v1",),
}
Headers = Sequence[tuple[str, bytes]]


@dataclass(frozen=True, kw_only=True)
class Broker:
    """Topics and groups are named without the prefix."""

    bootstrap: str
    prefix: str

    async def ends(self, *topics: str) -> dict[TopicPartition, int]:
        """Return the end of every partition of the topics."""
        names = [self.prefix + topic for topic in topics]
        async with AIOKafkaConsumer(*names, bootstrap_servers=self.bootstrap) as consumer:
            return dict(await consumer.end_offsets(consumer.assignment()))

    async def committed(self, group: str) -> int:
        """Return how many records a group has committed, over all its partitions."""
        (committed,) = await self._committed(group)
        return sum(max(one, 0) for one in committed.values())

    async def lag(self) -> int:
        """Return how many records wait for any consumer group."""
        committed = await self._committed(*GROUPS)
        ends = await self.ends(*{topic for topics in GROUPS.values() for topic in topics})
        return sum(
            end - max(done.get(at, 0), 0)
            for done, topics in zip(committed, GROUPS.values(), strict=True)
            for at, end in ends.items()
            if at.topic.removeprefix(self.prefix) in topics
        )

    async def _committed(self, *groups: str) -> list[dict[TopicPartition, int]]:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap)
        await admin.start()
        try:
            found = [await admin.list_consumer_group_offsets(self.prefix + one) for one in groups]
        finally:
            await admin.close()
        return [{at: one.offset for at, one in offsets.items()} for offsets in found]

    async def skip_to_the_end(self, group: str, topic: str) -> None:
        """Let a group that has no members begin behind what a topic holds now."""
        ends = await self.ends(topic)
        async with AIOKafkaConsumer(
            bootstrap_servers=self.bootstrap,
            group_id=self.prefix + group,
            enable_auto_commit=False,
        ) as consumer:
            consumer.assign(list(ends))
            await consumer.commit(ends)

    async def read(self, since: Mapping[TopicPartition, int]) -> list[ConsumerRecord]:
        """Read from there to the present end."""
        async with AIOKafkaConsumer(bootstrap_servers=self.bootstrap) as consumer:
            consumer.assign(list(since))
            for place, offset in since.items():
                consumer.seek(place, offset)
            ends = await consumer.end_offsets(list(since))
            found: list[ConsumerRecord] = []
            while any([await consumer.position(at) < end for at, end in ends.items()]):
                batches = await consumer.getmany(timeout_ms=200)
                found += [record for batch in batches.values() for record in batch]
            return found

    async def publish(self, topic: str, messages: Iterable[tuple[bytes, Headers]]) -> None:
        """Publish values with their headers, in order, on one partition, each with its own key."""
        async with AIOKafkaProducer(bootstrap_servers=self.bootstrap) as producer:
            for number, (value, headers) in enumerate(messages):
                place = {"key": b"%d" % number, "partition": 0}  # a compacted topic asks for keys
                await producer.send_and_wait(
                    self.prefix + topic, value, **place, headers=list(headers)
                )


def told_again(records: Iterable[ConsumerRecord]) -> int:
    """Count the events that are there again; the same event always says the same."""
    values: dict[bytes, bytes] = {}
    times = Counter[bytes]()
    for record in records:
        identity = dict(record.headers)["ce_id"]
        assert values.setdefault(identity, record.value) == record.value, identity
        times[identity] += 1
    return sum(count - 1 for count in times.values())
