"""The demo, run as a newcomer runs it: its numbers, its reasons, and that it leaves nothing."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from schwifty import IBAN

from fixtures.requirements import lacking
from tieout_local.demo.example import checkout_examples
from tieout_local.kafka_programs import KAFKA_VERSION, KafkaMissingError, require_kafka
from tieout_local.postgres_binaries import PostgresMissingError, find_binaries
from tieout_local.register import Register

# What the example files were written to give: docs/demo.md lists each planted break.
EXPECTED = {
    "records": 221,
    "matched": 201,
    "open": 20,
    "exceptions": 9,
    "force_matched": 1,
    "proven": True,
}
PATIENCE_SECONDS = 300
UNWRAPPED = {"COLUMNS": "400"}


@pytest.fixture(scope="module")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    try:
        find_binaries()
    except PostgresMissingError as missing:
        lacking("postgres", str(missing))
    return tmp_path_factory.mktemp("demo") / "stack"


@pytest.fixture(scope="module")
def finished(demo_folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        demo_command(demo_folder),
        env=os.environ | UNWRAPPED,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


def demo_command(folder: Path) -> list[str]:
    return [sys.executable, "-m", "tieout_local", "demo", "--folder", str(folder)]


def living_children(folder: Path) -> list[str]:
    children = Register(path=folder / "children.jsonl").children()
    assert len(children) >= 5
    return [child.name for child in children if child.identity.is_alive()]


def last_line(finished: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    return dict(json.loads(finished.stdout.splitlines()[-1]))


def test_it_ends_well_with_one_line_of_the_same_numbers_every_time(
    finished: subprocess.CompletedProcess[str],
) -> None:
    assert finished.returncode == 0, finished.stdout + finished.stderr

    told = last_line(finished)

    assert list(told) == [*EXPECTED, "kafka", "postgres", "seconds"]
    assert {name: told[name] for name in EXPECTED} == EXPECTED
    assert told["records"] == told["matched"] + told["open"]
    assert told["postgres"].startswith("18")


def test_it_runs_on_apache_kafka_where_java_is(finished: subprocess.CompletedProcess[str]) -> None:
    try:
        require_kafka()
    except KafkaMissingError as missing:
        lacking("kafka", str(missing))

    assert last_line(finished)["kafka"].startswith(f"Apache Kafka {KAFKA_VERSION}")
    assert f"Apache Kafka {KAFKA_VERSION}" in finished.stdout.splitlines()[2]


@pytest.mark.parametrize(
    "said",
    [
        "line 20: '2025-03-32' is no calendar day",
        "line 11: '49,9O' is not an amount",
        "the balance check says “ties”",
        "overdue: no counterpart came until",
        "expected_until: no candidate yet; expected until",
        "no_candidate: no rule can find its counterpart",
        "first: 200 RESOLVED by FORCE_MATCH, X-Idempotency-Replayed: false",
        "again: 200 RESOLVED by FORCE_MATCH, X-Idempotency-Replayed: true",
        "The counterpart's own exception is RESOLVED by the same match.",
        '"kind":"force"',
        "is only suggested, as record",
        "with a tolerance of 1.25 EUR instead of 1 EUR it would have matched",
        "1 pairs more, 1 fewer",
        "2 of 221 accepted records are pending at their source",
        "pending: ",
        "B - A = 297.45 EUR, unexplained 0.00: proven",
    ],
)
def test_it_says_what_became_of_each_row_and_why(
    finished: subprocess.CompletedProcess[str], said: str
) -> None:
    assert said in finished.stdout


def test_events_are_counted_as_a_downstream_system_received_them(
    finished: subprocess.CompletedProcess[str],
) -> None:
    rows = re.findall(r"^tieout\.(\S+) +│ (\S+) +│ +(\d+)$", finished.stdout, re.MULTILINE)

    assert {(topic, kind): int(count) for topic, kind, count in rows} == {
        ("exceptions.v1", "break.changed"): 12,  # 9 opened, one pending on its way, 2 resolved
        ("exceptions.v1", "bucket.changed"): 4,  # 3 opened, one resolved by the sweeper
        ("matches.v1", "entry.overdue"): 9,
        ("matches.v1", "entry.unmatched"): 129,  # 112 of the books, which came first, and 17 more
        ("matches.v1", "match.accepted"): 98,  # 96 by rules, one of a suggestion, one by force
        ("matches.v1", "match.suggested"): 1,
    }


def test_nothing_of_it_runs_on_and_no_data_stays(
    finished: subprocess.CompletedProcess[str], demo_folder: Path
) -> None:
    assert finished.returncode == 0

    assert living_children(demo_folder) == []
    assert sorted(one.name for one in demo_folder.iterdir()) == ["children.jsonl", "logs"]


@pytest.mark.usefixtures("demo_folder")
def test_without_java_it_says_what_stands_in_and_ctrl_c_stops_everything(tmp_path: Path) -> None:
    folder = tmp_path / "stack"
    with subprocess.Popen(
        demo_command(folder),
        env=os.environ | UNWRAPPED | {"PATH": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as demo:
        said = read_until(demo, "2. Make data streams")
        demo.send_signal(signal.SIGINT)
        assert demo.wait(PATIENCE_SECONDS) == 130

    assert "no Apache Kafka, so a memory broker" in said
    assert "java is missing" in said
    assert living_children(folder) == []


def read_until(demo: subprocess.Popen[str], wanted: str) -> str:
    assert demo.stdout is not None
    deadline = time.monotonic() + PATIENCE_SECONDS
    said = ""
    for line in demo.stdout:
        said += line
        if wanted in line:
            return said
        assert time.monotonic() < deadline, said
    pytest.fail(f"it ended before it said {wanted!r}:\n{said}")


def test_every_account_in_the_examples_is_invented_and_has_valid_check_digits() -> None:
    statement = checkout_examples().joinpath("bank.camt053.xml").read_text("utf-8")
    accounts = re.findall(r"<IBAN>(\w+)</IBAN>", statement)

    assert len(set(accounts)) > 20
    for account in accounts:
        assert IBAN(account).bank_code == "99999999"  # given to no bank
