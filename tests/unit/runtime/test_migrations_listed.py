import sys
from pathlib import Path

import pytest

from tieout_runtime.migrate import SchemaMismatchError, migrations_of
from tieout_runtime.settings import SERVICES


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the migrations folder of an importable service `tieout_numbered`."""
    package = tmp_path / "tieout_numbered"
    made = package / "sql" / "migrations"
    made.mkdir(parents=True)
    (package / "__init__.py").write_text("", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "tieout_numbered", raising=False)
    return made


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).write_text("SELECT 1", "utf-8")


def test_the_shared_plumbing_comes_first_then_the_files_in_their_order(folder: Path) -> None:
    put(folder, "0002_second.sql", "0001_first.sql", "README.md")

    found = migrations_of("numbered")

    assert [(one.package, one.number) for one in found if one.package != "tieout_runtime"] == [
        ("tieout_numbered", 1),
        ("tieout_numbered", 2),
    ]
    assert found[0].package == "tieout_runtime"
    assert found[-1].name == "second"


@pytest.mark.parametrize(
    "names",
    [
        ("0001_a.sql", "0003_b.sql"),
        ("0001_a.sql", "0001_b.sql"),
        ("0002_a.sql",),
    ],
    ids=["gap", "double", "late start"],
)
def test_files_that_are_not_numbered_one_by_one_are_refused(
    folder: Path, names: tuple[str, ...]
) -> None:
    put(folder, *names)

    with pytest.raises(SchemaMismatchError, match="tieout_numbered are not numbered"):
        migrations_of("numbered")


@pytest.mark.parametrize("service", SERVICES)
def test_a_checksum_tells_any_change(service: str) -> None:
    found = migrations_of(service)

    assert len({one.checksum for one in found}) == len(found)
    assert all(len(one.checksum) == 64 for one in found)
