"""The commands of README.md, run as they stand there, on a fresh stack."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fixtures.kafka import with_own_prefix
from fixtures.postgres import Database, PostgresServerInfo
from fixtures.requirements import lacking
from tidy.sources import PROJECT
from tieout_local.plan import StackPlan
from tieout_local.stack import LocalStack

SECTIONS = ("Use it", "Publish transactions from your system", "Follow the outcomes downstream")
# What a reader does by looking again: the effects of these commands are awaited.
AWAITED = {
    "make up": "",
    "/imports -F": """
until api $TIEOUT_URL/v1/reconciliations/$RECON/progress | grep -q '"decided":87'
do sleep 0.2; done
until api "$TIEOUT_URL/v1/exceptions?limit=1" | grep -q '"OPEN"'; do sleep 0.2; done
""",
    "--producer $PRODUCER": """
until api "$TIEOUT_URL/v1/records?data_stream_key=bank&source=transactions" | grep refund-77
do sleep 0.2; done
""",
}
PATIENCE_SECONDS = 120


def readme_blocks() -> list[str]:
    """Take the shell blocks of the sections."""
    text = (PROJECT / "README.md").read_text("utf-8")
    chosen = [
        part for part in re.split(r"^## ", text, flags=re.MULTILINE) if part.startswith(SECTIONS)
    ]
    return [
        block
        for section in chosen
        for block in re.findall(r"^```\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    ]


def as_a_script(blocks: list[str]) -> str:
    lines = ["set -euo pipefail"]
    for block in blocks:
        lines.append("" if block.startswith("make up") else block)
        lines += [awaited for sign, awaited in AWAITED.items() if sign in block]
    return "\n".join(lines)


@pytest.fixture
def environment(
    postgres_server: PostgresServerInfo,
    empty_database: Database,
    kafka_broker: dict[str, Any],
) -> Iterator[dict[str, str]]:
    """Give the shell environment of a fresh stack with its first organisation."""
    for program in ("bash", "curl", "openssl"):
        if shutil.which(program) is None:
            lacking(program, "the README's commands use it")
    kafka = with_own_prefix(kafka_broker)
    given = {
        "TIEOUT_POSTGRES_URL": empty_database.url,
        "TIEOUT_POSTGRES_ROLE_PASSWORD": empty_database.role_password,
        "TIEOUT_KAFKA_BOOTSTRAP": kafka.bootstrap,
        "TIEOUT_KAFKA_IDEMPOTENT": "true" if kafka.idempotent else "false",
    }
    run = postgres_server.run
    local = LocalStack(
        StackPlan(
            folder=run.data / "readme",
            given=given,
            topic_prefix=kafka.topic_prefix,
            register=run.register,
        )
    )
    with run.lock("template"):  # migrating sets the roles' passwords
        local.start()
    try:
        made = local.operations.create_organization("Readers")
        yield {
            **local.operations.environment,
            "TIEOUT_URL": local.url,
            "TIEOUT_API_KEY": made.api_key,
        }
    finally:
        local.stop()


def test_the_commands_of_the_readme_do_what_it_says(
    environment: dict[str, str], tmp_path: Path
) -> None:
    for name in ("examples", ".venv"):
        (tmp_path / name).symlink_to(PROJECT / name)
    blocks = readme_blocks()

    ran = subprocess.run(
        ["bash", "-c", as_a_script(blocks)],
        env={**os.environ, **environment},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr[-2000:]
    assert len(blocks) == 9
    assert '"urn:tieout:problem' not in ran.stdout
    assert '"status":"RESOLVED"' in ran.stdout
    assert '"resolutionType":"FORCE_MATCH"' in ran.stdout
    assert ran.stdout.splitlines()[-1] == "{'exact': 24, 'force': 1}"
