"""A downstream system: a consumer group of its own that follows tieout by its events alone."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from aiokafka import AIOKafkaConsumer

from tieout_contracts.topics import EXCEPTIONS, MATCHES
from tieout_local.blocking import run_to_end
from tieout_local.demo.screen import Screen
from tieout_local.demo.standing import Standing
from tieout_local.demo.uploading import PATIENCE_SECONDS, DemoStuckError

GROUP = "demo-downstream"
_POLL_MS = 500


@dataclass(kw_only=True)
class Received:
    """What was applied so far: events by (topic, type), numbers by (topic, reconciliation)."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    numbers: dict[tuple[str, int], set[int]] = field(default_factory=dict)
    repeated: int = 0
    matches: int = 0
    breaks: dict[int, str] = field(default_factory=dict)
    buckets: dict[int, str] = field(default_factory=dict)
    samples: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def add(self, topic: str, kind: str, event: Mapping[str, Any]) -> None:
        """Apply an event, unless its number was applied: delivery is at least once."""
        applied = self.numbers.setdefault((topic, event["reconciliation_id"]), set())
        if event["seq"] in applied:
            self.repeated += 1
            return
        applied.add(event["seq"])
        self.counts[topic, kind] += 1
        self.matches += (kind == "match.accepted") - (kind == "match.revoked")
        if kind == "break.changed":
            self.breaks[event["break_id"]] = event["new_status"]
        if kind == "bucket.changed":
            self.buckets[event["bucket_id"]] = event["new_status"]
        if "operation_id" in event:  # a person's doing: the forced match and its break
            self.samples[kind] = event

    @property
    def standing(self) -> Standing:
        return Standing(matches=self.matches, breaks=self.breaks, buckets=self.buckets)

    @property
    def is_gapless(self) -> bool:
        return all(max(applied) == len(applied) for applied in self.numbers.values())


def receive(bootstrap: str, *, topic_prefix: str, until: Standing) -> Received:
    """Read both topics from their beginning until they tell what the API tells."""
    return run_to_end(_receive(bootstrap, topic_prefix, until))


def show_received(screen: Screen, received: Received) -> None:
    rows = [(topic, kind, count) for (topic, kind), count in sorted(received.counts.items())]
    screen.table(("topic", "ce_type", "events"), rows, numbers=("events",))
    screen.say(
        "Per topic and reconciliation they are numbered 1, 2, 3 …: none is missing,"
        f" {received.repeated} came again and were skipped by their number."
    )
    screen.say("Matches, buckets and breaks counted from them alone are those the API shows.")
    screen.say("Two of them, as they were received:")
    for event in received.samples.values():
        screen.line(msgspec.json.encode(event).decode())


async def _receive(bootstrap: str, topic_prefix: str, until: Standing) -> Received:
    received = Received()
    consumer = AIOKafkaConsumer(
        *(topic_prefix + topic.suffix for topic in (MATCHES, EXCEPTIONS)),
        bootstrap_servers=bootstrap,
        group_id=GROUP,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        isolation_level="read_committed",
    )
    await consumer.start()
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not (received.is_gapless and received.standing == until):
                for messages in (await consumer.getmany(timeout_ms=_POLL_MS)).values():
                    for message in messages:
                        kind = dict(message.headers)["ce_type"].decode()
                        received.add(message.topic, kind, msgspec.json.decode(message.value))
                await consumer.commit()
    except TimeoutError:
        raise DemoStuckError(
            f"the events tell {received.standing} (gapless: {received.is_gapless}), the API {until}"
        ) from None
    finally:
        await consumer.stop()
    return received
