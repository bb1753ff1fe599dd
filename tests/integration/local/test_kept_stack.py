import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fixtures.kafka import KafkaForTest
from fixtures.postgres import Database


class Commands:
    """`python -m tieout_local` as a person runs it, on a folder of its own."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self._environment = environment

    def run(self, command: str) -> tuple[int, str]:
        answer = subprocess.run(
            [sys.executable, "-m", "tieout_local", command, "--folder", self.folder],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        return answer.returncode, answer.stdout + answer.stderr


@pytest.fixture
def commands(empty_database: Database, kafka: KafkaForTest, tmp_path: Path) -> Iterator[Commands]:
    made = Commands(
        tmp_path / "kept",
        {
            **os.environ,
            "TIEOUT_POSTGRES_URL": empty_database.url,
            "TIEOUT_POSTGRES_ROLE_PASSWORD": empty_database.role_password,
            "TIEOUT_KAFKA_BOOTSTRAP": kafka.bootstrap,
            "TIEOUT_KAFKA_IDEMPOTENT": "true" if kafka.idempotent else "false",
        },
    )
    yield made
    made.run("down")


def test_up_stays_until_down_and_down_stops_nothing_else(commands: Commands) -> None:
    up = commands.run("up")
    again = commands.run("up")
    running = commands.run("status")
    env = commands.folder / "env"
    exported = re.findall(r"^export (\w+)='\S+'$", env.read_text("utf-8"), re.MULTILINE)
    down = commands.run("down")
    after = commands.run("status")

    assert up[0] == 0, up[1]
    assert re.search(r"^API +http://127\.0\.0\.1:\d+$", up[1], re.MULTILINE)
    assert again[1].startswith("It is already running.")
    assert running[0] == 0
    assert len(re.findall(r"-1 +running", running[1])) == 4
    assert exported[:2] == ["TIEOUT_URL", "TIEOUT_API_KEY"]
    assert len(set(exported)) == len(exported)
    # What `tieout`, a producer and a consumer in that shell need.
    assert {
        "TIEOUT_KAFKA_BOOTSTRAP",
        "TIEOUT_KAFKA_IDEMPOTENT",
        "TIEOUT_TOPIC_PREFIX",
        "TIEOUT_POSTGRES_URL",
        "TIEOUT_POSTGRES_ROLE_PASSWORD",
        "TIEOUT_GATEWAY_KEY_PEPPER",
        "TIEOUT_INGEST_URL",
        "TIEOUT_INTERNAL_TOKEN",
    } <= set(exported)
    assert env.stat().st_mode & 0o077 == 0
    assert re.search(r"Stopped .*gateway-1", down[1])
    assert after[0] == 1
