"""What ingest consumes, translated: reconciliations to route for, transactions to record."""

import base64
from collections.abc import Awaitable, Callable, Mapping, Sequence

import msgspec
from aiokafka import ConsumerRecord

from tieout_contracts.config_events import ConfigMessage, ReconciliationConfig
from tieout_contracts.ids import integer_id
from tieout_contracts.transactions import TransactionsMessage
from tieout_ingest.loading.routing import apply_configs
from tieout_ingest.loading.transactions import Delivery
from tieout_runtime.postgres import Connection

PRODUCER_HEADER = "tieout-producer"
SIGNATURE_HEADER = "tieout-signature"
_decode_config = msgspec.json.Decoder(ConfigMessage).decode
_decode_transactions = msgspec.json.Decoder(TransactionsMessage).decode


def decode_config(record: ConsumerRecord) -> ConfigMessage:
    """Raise ValueError or msgspec's error: the record is a dead letter."""
    try:
        message: ConfigMessage = _decode_config(record.value)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return message


def decode_delivery(record: ConsumerRecord) -> Delivery:
    """Read a transactions message and who says to have sent it; errors as `decode_config`."""
    headers = dict(record.headers)
    producer = headers.get(PRODUCER_HEADER)
    if producer is None:
        raise ValueError(f"the header {PRODUCER_HEADER} is missing")
    try:
        message = _decode_transactions(record.value)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    integer_id(message.organization_id)
    if "\0" in message.stream_key:
        raise ValueError("the stream key holds a NUL character")
    return Delivery(
        record=record,
        message=message,
        producer_id=integer_id(producer.decode("ascii")),
        signature=_signature(headers.get(SIGNATURE_HEADER)),
    )


def _signature(header: bytes | None) -> bytes | None:
    return None if header is None else base64.b64decode(header, validate=True)


def on_config(
    *, wake_backfill: Callable[[], None]
) -> Callable[[Connection, Sequence[ConfigMessage]], Awaitable[Mapping[int, str]]]:
    """Make the handler of the config topic; messages of streams there are our own."""

    async def handle(connection: Connection, messages: Sequence[ConfigMessage]) -> dict[int, str]:
        named = [
            (i, one) for i, one in enumerate(messages) if isinstance(one, ReconciliationConfig)
        ]
        refused = await apply_configs(connection, [config for _, config in named])
        wake_backfill()
        return {named[position][0]: reason for position, reason in refused.items()}

    return handle
