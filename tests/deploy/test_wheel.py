"""The wheel, installed outside the source tree with nothing but what the image has, runs it all."""

import re
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

from fixtures.kafka import KafkaForTest
from fixtures.postgres import Database
from fixtures.run import current_run
from tieout_local.plan import SERVICES, StackPlan
from tieout_local.stack import LocalStack

PROJECT = Path(__file__).resolve().parents[2]
MODULES = [f"tieout_{service}" for service in SERVICES] + ["tieout_contracts", "tieout_runtime"]
WHERE = "import importlib, sys; print(importlib.import_module(sys.argv[1]).__file__)"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", folder, PROJECT],
        check=True,
    )
    (built,) = folder.glob("tieout-*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the Python of an environment with the wheel and the runtime's dependencies alone."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False)
    program = folder / "bin" / "python"
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(folder)}))
    for entry in runtime_entries():
        (packages / entry.name).symlink_to(entry)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    return program


def runtime_entries() -> Iterator[Path]:
    """Find, in the environment of the tests, what the image installs: file by top-level file."""
    lock = (PROJECT / "deploy/runtime-requirements.lock").read_text("utf-8")
    seen = set()
    for name in re.findall(r"^([a-z0-9._-]+)(?:\[[^]]*\])?==", lock, re.MULTILINE):
        try:
            files = distribution(name).files or []
        except PackageNotFoundError:
            continue  # for another platform or Python
        for file in files:
            top = Path(str(distribution(name).locate_file(file.parts[0])))
            if file.parts[0] != ".." and top not in seen and top.exists():
                seen.add(top)
                yield top


def ask(python: Path, *arguments: str) -> str:
    return subprocess.run(
        [python, *arguments], cwd=python.parent, capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.mark.parametrize("module", MODULES)
def test_the_code_comes_from_the_wheel(python: Path, module: str) -> None:
    place = Path(ask(python, "-c", WHERE, module))

    assert place.is_relative_to(python.parents[1])
    assert not place.is_relative_to(PROJECT)


def test_the_tools_of_developers_are_not_there(python: Path) -> None:
    answer = subprocess.run([python, "-c", "import pytest"], capture_output=True, check=False)

    assert b"No module named 'pytest'" in answer.stderr


def test_the_wheel_holds_every_file_of_its_packages(wheel: Path) -> None:
    roots = [*(PROJECT / "shared").iterdir(), *(PROJECT / "services").glob("*/tieout_*")]
    wanted = {
        file.relative_to(root.parent).as_posix()
        for root in roots
        for file in root.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }

    assert any(name.endswith("queries.sql") for name in wanted)
    with zipfile.ZipFile(wheel) as archive:
        assert wanted <= set(archive.namelist())


def test_all_four_services_start_from_the_wheel(
    python: Path, empty_database: Database, kafka: KafkaForTest, tmp_path: Path
) -> None:
    plan = StackPlan(
        folder=tmp_path,
        given={**empty_database.settings, **kafka.settings},
        topic_prefix=kafka.topic_prefix,
        python=str(python),
        register=current_run().register,  # a run that is killed takes them along
    )

    with LocalStack(plan) as stack:
        ready = {name: one.status_of("/readyz") for name, one in stack.services.items()}
        organization = stack.operations.create_organization("From the wheel")

    assert ready == {f"{service}-1": 200 for service in SERVICES}
    assert organization.api_key
    assert {one.running.process.returncode for one in stack.services.values()} == {0}
