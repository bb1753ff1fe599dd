"""JSON Schema of each message: what msgspec derives, what raw parts hold, what fields mean."""

import json
from collections.abc import Iterator
from typing import Any

import msgspec

from contracts.meanings import MEANINGS, meaning_key
from tieout_contracts.record import Fields
from tieout_contracts.transactions import Transaction

Schema = dict[str, Any]
# Fields that travel undecoded, so that each consumer decodes what it uses: their schema.
FIELDS_REFERENCE: Schema = {"$ref": "#/$defs/Fields"}
TRANSACTIONS_REFERENCE: Schema = {"type": "array", "items": {"$ref": "#/$defs/Transaction"}}
RAW_PARTS: dict[tuple[str, str], tuple[type, Schema]] = {
    ("EntryView", "fields"): (Fields, FIELDS_REFERENCE),
    ("RecordAccepted", "fields"): (Fields, FIELDS_REFERENCE),
    ("RecordWithdrawn", "fields"): (Fields, FIELDS_REFERENCE),
    ("TransactionsMessage", "transactions"): (Transaction, TRANSACTIONS_REFERENCE),
}


def schema_of(model: type) -> Schema:
    """Return the JSON Schema (2020-12) of a message model."""
    schema = msgspec.json.schema(model)
    shapes: dict[str, Schema] = schema["$defs"]
    for (shape, field), (part, reference) in RAW_PARTS.items():
        if shape in shapes:
            shapes[shape]["properties"][field] = dict(reference)
            shapes |= msgspec.json.schema(part)["$defs"]
    for shape, field in date_times(msgspec.inspect.type_info(model)):
        shapes[shape]["properties"][field]["format"] = "date-time"
    for name, shape_schema in shapes.items():
        for field, field_schema in shape_schema["properties"].items():
            field_schema["description"] = MEANINGS[meaning_key(name, field)]
    dialect = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": dialect, "title": model.__name__, **schema, "$defs": shapes}


def date_times(info: msgspec.inspect.Type) -> Iterator[tuple[str, str]]:
    """Find (shape, field) of the times: msgspec states no format, as a naive one would pass."""
    if isinstance(info, msgspec.inspect.ListType):
        yield from date_times(info.item_type)
    if isinstance(info, msgspec.inspect.StructType):
        for field in info.fields:
            if isinstance(field.type, msgspec.inspect.DateTimeType):
                yield info.cls.__name__, field.encode_name
            yield from date_times(field.type)


def schema_text(model: type) -> str:
    return json.dumps(schema_of(model), indent=2, ensure_ascii=False, sort_keys=True) + "\n"
