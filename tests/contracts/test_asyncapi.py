"""The committed AsyncAPI document: valid as AsyncAPI 3.0, whole, and true of what is sent."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from contracts.asyncapi_headers import identity_of
from contracts.snapshots import ASYNCAPI
from tieout_contracts.topics import DEAD_LETTERS, TOPICS, TRANSACTIONS, Topic

Json = Any
STANDARD = json.loads((Path(__file__).parent / "asyncapi-3.0.0.schema.json").read_bytes())
DOCUMENT: Json = json.loads(ASYNCAPI.read_bytes())
MESSAGES = DOCUMENT["components"]["messages"]
EMITTED = [topic for topic in TOPICS if topic not in (TRANSACTIONS, DEAD_LETTERS)]


def _references(node: Json) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def _at(reference: str) -> Json:
    node = DOCUMENT
    for part in reference.removeprefix("#/").split("/"):
        node = node[part]
    return node


def _check(schema: Json, value: Json) -> None:
    """Validate as draft-07, which AsyncAPI's own schemas are; raises ValidationError."""
    whole = {**schema, "components": DOCUMENT["components"]}
    jsonschema_rs.Draft7Validator(whole, validate_formats=True).validate(value)


def test_the_document_is_valid_asyncapi() -> None:
    errors = jsonschema_rs.Draft7Validator(STANDARD).iter_errors(DOCUMENT)

    assert [f"{one.instance_path}: {one.message:.300}" for one in errors] == []


def test_a_document_that_is_wrong_is_found_out() -> None:
    operations = {name: one | {"action": "shout"} for name, one in DOCUMENT["operations"].items()}

    assert not jsonschema_rs.Draft7Validator(STANDARD).is_valid(
        DOCUMENT | {"operations": operations}
    )


def test_every_reference_resolves_and_every_component_is_referred_to() -> None:
    references = set(_references(DOCUMENT))

    assert all(_at(reference) is not None for reference in references)
    for kind in ("messages", "schemas"):
        names = {f"#/components/{kind}/{name}" for name in DOCUMENT["components"][kind]}
        assert names <= references


@pytest.mark.parametrize("topic", TOPICS, ids=lambda one: one.suffix)
def test_a_topic_is_a_channel_with_its_messages_senders_and_receivers(topic: Topic) -> None:
    channel = DOCUMENT["channels"][topic.suffix]
    operations = [
        (name.partition(".")[0], one["action"])
        for name, one in DOCUMENT["operations"].items()
        if one["channel"]["$ref"] == f"#/channels/{topic.suffix}"
    ]

    assert channel["address"] == f"tieout.{topic.suffix}"
    assert list(channel["messages"]) == (list(topic.messages) or ["dead-letter"])
    assert operations == [
        *((one.replace(" ", "-"), "send") for one in topic.producers),
        *((one.replace(" ", "-"), "receive") for one in topic.consumers),
    ]


@pytest.mark.parametrize("name", MESSAGES)
def test_every_example_is_valid(name: str) -> None:
    message = MESSAGES[name]

    assert message["examples"]
    for example in message["examples"]:
        _check(message["payload"], example["payload"])
        _check(message["headers"], example["headers"])


@pytest.mark.parametrize("topic", EMITTED, ids=lambda one: one.suffix)
def test_headers_repeat_what_the_message_says(topic: Topic) -> None:
    for name in topic.messages:
        for example in MESSAGES[name]["examples"]:
            headers, payload = example["headers"], example["payload"]
            assert headers["ce_type"] == payload["type"] == name
            assert headers["organization"] == str(payload["organization_id"])
            assert (headers["ce_id"], headers["ce_subject"]) == identity_of(name, payload)


def test_a_member_of_the_wrong_type_is_no_example() -> None:
    message = MESSAGES["match.accepted"]
    payload = message["examples"][0]["payload"]

    for wrong in ({"seq": "7"}, {"at": "yesterday"}, {"members": [{"record_id": 1}]}):
        with pytest.raises(jsonschema_rs.ValidationError):
            _check(message["payload"], payload | wrong)
    with pytest.raises(jsonschema_rs.ValidationError):
        _check(message["headers"], message["examples"][0]["headers"] | {"ce_type": "entry.closed"})
