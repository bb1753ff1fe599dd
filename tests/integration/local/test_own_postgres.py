import os
import pwd
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tieout_local.children import ChildFailedError
from tieout_local.own_postgres import OwnPostgres
from tieout_local.postgres_answers import ask


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Give a folder that an unprivileged user can reach, which tmp_path is not."""
    with tempfile.TemporaryDirectory(prefix="tieout-own-postgres-") as made:
        Path(made).chmod(0o711)
        yield Path(made)


@pytest.fixture(scope="module")
def postgres(folder: Path) -> Iterator[OwnPostgres]:
    """Give one server for all; a test that stops it starts it again."""
    server = OwnPostgres(folder=folder / "postgres", log_path=folder / "postgres.log")
    server.start()
    yield server
    server.stop()


def test_it_is_version_18_and_durable(postgres: OwnPostgres) -> None:
    assert postgres.version().startswith("18.")
    assert ask(postgres.url, "SHOW fsync") == "on"
    assert ask(postgres.url, "SHOW listen_addresses") == "127.0.0.1"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs it as somebody else")
def test_root_runs_it_as_an_unprivileged_user(postgres: OwnPostgres) -> None:
    assert postgres.child is not None

    owner = Path(f"/proc/{postgres.child.identity.pid}").stat().st_uid

    assert owner != 0
    assert pwd.getpwuid(owner).pw_name in {"postgres", "nobody"}


def test_it_comes_back_on_its_data_and_its_port_after_a_crash(postgres: OwnPostgres) -> None:
    assert postgres.child is not None
    ask(postgres.url, "CREATE TABLE before_crash AS SELECT 7 AS value")
    before = postgres.url

    postgres.child.kill()
    postgres.start()

    assert postgres.url == before
    assert ask(postgres.url, "SELECT value FROM before_crash") == "7"


def test_a_later_process_finds_its_data(postgres: OwnPostgres, folder: Path) -> None:
    ask(postgres.url, "CREATE TABLE kept AS SELECT 7 AS value")
    postgres.stop()
    later = OwnPostgres(folder=folder / "postgres", log_path=folder / "postgres.log")

    later.start()

    kept = ask(later.url, "SELECT value FROM kept")
    later.stop()
    postgres.start()
    assert kept == "7"


def test_a_server_of_somebody_else_on_its_port_is_not_taken_for_it(
    postgres: OwnPostgres, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = int(postgres.url.rpartition(":")[2].partition("/")[0])
    monkeypatch.setattr("tieout_local.own_postgres.free_port", lambda: taken)
    other = OwnPostgres(folder=folder / "other", log_path=folder / "other.log")

    with pytest.raises(ChildFailedError, match="postgres ended with code 1"):
        other.start()
