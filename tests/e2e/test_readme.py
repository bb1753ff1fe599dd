"""The commands of README.md, run as they stand there, on a fresh stack that stays until `down`."""

import os
import re
import shutil
import subprocess
from collections.abc import AsyncIterator
from typing import Any

import pytest

from e2e.kept_commands import PATIENCE_SECONDS, KeptCommands
from fixtures.kafka import with_own_prefix
from fixtures.postgres import PostgresServerInfo, fresh_database
from fixtures.requirements import lacking
from tidy.sources import PROJECT
from tieout_local.cluster_id import answered_cluster_id

SECTIONS = ("Use it", "Publish transactions from your system", "Follow the outcomes downstream")
STARTS = "make up"
# What a reader does by looking again: the effects of these commands are awaited.
AWAITED = {
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
        # The stack was started by the command that `make up` is.
        lines += [line for line in block.splitlines() if not line.startswith(STARTS)]
        lines += [awaited for sign, awaited in AWAITED.items() if sign in block]
    return "\n".join(lines)


@pytest.fixture(scope="module")
async def commands(
    postgres_server: PostgresServerInfo,
    kafka_broker: dict[str, Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[KeptCommands]:
    """Give what starts and stops a stack in a folder that looks like the checkout."""
    checkout = tmp_path_factory.mktemp("checkout")
    for name in ("examples", ".venv"):
        (checkout / name).symlink_to(PROJECT / name)
    kafka = with_own_prefix(kafka_broker)
    async with fresh_database(postgres_server, template="template0") as database:
        given = {**database.settings, **kafka.settings}
        made = KeptCommands(checkout=checkout, given=given)
        yield made
        made.run("down")


@pytest.fixture(scope="module")
def up(commands: KeptCommands, postgres_server: PostgresServerInfo) -> str:
    """Start it; what that says."""
    with postgres_server.run.lock("template"):  # migrating sets the roles' passwords
        exit_code, said = commands.run("up")
    assert exit_code == 0, said
    return said


def test_up_says_where_it_is_and_stays(commands: KeptCommands, up: str) -> None:
    again = commands.run("up")
    running = commands.run("status")
    env = commands.folder / "env"
    exported = re.findall(r"^export (\w+)='\S+'$", env.read_text("utf-8"), re.MULTILINE)

    assert re.search(r"^API +http://127\.0\.0\.1:\d+$", up, re.MULTILINE)
    assert again[1].startswith("It is already running.")
    assert running[0] == 0
    assert len(re.findall(r"-1 +running", running[1])) == 4
    assert exported[:2] == ["TIEOUT_URL", "TIEOUT_API_KEY"]
    assert len(set(exported)) == len(exported)
    assert f"TIEOUT_TOPIC_PREFIX='{commands.given['TIEOUT_TOPIC_PREFIX']}'" in env.read_text(
        "utf-8"
    )
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


@pytest.mark.usefixtures("up")
def test_the_commands_of_the_readme_do_what_it_says(commands: KeptCommands) -> None:
    for program in ("bash", "curl", "openssl"):
        if shutil.which(program) is None:
            lacking(program, "the README's commands use it")
    blocks = readme_blocks()

    ran = subprocess.run(
        ["bash", "-c", as_a_script(blocks)],
        env=os.environ,
        cwd=commands.checkout,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr[-2000:]
    assert len(blocks) == 9
    assert [block.startswith(STARTS) for block in blocks].count(True) == 1
    assert '"urn:tieout:problem' not in ran.stdout
    assert '"status":"RESOLVED"' in ran.stdout
    assert '"resolutionType":"FORCE_MATCH"' in ran.stdout
    assert ran.stdout.splitlines()[-1] == "{'exact': 24, 'force': 1}"


@pytest.mark.usefixtures("up")
def test_down_stops_it_and_nothing_else(
    commands: KeptCommands, kafka_broker: dict[str, Any]
) -> None:
    down = commands.run("down")
    after = commands.run("status")

    assert re.search(r"Stopped .*gateway-1", down[1])
    assert after[0] == 1
    assert answered_cluster_id(kafka_broker["bootstrap"]) is not None
