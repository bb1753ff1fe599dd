"""The generated files are what the contracts say now; `make snapshots` writes them anew."""

import json
from pathlib import Path

import msgspec
import pytest

from contracts import snapshots
from contracts.meanings import MEANINGS, meaning_key
from contracts.schemas import schema_of
from tieout_contracts.topics import TOPICS, Topic

WANTED = snapshots.wanted_files()


@pytest.mark.parametrize("file", list(WANTED), ids=lambda file: file.name)
def test_a_snapshot_is_fresh(file: Path) -> None:
    assert file.read_text("utf-8") == WANTED[file], "run `make snapshots` and read the difference"


def test_no_schema_is_left_of_a_message_that_is_gone() -> None:
    wanted = {one for one in WANTED if one.parent == snapshots.SCHEMAS}

    assert set(snapshots.SCHEMAS.iterdir()) == wanted


def test_a_changed_model_makes_a_stale_snapshot() -> None:
    longer = msgspec.defstruct("EntryOverdue", [("organization_id", int), ("seq", str)])

    assert schema_of(longer) != schema_of(snapshots.MESSAGES["matches.v1", "entry.overdue"])


def test_times_say_their_format() -> None:
    shapes = schema_of(snapshots.MESSAGES["matches.v1", "match.accepted"])["$defs"]

    assert shapes["MatchAccepted"]["properties"]["at"]["format"] == "date-time"
    assert shapes["EntryView"]["properties"]["overdue_at"]["format"] == "date-time"


def test_every_meaning_is_used_and_an_unknown_field_has_none() -> None:
    used = {
        meaning_key(shape, field)
        for model in snapshots.MESSAGES.values()
        for shape, schema in schema_of(model)["$defs"].items()
        for field in schema["properties"]
    }

    assert used == set(MEANINGS)
    with pytest.raises(KeyError, match=r"EntryView\.colour"):
        meaning_key("EntryView", "colour")


@pytest.mark.parametrize("topic", TOPICS, ids=lambda one: one.suffix)
def test_the_page_documents_every_topic_with_its_messages(topic: Topic) -> None:
    page = snapshots.EVENTS_PAGE.read_text("utf-8")

    assert f"\n## {topic.suffix}\n" in page
    for ce_type in topic.messages:
        assert f"\n### {ce_type}\n" in page


def test_examples_name_every_required_member_of_their_schema() -> None:
    for (suffix, ce_type), model in snapshots.MESSAGES.items():
        example = json.loads(snapshots.example_files(suffix, ce_type)[0].read_bytes())
        shape = schema_of(model)["$defs"][model.__name__]

        assert set(shape["required"]) <= set(example) <= set(shape["properties"])
