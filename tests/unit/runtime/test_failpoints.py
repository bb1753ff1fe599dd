"""A failpoint kills at its own name alone, and can be armed while the process runs."""

import os
import signal
from pathlib import Path

import pytest

from tieout_runtime.failpoints import Failpoint

Killed = list[tuple[int, int]]


@pytest.fixture
def killed(monkeypatch: pytest.MonkeyPatch) -> Killed:
    found: Killed = []
    monkeypatch.setattr(os, "kill", lambda pid, number: found.append((pid, number)))
    return found


def test_it_kills_at_the_name_that_is_armed_and_nowhere_else(killed: Killed) -> None:
    Failpoint().hit("here")
    Failpoint(armed="there").hit("here")
    assert killed == []

    Failpoint(armed="here").hit("here")
    assert killed == [(os.getpid(), signal.SIGKILL)]


def test_a_file_arms_it_while_the_process_runs(killed: Killed, tmp_path: Path) -> None:
    file = tmp_path / "failpoint"
    file.touch()
    failpoint = Failpoint(armed=str(file))
    failpoint.hit("here")
    file.write_text("there", "utf-8")
    failpoint.hit("here")
    assert killed == []

    file.write_text("here", "utf-8")
    failpoint.hit("here")
    assert killed == [(os.getpid(), signal.SIGKILL)]


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Failpoint(armed=str(tmp_path / "failpoint")).hit("here")
