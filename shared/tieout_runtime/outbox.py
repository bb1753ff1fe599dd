"""The outbox: events are written in the transaction of the change and published afterwards.

A chunk holds many messages of one topic and key as one row: lz4 over msgpack. The relay of a
service has one leader (advisory lock); it reads, publishes, marks, and holds no row locks while
it publishes. Instances of a busy service lead by turns: publishing is a fifth of a matcher's work.
A crash between publishing and marking publishes twice; consumers apply once.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import lz4.frame
import msgspec
import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.partitioner import DefaultPartitioner

from tieout_contracts.topics import Topic
from tieout_contracts.tracing import TRACEPARENT
from tieout_runtime.failpoints import Failpoint
from tieout_runtime.logs import bound_trace
from tieout_runtime.postgres import TRANSIENT_ERRORS, Connection, Pool
from tieout_runtime.queries import load_queries
from tieout_runtime.run import Wakeup

CHUNKS_A_ROUND = 24
POLL_S = 1.0
TURN_S = 0.5  # led at least so long before another instance may
PARTITIONS_EVERY_S = 3600.0
_SQL = load_queries("tieout_runtime", "outbox.sql")
_log = structlog.get_logger(__name__)


class Message(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One event: its JSON and its own CloudEvents attributes; None is a tombstone."""

    value: bytes | None
    ce_id: str
    ce_type: str
    ce_subject: str


class Chunk(msgspec.Struct, frozen=True, array_like=True):
    """Messages of one topic and key with the header values they share."""

    headers: list[tuple[str, bytes]]
    messages: list[Message]


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Chunk).decode


@dataclass(frozen=True, kw_only=True)
class Events:
    """Messages of one topic and key; `seqs` is their first and last number, if numbered."""

    topic: Topic
    key: str
    organization_id: int
    source: str
    at: datetime
    messages: Sequence[Message]
    seqs: tuple[int, int] | None = None

    def row(self, traceparent: str | None = None) -> tuple[object, ...]:
        """Pack them as one row of the journal; `traceparent` is the trace they belong to."""
        headers = [
            ("ce_specversion", b"1.0"),
            ("ce_source", self.source.encode()),
            ("ce_time", self.at.isoformat().encode()),
            ("organization", str(self.organization_id).encode()),
            ("content-type", b"application/json"),
        ]
        if traceparent is not None:
            headers.append((TRACEPARENT, traceparent.encode()))
        payload = lz4.frame.compress(_encode(Chunk(headers, list(self.messages))))
        seqs = self.seqs or (None, None)
        place = (self.organization_id, self.topic.suffix, self.key)
        return (*place, *seqs, len(self.messages), payload)


async def add(connection: Connection, *events: Events) -> None:
    """Append to the journal, in the transaction of what the events tell; empty ones add nothing.

    They carry the trace that is bound here.
    """
    traceparent = bound_trace()
    rows = [one.row(traceparent) for one in events if one.messages]
    if rows:
        await connection.execute(_SQL["add"], *(list(column) for column in zip(*rows, strict=True)))
        await _wake_relay(connection)


async def add_raw(
    connection: Connection,
    *,
    topic: Topic,
    key: str,
    headers: Sequence[tuple[str, bytes]],
    value: bytes,
) -> None:
    """Append one message whose headers are given whole (a dead letter)."""
    chunk = Chunk(list(headers), [Message(value, "", "", "")])
    payload = lz4.frame.compress(_encode(chunk))
    await connection.execute(
        _SQL["add"], [0], [topic.suffix], [key], [None], [None], [1], [payload]
    )
    await _wake_relay(connection)


async def resend(
    connection: Connection, *, topic: Topic, key: str, first_seq: int, last_seq: int
) -> int:
    """Mark the chunks with these numbers to be published again; returns how many chunks."""
    done = await connection.execute(_SQL["resend"], topic.suffix, key, first_seq, last_seq)
    await _wake_relay(connection)
    return int(done.rpartition(" ")[2])


async def _wake_relay(connection: Connection) -> None:
    """Wake the relay once this is committed: the one beside us, or by a notification.

    PostgreSQL lets transactions that notify commit one after the other, each until the disk has it.
    """
    grew = getattr(connection, "journal_grew", None)  # the operator's commands have plain ones
    if grew is None or not grew():
        await connection.execute(_SQL["wake"])


class Relay:
    """Publishes the outbox of one service; several may run, one leads at a time.

    `wakeup` wakes it when this process has committed something to publish: it does so, or asks
    whoever leads to do it.
    """

    def __init__(
        self,
        *,
        pool: Pool,
        producer: AIOKafkaProducer,
        topic_prefix: str,
        service: str,
        failpoint: Failpoint,
        wakeup: Wakeup | None = None,
    ) -> None:
        self._pool = pool
        self._producer = producer
        self._prefix = topic_prefix
        self._service = service
        self._failpoint = failpoint
        self._partitioner = DefaultPartitioner()
        self._wakeup = wakeup or Wakeup()
        self._leads = False
        self._asked = False
        self._partitions_due_s = 0.0

    async def run(self) -> None:
        """Lead or wait to lead, until cancelled; a lost connection is taken up again."""
        while True:
            try:
                async with self._pool.acquire() as connection:
                    await self._take_turns(connection)
            except (*TRANSIENT_ERRORS, KafkaError) as error:
                _log.warning("relay_interrupted", error=repr(error))
            await asyncio.sleep(POLL_S)

    async def _take_turns(self, connection: Connection) -> None:
        """Lead whenever nobody else does."""
        own = connection.get_server_pid()

        def told(_: Connection, sender: int, __: str, what: str) -> None:
            if sender == own or self._leads != (what == "asked"):
                return
            self._asked = self._leads
            self._wakeup.wake()

        channel, turns = f"outbox_{self._service}", f"relay_{self._service}"
        await connection.add_listener(channel, self._wakeup.wake)
        await connection.add_listener(turns, told)
        try:
            async for _ in self._wakeup.rounds():
                if await connection.fetchval(_SQL["lead"]):
                    self._leads = True
                    await self._lead(connection)
                    self._leads = False
                    self._wakeup.forget()  # who leads next looks for what there is
                    await connection.execute(_SQL["let_lead"])
        finally:
            self._leads = False
            if not connection.is_closed():
                await connection.remove_listener(channel, self._wakeup.wake)
                await connection.remove_listener(turns, told)
                await connection.execute("SELECT pg_advisory_unlock_all()")

    async def _lead(self, connection: Connection) -> None:
        """Publish what comes, until another asks for a turn of the work."""
        clock = asyncio.get_running_loop().time
        self._asked, began_s = False, clock()
        async for _ in self._wakeup.rounds():
            if clock() >= self._partitions_due_s:
                await connection.execute(_SQL["partitions"])
                self._partitions_due_s = clock() + PARTITIONS_EVERY_S
            while await self.publish_round(connection):
                if self._asked and clock() >= began_s + TURN_S:
                    return

    async def publish_round(self, connection: Connection) -> int:
        """Publish the oldest chunks in order, then mark them; returns how many there were."""
        rows = await connection.fetch(_SQL["unpublished"], CHUNKS_A_ROUND)
        if not rows:
            return 0
        sent: list[asyncio.Future[object]] = []
        for (topic, partition), group in (await self._by_partition(rows)).items():
            sent += await self._send(topic, partition, group)
        await self._producer.flush()
        await asyncio.gather(*sent)
        self._failpoint.hit("relay_published")
        await connection.execute(
            _SQL["mark_published"],
            [row["id"] for row in rows],
            [row["created_at"] for row in rows],
        )
        return len(rows)

    async def _by_partition(
        self, rows: Sequence[Mapping[str, Any]]
    ) -> dict[tuple[str, int], list[tuple[bytes, bytes]]]:
        """Sort packed chunks by where they go: each is unpacked when it is its turn."""
        groups: dict[tuple[str, int], list[tuple[bytes, bytes]]] = defaultdict(list)
        for row in rows:
            topic, key = f"{self._prefix}{row['topic']}", str(row["key"]).encode()
            known = sorted(await self._producer.partitions_for(topic))
            partition = self._partitioner(key, known, known)
            groups[topic, partition].append((key, row["payload"]))
        return groups

    async def _send(
        self, topic: str, partition: int, group: Sequence[tuple[bytes, bytes]]
    ) -> list[asyncio.Future[object]]:
        """Fill batches by hand: a third of the cost of `send` for each message."""
        sent = []
        batch = self._producer.create_batch()
        for key, payload in group:
            for headers, value in published(payload):
                arguments = {"key": key, "value": value, "timestamp": None}
                if batch.append(**arguments, headers=headers) is None:
                    sent.append(await self._producer.send_batch(batch, topic, partition=partition))
                    batch = self._producer.create_batch()
                    batch.append(**arguments, headers=headers)
        sent.append(await self._producer.send_batch(batch, topic, partition=partition))
        return sent


def published(payload: bytes) -> Iterator[tuple[list[tuple[str, bytes]], bytes | None]]:
    """Read a row of the journal as it is published: headers and value of each message."""
    chunk = _decode(lz4.frame.decompress(payload))
    return ((_headers(chunk, one), one.value) for one in chunk.messages)


def _headers(chunk: Chunk, message: Message) -> list[tuple[str, bytes]]:
    if not message.ce_id:
        return chunk.headers
    return [
        ("ce_id", message.ce_id.encode()),
        ("ce_type", message.ce_type.encode()),
        ("ce_subject", message.ce_subject.encode()),
        *chunk.headers,
    ]


async def oldest_unpublished_seconds(connection: Connection) -> float:
    """Age in seconds of the oldest event that waits for the broker; 0.0 when none does."""
    return float(await connection.fetchval(_SQL["oldest_unpublished_seconds"]))
