"""A golden example of every message: what a consumer written against it may rely on."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from contracts.snapshots import EXAMPLES, MESSAGES, example_files
from tieout_contracts.record import Fields
from tieout_contracts.topics import AUDIT, CONFIG, EXCEPTIONS, MATCHES, RECORDS, TRANSACTIONS, Topic
from tieout_contracts.transactions import Transaction

ALL_EXAMPLES = [(*key, file) for key in MESSAGES for file in example_files(*key)]
each_example = pytest.mark.parametrize(
    ("suffix", "ce_type", "file"), ALL_EXAMPLES, ids=[file.stem for _, _, file in ALL_EXAMPLES]
)


def raw_parts(value: Any) -> list[bytes]:
    """Collect what a decoded message still holds undecoded."""
    if isinstance(value, msgspec.Raw):
        return [bytes(value)]
    if isinstance(value, msgspec.Struct):
        return raw_parts([getattr(value, name) for name in value.__struct_fields__])
    if isinstance(value, list):
        return [part for one in value for part in raw_parts(one)]
    return []


def test_every_message_has_an_example_and_every_example_a_message() -> None:
    there = set(EXAMPLES.rglob("*.json"))

    assert there == {file for _, _, file in ALL_EXAMPLES}
    assert len(ALL_EXAMPLES) >= len(MESSAGES)


@each_example
def test_an_example_encodes_back_equal(suffix: str, ce_type: str, file: Path) -> None:
    text = file.read_bytes()

    message: Any = msgspec.json.decode(text, type=MESSAGES[suffix, ce_type])

    assert json.loads(msgspec.json.encode(message)) == json.loads(text)


@each_example
def test_what_travels_undecoded_is_an_example_too(suffix: str, ce_type: str, file: Path) -> None:
    message: Any = msgspec.json.decode(file.read_bytes(), type=MESSAGES[suffix, ce_type])
    inner: Any = {TRANSACTIONS.suffix: Transaction, AUDIT.suffix: dict}.get(suffix, Fields)

    for part in raw_parts(message):
        decoded = msgspec.json.decode(part, type=inner)

        encoded = json.loads(msgspec.json.encode(decoded))
        given = json.loads(part)
        assert {name: encoded[name] for name in given} == given


@each_example
def test_the_type_inside_is_the_type_in_the_header(suffix: str, ce_type: str, file: Path) -> None:
    document = json.loads(file.read_bytes())

    assert document.get("type") == (None if suffix == TRANSACTIONS.suffix else ce_type)


@pytest.mark.parametrize(
    "topic", [RECORDS, MATCHES, EXCEPTIONS, CONFIG], ids=lambda one: one.suffix
)
def test_a_message_of_a_newer_producer_is_read(topic: Topic) -> None:
    for ce_type, model in topic.messages.items():
        document = json.loads(example_files(topic.suffix, ce_type)[0].read_bytes())

        message: Any = msgspec.json.decode(json.dumps(document | {"added_later": [1]}), type=model)

        assert json.loads(msgspec.json.encode(message)) == document


def test_a_misspelt_member_of_an_upstream_message_is_refused() -> None:
    document = json.loads(example_files("transactions.v1", "transactions")[0].read_bytes())

    with pytest.raises(msgspec.ValidationError, match="unknown field `stream`"):
        msgspec.json.decode(
            json.dumps(document | {"stream": "bank"}), type=TRANSACTIONS.messages["transactions"]
        )


def test_examples_hold_only_invented_parties() -> None:
    text = "".join(file.read_text("utf-8") for _, _, file in ALL_EXAMPLES)

    assert "@" not in text
    assert "Example Trading" in text
