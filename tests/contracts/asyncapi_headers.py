"""Headers and keys of the topics as AsyncAPI says them; the outbox writes the examples."""

from datetime import UTC, datetime
from typing import Any

from tieout_contracts.topics import (
    AUDIT,
    CONFIG,
    DEAD_LETTERS,
    EXCEPTIONS,
    MATCHES,
    RECORDS,
    TRANSACTIONS,
    Topic,
)
from tieout_runtime.outbox import Events, Message, published

Json = dict[str, Any]
_NUMBER = "^[0-9]+$"
_RECONCILIATION = {"description": "the reconciliation's number", "examples": ["21"]}
MESSAGE_KEYS: dict[str, Json] = {
    TRANSACTIONS.suffix: {"description": "yours; what shares one stays in order"},
    RECORDS.suffix: _RECONCILIATION,
    MATCHES.suffix: _RECONCILIATION,
    EXCEPTIONS.suffix: _RECONCILIATION,
    CONFIG.suffix: {"description": "kind and number", "examples": ["stream:11"]},
    AUDIT.suffix: {"description": "the organisation's number", "examples": ["1"]},
    DEAD_LETTERS.suffix: {"description": "topic:partition", "examples": ["tieout.records.v1:3"]},
}
# ce_type → its ce_id and ce_subject, written from the message's members; otherwise by topic.
IDENTITIES = {
    "record.accepted": ("record:{reconciliation_id}:{record_id}:{version}", "record/{record_id}"),
    "record.withdrawn": ("record:{reconciliation_id}:{record_id}:{version}", "record/{record_id}"),
    "import.completed": (
        "import:{reconciliation_id}:{import_batch_id}",
        "import_batch/{import_batch_id}",
    ),
    "stream": ("stream:{stream_id}:{version}", "stream:{stream_id}"),
    "reconciliation": (
        "reconciliation:{reconciliation_id}:{version}",
        "reconciliation:{reconciliation_id}",
    ),
    "audit.noted": ("{id}", "{action}"),
}
_NUMBERED = ("{reconciliation_id}:{seq}", "reconciliation/{reconciliation_id}")
_TRACEPARENT = {
    "type": "string",
    "pattern": "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$",
    "description": "the W3C Trace Context parent of whoever asked for it",
}
_ARRIVAL = datetime(2026, 11, 6, 9, 12, 44, tzinfo=UTC)
_SIGNATURE = "c2lnbmF0dXJlIG92ZXIgdGhlIGJ5dGVzIG9mIHRoZSB2YWx1ZQ=="


def identity_of(ce_type: str, payload: Json) -> tuple[str, str]:
    """Say which ce_id and ce_subject a message has."""
    ce_id, ce_subject = IDENTITIES.get(ce_type, _NUMBERED)
    return ce_id.format(**payload), ce_subject.format(**payload)


def headers_of(topic: Topic, ce_type: str) -> Json:
    """Give the schema of a message's headers."""
    if topic is DEAD_LETTERS:
        return {"$ref": "#/components/schemas/DeadLetterHeaders"}
    if topic is TRANSACTIONS:
        return {"$ref": "#/components/schemas/ProducerHeaders"}
    ce_id, ce_subject = IDENTITIES.get(ce_type, _NUMBERED)
    own = {
        "ce_type": {"type": "string", "const": ce_type},
        "ce_id": {"type": "string", "description": f"`{ce_id}`"},
        "ce_subject": {"type": "string", "description": f"`{ce_subject}`"},
        "ce_source": {"type": "string", "enum": [f"tieout/{one}" for one in topic.producers]},
    }
    return {
        "allOf": [
            {"$ref": "#/components/schemas/CloudEventHeaders"},
            {"type": "object", "properties": own},
        ]
    }


def header_schemas() -> Json:
    return {
        "CloudEventHeaders": _object(
            "CloudEvents 1.0 in binary mode: skip by `ce_type` without decoding.",
            {
                "ce_specversion": {"type": "string", "const": "1.0"},
                "ce_id": {"type": "string", "description": "unique among those of the source"},
                "ce_type": {"type": "string", "description": "the message's type"},
                "ce_source": {"type": "string", "description": "the service that sent it"},
                "ce_subject": {"type": "string", "description": "what it is about"},
                "ce_time": {
                    "type": "string",
                    "format": "date-time",
                    "description": "when it was decided (RFC 3339, UTC)",
                },
                "organization": {
                    "type": "string",
                    "pattern": _NUMBER,
                    "description": "the tenant's number",
                },
                "content-type": {"type": "string", "const": "application/json"},
                "traceparent": _TRACEPARENT,
            },
            optional={"traceparent"},
        ),
        "ProducerHeaders": _object(
            "Who publishes, and the proof.",
            {
                "tieout-producer": {
                    "type": "string",
                    "pattern": _NUMBER,
                    "description": "the producer's number, given when it was registered",
                },
                "tieout-signature": {
                    "type": "string",
                    "contentEncoding": "base64",
                    "description": "Ed25519 signature over the bytes of the value; required of a "
                    "producer that was registered with a public key",
                },
                "traceparent": _TRACEPARENT,
            },
            optional={"tieout-signature", "traceparent"},
        ),
        "DeadLetterHeaders": _object(
            "Where it was read, and why it was not taken.",
            {
                "topic": {"type": "string", "description": "where it was read"},
                "partition": {"type": "string", "pattern": _NUMBER},
                "offset": {"type": "string", "pattern": _NUMBER},
                "part": {
                    "type": "string",
                    "pattern": _NUMBER,
                    "description": "index of the transaction in the message, from 0",
                },
                "reason": {"type": "string", "description": "why it was not taken"},
                "attempts": {
                    "type": "string",
                    "pattern": _NUMBER,
                    "description": "how often it was tried",
                },
            },
        ),
    }


def _object(
    description: str, properties: Json, optional: frozenset[str] | set[str] = frozenset()
) -> Json:
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": [name for name in properties if name not in optional],
    }


def example_headers(topic: Topic, ce_type: str, payload: Json) -> Json:
    """Write the headers of an example: those of a service as its outbox writes them."""
    if topic is TRANSACTIONS:
        return {"tieout-producer": "3", "tieout-signature": _SIGNATURE}
    if topic is DEAD_LETTERS:
        read = {"topic": "tieout.transactions.v1", "partition": "3", "offset": "4711", "part": "0"}
        return read | {"reason": "not decodable: Input data was truncated", "attempts": "1"}
    stated = payload.get("at")
    ce_id, ce_subject = identity_of(ce_type, payload)
    events = Events(
        topic=topic,
        key="",
        organization_id=payload["organization_id"],
        source=f"tieout/{_sender(topic, ce_type, payload)}",
        at=_ARRIVAL if stated is None else datetime.fromisoformat(stated),
        messages=[Message(b"{}", ce_id, ce_type, ce_subject)],
    )
    ((headers, _),) = published(events.row()[-1])
    return {name: content.decode() for name, content in headers}


def _sender(topic: Topic, ce_type: str, payload: Json) -> str:
    if topic is AUDIT:
        return str(payload["service"])
    return "matcher" if ce_type == "reconciliation" else topic.producers[0]
