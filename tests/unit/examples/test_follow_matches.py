"""The downstream example keeps each outcome once, whatever is delivered again."""

import importlib.util
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from types import ModuleType

import pytest
from aiokafka import ConsumerRecord

from contracts.snapshots import EXAMPLES, PROJECT


@pytest.fixture(scope="module")
def example() -> ModuleType:
    file = PROJECT / "examples" / "follow_matches.py"
    spec = importlib.util.spec_from_file_location("follow_matches", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def database(example: ModuleType) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as made:
        made.executescript(example.TABLES)
        yield made


def an_event(seq: int, name: str, *, reconciliation: int = 21) -> ConsumerRecord:
    """Make a delivery of a golden example under another number."""
    return ConsumerRecord(
        topic="t.matches.v1", partition=0, offset=seq, timestamp=0, timestamp_type=0,
        key=b"21", checksum=None, serialized_key_size=2, serialized_value_size=2,
        value=(EXAMPLES / "matches.v1" / f"{name}.json").read_bytes(),
        headers=(
            ("ce_id", f"{reconciliation}:{seq}".encode()),
            ("ce_type", name.partition("-")[0].encode()),
        ),
    )  # fmt: skip


def kept(database: sqlite3.Connection) -> list[tuple[int, str]]:
    return database.execute("SELECT id, kind FROM accepted_match ORDER BY id").fetchall()


def test_a_match_is_kept_once_and_a_revoked_one_is_gone(
    example: ModuleType, database: sqlite3.Connection
) -> None:
    log = [
        an_event(1, "entry.unmatched"),
        an_event(2, "match.accepted"),
        an_event(2, "match.accepted"),
        an_event(1, "entry.unmatched"),
        an_event(3, "match.accepted-force"),
    ]
    for event in log:
        example.apply(database, event)
    before = kept(database)

    for event in (an_event(4, "match.revoked"), an_event(3, "match.accepted-force")):
        example.apply(database, event)

    assert before == [(301, "exact"), (302, "force")]
    assert kept(database) == [(301, "exact")]


def test_a_gap_stops_before_anything_is_kept(
    example: ModuleType, database: sqlite3.Connection
) -> None:
    example.apply(database, an_event(1, "entry.unmatched"))

    with pytest.raises(SystemExit, match="reconciliation 21: 2 is missing before 3"):
        example.apply(database, an_event(3, "match.accepted"))

    assert kept(database) == []


def test_each_reconciliation_has_its_own_numbers(
    example: ModuleType, database: sqlite3.Connection
) -> None:
    example.apply(database, an_event(1, "entry.unmatched"))
    example.apply(database, an_event(1, "match.accepted", reconciliation=22))

    assert kept(database) == [(301, "exact")]
