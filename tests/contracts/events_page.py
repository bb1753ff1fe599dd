"""docs/events.md, written from the contracts: topics, headers, messages, fields, examples."""

from collections.abc import Mapping
from typing import Any

from contracts.schemas import Schema, schema_of
from tieout_contracts.topics import DEAD_LETTERS, TOPICS, TRANSACTIONS, Topic

INTRODUCTION = """\
# Events

Generated from `shared/tieout_contracts` by `make snapshots`: change the contracts, not this page.

Values are JSON (UTF-8). Delivery is at least once, in order per key; a consumer makes its effect \
exact by the numbers named below. Every topic's name begins with `TIEOUT_TOPIC_PREFIX` (default \
`tieout.`), and the version stands in the name: an incompatible change gets a new topic. A field \
may be added to a message within a version, so a consumer ignores what it does not know. The JSON \
Schema of each message is in `shared/tieout_contracts/schemas`, an example in `examples` beside \
it. For tools, all of it as AsyncAPI 3.0: [asyncapi.json](asyncapi.json).
"""
HEADERS = """\
## Headers

CloudEvents 1.0 in binary mode, on every message that a service emits but dead letters:

| header | value |
|---|---|
| `ce_specversion` | `1.0` |
| `ce_id` | unique; on `matches.v1` and `exceptions.v1` it is `reconciliation_id:seq` |
| `ce_type` | the message's type, as in the table above: skip by it without decoding |
| `ce_source` | the service that emitted it |
| `ce_subject` | what it is about, such as `reconciliation/21` |
| `ce_time` | when it was decided (RFC 3339, UTC) |
| `organization` | the tenant's id, as decimal digits |
| `content-type` | `application/json` |
| `traceparent` | only where something was asked in a trace: the caller's W3C Trace Context \
parent, as it came |

An event carries the `traceparent` of the request that wrote it (a change, a command, its note in \
`audit.v1`); records and `import.completed` that of their upload, bulk request or, when all \
messages that were taken together have the same one, of the message in `transactions.v1`; events \
of `exceptions.v1` that of the outcomes of `matches.v1` behind them, when all that were taken \
together have the same one. What is decided from many records carries none: matching on arrival, \
passes and runs; nor does what a service does by itself later: sweeps, backfills, emptied streams, \
operations that are resumed.

## Applying an event once

`matches.v1` and `exceptions.v1` number their events per reconciliation and topic: 1, 2, 3 and so \
on, without gaps. Keep the last `seq` applied of each reconciliation in the transaction of your \
effect. A lower or equal one was applied before: skip it. A gap means that events are still under \
way: wait, and if they stay away have an operator publish them again from the journal. \
`config.v1` carries whole states: apply only a higher `version`.
"""
SIGNATURE = """
Headers of a producer: `tieout-producer` (its id, as given when it was registered) and, when it \
was registered with a public key, `tieout-signature`: the Ed25519 signature over the bytes of the \
value, in base64. A message of an unknown producer, with a wrong signature or for a stream that \
the producer may not write is a dead letter as a whole; a single transaction that cannot be taken \
is a dead letter of its own (header `part`), and the others go in. `traceparent` (W3C Trace \
Context) is carried on where it can be, see [Headers](#headers).
"""
DEAD_LETTER_PART = """
The value is the bytes as they came, or one transaction of them. Headers:

| header | value |
|---|---|
| `topic`, `partition`, `offset` | where it was read |
| `part` | index of the refused transaction in the message, from 0; 0 for a whole message |
| `reason` | why it was not taken |
| `attempts` | how often it was tried |

Each is sent once per source topic, partition, offset and part, also when it is delivered again.
"""


def events_page(examples: Mapping[tuple[str, str], list[str]]) -> str:
    """Write the page; `examples` are the JSON texts by (topic suffix, ce_type)."""
    parts = [INTRODUCTION, _topic_table(), HEADERS]
    for topic in TOPICS:
        parts.append(_topic_section(topic))
        for ce_type, model in topic.messages.items():
            parts.append(_message_section(ce_type, model, examples[topic.suffix, ce_type]))
    return "\n".join(parts)


def _topic_table() -> str:
    lines = [
        "## Topics\n",
        "| topic | key | messages | from | to | purpose |",
        "|---|---|---|---|---|---|",
    ]
    for topic in TOPICS:
        messages = ", ".join(f"`{ce_type}`" for ce_type in topic.messages) or "any bytes"
        key = topic.key + (" (compacted)" if topic.compacted else "")
        cells = (f"`{topic.suffix}`", key, messages, ", ".join(topic.producers))
        lines.append("| " + " | ".join((*cells, ", ".join(topic.consumers), topic.purpose)) + " |")
    return "\n".join(lines) + "\n"


def _topic_section(topic: Topic) -> str:
    purpose = topic.purpose[0].upper() + topic.purpose[1:] + "."
    extra = {TRANSACTIONS.suffix: SIGNATURE, DEAD_LETTERS.suffix: DEAD_LETTER_PART}
    more = extra.get(topic.suffix, "")
    return f"## {topic.suffix}\n\n{purpose}\n{more}"


def _message_section(ce_type: str, model: type, examples: list[str]) -> str:
    schema = schema_of(model)
    shapes: dict[str, Schema] = schema["$defs"]
    ordered = [model.__name__, *sorted(name for name in shapes if name != model.__name__)]
    parts = [f"### {ce_type}\n"]
    parts += [_shape(name, shapes[name], main=name == model.__name__) for name in ordered]
    parts += [f"```json\n{example.rstrip()}\n```\n" for example in examples]
    return "\n".join(parts)


def _shape(name: str, shape: Schema, *, main: bool) -> str:
    lines = [] if main else [f"`{name}`:\n"]
    if "description" in shape:
        lines.append(" ".join(shape["description"].split()) + "\n")
    lines += ["| field | type | required | meaning |", "|---|---|---|---|"]
    for field, schema in shape["properties"].items():
        required = "yes" if field in shape["required"] else "no"
        lines.append(f"| `{field}` | {_type(schema)} | {required} | {schema['description']} |")
    return "\n".join(lines) + "\n"


def _type(schema: Schema) -> str:
    if "$ref" in schema:
        return "`" + str(schema["$ref"]).rpartition("/")[2] + "`"
    if "anyOf" in schema:
        return " or ".join(_type(one) for one in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(f"`{_literal(one)}`" for one in schema["enum"])
    if "type" not in schema:
        return "any JSON"
    if schema["type"] == "array":
        return f"list of {_type(schema['items'])}"
    return str(schema["type"]) + (f" ({schema['format']})" if "format" in schema else "")


def _literal(value: Any) -> str:
    return "null" if value is None else str(value)
