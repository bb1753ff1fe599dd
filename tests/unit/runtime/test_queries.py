import sys
from pathlib import Path

import pytest

from tieout_runtime.queries import load_queries

GOOD = """\
-- What this file is about.

-- name: first
-- Count what is there.
SELECT count(*) FROM entry

-- name: second
-- Two lines of purpose
-- are fine.
SELECT 1 -- and a remark
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the sql folder of an importable package `package_of_queries`."""
    folder = tmp_path / "package_of_queries"
    (folder / "sql").mkdir(parents=True)
    (folder / "__init__.py").write_text("", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "package_of_queries", raising=False)
    return folder / "sql"


def test_each_statement_is_found_by_its_name(package: Path) -> None:
    (package / "queries.sql").write_text(GOOD, "utf-8")

    queries = load_queries("package_of_queries")

    assert list(queries) == ["first", "second"]
    assert queries["first"].endswith("SELECT count(*) FROM entry")
    assert "are fine" in queries["second"]


def test_a_name_that_is_not_there_is_an_error(package: Path) -> None:
    (package / "queries.sql").write_text(GOOD, "utf-8")

    with pytest.raises(KeyError, match="third"):
        load_queries("package_of_queries")["third"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (GOOD + "\n-- name: first\n-- Again.\nSELECT 2\n", "first"),
        ("-- name: bare\nSELECT 1\n", "bare"),
        ("-- name: empty\n", "empty"),
    ],
    ids=["doubled", "without purpose", "empty"],
)
def test_a_careless_file_is_refused_by_name(package: Path, text: str, name: str) -> None:
    (package / "queries.sql").write_text(text, "utf-8")

    with pytest.raises(ValueError, match=f"package_of_queries: query '{name}'"):
        load_queries("package_of_queries")


def test_a_name_the_loader_cannot_read_is_refused(package: Path) -> None:
    (package / "queries.sql").write_text(
        GOOD + "\n-- name: not-a-word\n-- Lost.\nSELECT 3", "utf-8"
    )

    with pytest.raises(ValueError, match="not-a-word"):
        load_queries("package_of_queries")
