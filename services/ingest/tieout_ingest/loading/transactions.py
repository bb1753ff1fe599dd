"""Takes deliveries of upstream transactions: whose they are, then each by itself."""

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from datetime import datetime

import msgspec
from aiokafka import ConsumerRecord
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Struct

from tieout_contracts.tracing import TRACEPARENT, common
from tieout_contracts.transactions import Transaction, TransactionsMessage
from tieout_ingest.domain.arrivals import EXTERNAL_ID_CONFLICT
from tieout_ingest.domain.drafts import Record
from tieout_ingest.domain.incoming import record_from_transaction
from tieout_ingest.domain.limits import Limits
from tieout_ingest.domain.properties import Property, require
from tieout_ingest.domain.refusals import JsonRefused
from tieout_ingest.loading import chunk
from tieout_ingest.loading.announce import expectation_of
from tieout_ingest.store import producers, properties, streams
from tieout_ingest.store.producers import Producer
from tieout_ingest.store.records import Origin
from tieout_ingest.store.streams import Stream
from tieout_runtime.intake import dead_letter
from tieout_runtime.logs import traced
from tieout_runtime.postgres import Connection

_decode = msgspec.json.Decoder(Transaction).decode
_ORIGIN = Origin(source="transactions")


class Delivery(Struct, frozen=True, kw_only=True):
    """One decoded message; `signature` is over the record's value."""

    record: ConsumerRecord
    message: TransactionsMessage
    producer_id: int
    signature: bytes | None


class _Taken(Struct, frozen=True, kw_only=True):
    """One readable transaction and where it stood."""

    draft: Record
    record: ConsumerRecord
    part: int
    value: bytes


class TransactionTaker:
    def __init__(self, *, limits: Limits, clock: Callable[[], datetime]) -> None:
        self._limits = limits
        self._clock = clock

    async def take(
        self, connection: Connection, deliveries: Sequence[Delivery]
    ) -> Mapping[int, str]:
        """Store what can be; answers index → reason for whole messages that are refused.

        A single transaction that cannot be taken becomes a dead letter of its own, with its
        index in the message as `part`.
        """
        known = await producers.find_many(connection, (one.producer_id for one in deliveries))
        named = {(one.message.organization_id, one.message.stream_key) for one in deliveries}
        found = await streams.find_many(connection, keys=sorted(named))
        by_key = {(one.organization_id, one.key): one for one in found}
        demanded = await properties.of_streams(connection, found)
        refused: dict[int, str] = {}
        taken: dict[int, list[_Taken]] = defaultdict(list)
        for index, one in enumerate(deliveries):
            stream = by_key.get((one.message.organization_id, one.message.stream_key))
            reason = _refusal(one, known.get(one.producer_id), stream)
            if reason is not None or stream is None:
                refused[index] = reason or "unknown stream"
            else:
                reading = self._read(connection, one, demanded[stream.id])
                taken[stream.id] += [single async for single in reading]
        of_id = {one.id: one for one in found}
        for stream_id in sorted(taken):  # ascending, as everybody locks streams
            await self._load(connection, of_id[stream_id], taken[stream_id])
        return refused

    async def _read(
        self, connection: Connection, delivery: Delivery, demanded: Sequence[Property]
    ) -> AsyncIterator[_Taken]:
        for part, raw in enumerate(delivery.message.transactions):
            value = bytes(raw)
            try:
                draft = record_from_transaction(
                    _decode(value), limits=self._limits, position=part + 1
                )
                require(draft, demanded)
                yield _Taken(draft=draft, record=delivery.record, part=part, value=value)
            except (msgspec.MsgspecError, ValueError, JsonRefused, RecursionError) as error:
                reason = f"transaction {part}: {error}"[:500]
                await dead_letter(connection, delivery.record, reason, part=part, value=value)

    async def _load(self, connection: Connection, stream: Stream, taken: Sequence[_Taken]) -> None:
        for piece in _cut(taken):
            with traced(common(dict(one.record.headers).get(TRACEPARENT) for one in piece)):
                loaded = await chunk.load(
                    connection,
                    [one.draft for one in piece],
                    stream=expectation_of(stream),
                    origin=_ORIGIN,
                    at=self._clock(),
                )
            for index, message in loaded.conflicts.items():
                one = piece[index]
                reason = f"{EXTERNAL_ID_CONFLICT}: transaction {one.part}: {message}"[:500]
                await dead_letter(connection, one.record, reason, part=one.part, value=one.value)


def _cut(taken: Sequence[_Taken]) -> Iterator[Sequence[_Taken]]:
    for start in range(0, len(taken), chunk.ROWS):
        yield taken[start : start + chunk.ROWS]


def _refusal(delivery: Delivery, producer: Producer | None, stream: Stream | None) -> str | None:
    """Say why a message is not taken: who sent it comes before what it names."""
    message = delivery.message
    if producer is None or producer.organization_id != message.organization_id:
        return f"producer {delivery.producer_id} is none of organization {message.organization_id}"
    if producer.public_key is not None and not _signed(delivery, producer.public_key):
        return f"tieout-signature is missing or not that of producer {producer.id}"
    if stream is None or stream.id not in producer.stream_ids:
        return f"producer {producer.id} may not publish to stream {message.stream_key[:100]!r}"
    return None


def _signed(delivery: Delivery, public_key: bytes) -> bool:
    if delivery.signature is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(
            delivery.signature, delivery.record.value
        )
    except InvalidSignature:
        return False
    return True
