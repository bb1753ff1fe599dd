"""Which outcome is which public event, held against the golden examples of the topics."""

import json
from pathlib import Path
from typing import Any

import pytest

import tieout_contracts
from tieout_contracts.topics import EXCEPTIONS, MATCHES
from tieout_gateway.domain.public_events import (
    NOT_PUBLIC,
    PUBLIC_TYPES,
    PUBLISHED,
    THINGS,
    PublicEvent,
    public_events_of,
    transition,
)
from tieout_gateway.shapes.public_events import EXAMPLE, Event, event_of

EXAMPLES = Path(tieout_contracts.__file__).parent / "examples"
STREAM_KEYS = {11: "bank", 12: "books"}


def _ce_type(file: Path) -> str:
    return str(json.loads(file.read_bytes())["type"])


def _files() -> list[Path]:
    return [
        file
        for topic in (MATCHES, EXCEPTIONS)
        for file in sorted((EXAMPLES / topic.suffix).glob("*.json"))
    ]


def _events(name: str) -> list[PublicEvent]:
    (file,) = (one for one in _files() if one.name == f"{name}.json")
    return public_events_of(_ce_type(file), file.read_bytes())


def _shown(name: str, number: int = 0) -> dict[str, Any]:
    return event_of(_events(name)[number], STREAM_KEYS).model_dump(mode="json", by_alias=True)


def test_every_outcome_is_public_or_says_why_not() -> None:
    emitted = {*MATCHES.messages, *EXCEPTIONS.messages}

    assert emitted == PUBLISHED | set(NOT_PUBLIC)
    assert not PUBLISHED & set(NOT_PUBLIC)


@pytest.mark.parametrize("file", _files(), ids=lambda file: file.stem)
def test_every_example_is_told_with_types_of_the_table_and_ids_of_its_own(file: Path) -> None:
    events = public_events_of(_ce_type(file), file.read_bytes())

    assert bool(events) == (_ce_type(file) in PUBLISHED)
    assert {event.type for event in events} <= set(PUBLIC_TYPES)
    things = {event.type.partition(".")[0] for event in events}
    assert things <= THINGS.get(_ce_type(file), frozenset())
    assert len({event.id for event in events}) == len(events)
    for event in events:
        shown = event_of(event, STREAM_KEYS)
        assert shown.event_type == event.type
        assert "organization" not in shown.model_dump_json()


def test_an_accepted_match_reconciles_each_record_that_it_takes_whole() -> None:
    told = _events("match.accepted-rule")

    assert [event.type for event in told] == [
        "match.accepted",
        "record.reconciled",
        "record.reconciled",
    ]
    assert [event.id for event in told] == [
        "matches:21:7",
        "matches:21:7:1001",
        "matches:21:7:1002",
    ]


def test_a_record_that_stays_open_for_a_rest_is_not_reconciled() -> None:
    message = json.loads((EXAMPLES / "matches.v1" / "match.accepted-rule.json").read_bytes())
    message["members"][0] |= {"allocated_minor": "124950", "left_minor": "50"}

    told = public_events_of("match.accepted", json.dumps(message).encode())

    assert [event.told["record_id"] for event in told[1:]] == [1002]


def test_a_reconciled_record_is_shown_in_end_closes_members() -> None:
    shown = _shown("match.accepted-rule", 1)

    assert shown["event_type"] == "record.reconciled"
    assert shown["timestamp"] == "2026-11-06T10:15:00.500000Z"
    assert shown["data"] == {
        "id": 1001,
        "amount": 125000,
        "currency": "EUR",
        "decimal_places": 2,
        "direction": "credit",
        "date": "2026-11-02",
        "reference": "RF18000000004711",
        "metadata": {},
        "data_stream_id": 11,
        "data_stream_key": "bank",
        "side": "A",
        "overdue_at": "2026-11-05T00:00:00Z",
        "status": "reconciled",
        "matched_records": [
            {
                "id": 1002,
                "amount": 124950,
                "currency": "EUR",
                "decimal_places": 2,
                "direction": "credit",
                "date": "2026-11-02",
                "external_id": "4711",
                "data_stream_id": 12,
                "data_stream_key": "books",
                "side": "B",
            }
        ],
        "reconciliation_match_id": 303,
    }
    assert _events("match.accepted-rule")[1].stream_ids == {11, 12}


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("entry.unmatched", "unreconciled"),
        ("entry.overdue", "unreconciled"),
        ("entry.closed", "reconciled"),
        ("entry.reopened", "unreconciled"),
    ],
)
def test_a_record_without_a_match_has_no_counterparts(name: str, status: str) -> None:
    data = _shown(name)["data"]

    assert (data["status"], data["matched_records"]) == (status, [])


def test_an_exception_is_shown_in_lerians_members() -> None:
    data = _shown("break.changed")["data"]

    assert data["id"] == "000a0000-0000-87e0-8000-0000000001f5"
    assert (data["previousStatus"], data["status"]) == ("PENDING_RESOLUTION", "RESOLVED")
    assert data["resolutionType"] == "FORCE_MATCH"


def test_a_deleted_streams_events_lack_its_key() -> None:
    (event,) = _events("entry.unmatched")

    assert "data_stream_key" not in event_of(event, {}).model_dump(mode="json")["data"]


@pytest.mark.parametrize(
    ("old", "new", "verb"),
    [
        (None, "OPEN", "opened"),
        ("OPEN", "OPEN", "changed"),
        ("OPEN", "ASSIGNED", "changed"),
        ("PENDING_RESOLUTION", "RESOLVED", "resolved"),
        ("RESOLVED", "RESOLVED", "changed"),
        ("RESOLVED", "OPEN", "reopened"),
        ("open", "dismissed", "dismissed"),
        ("dismissed", "resolved", "resolved"),
        ("resolved", "archived", "archived"),
        ("archived", "open", "reopened"),
        (None, "resolved", "resolved"),
        ("open", None, "deleted"),
    ],
)
def test_a_transition_has_one_name(old: str | None, new: str | None, verb: str) -> None:
    assert transition(old, new) == verb


def test_what_is_not_known_yet_is_told_to_nobody() -> None:
    assert public_events_of("entry.exploded", b"no JSON") == []


def test_the_page_names_every_type() -> None:
    page = (Path(__file__).parents[3] / "docs" / "live-events.md").read_text("utf-8")

    for public_type, meaning in PUBLIC_TYPES.items():
        assert f"| `{public_type}` | {meaning} |" in page


def test_the_example_of_an_event_is_one() -> None:
    assert Event.model_validate(EXAMPLE).model_dump(mode="json") == EXAMPLE


def test_a_dispatch_is_told_as_such_with_its_queue() -> None:
    shown = _shown("break.changed-dispatched")

    assert shown["event_type"] == "exception.dispatched"
    assert (shown["data"]["externalSystem"], shown["data"]["queue"]) == ("JIRA", "RECON-TEAM")
