import os
import signal
import sys
from pathlib import Path

import pytest

from fixtures.waiting import happens
from tieout_local.children import Child, ChildCommand, ChildFailedError, start_child
from tieout_local.processes import identify
from tieout_local.register import Register

READY = "print('ready', flush=True); import time; time.sleep(60)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {READY}"
PARENT = (
    "import subprocess, sys; c = subprocess.Popen([sys.executable, '-c', 'input()'],"
    " stdin=subprocess.PIPE); print(c.pid, flush=True); c.wait()"
)


def start(folder: Path, program: str, register: Register | None = None) -> Child:
    command = ChildCommand(
        name="sample-1",
        arguments=[sys.executable, "-c", program],
        environment=dict(os.environ),
        log_path=folder / "sample.log",
    )
    return start_child(command, register)


def wait_for_output(child: Child) -> str:
    child.wait_ready(lambda: b"\n" in child.log_path.read_bytes(), timeout_seconds=20)
    return child.log_path.read_text("utf-8").strip()


def test_a_child_that_dies_at_start_is_named_with_the_end_of_its_log(tmp_path: Path) -> None:
    child = start(
        tmp_path, "print('\\n'.join(f'line {n}' for n in range(1, 41))); raise SystemExit(3)"
    )

    with pytest.raises(ChildFailedError) as failure:
        child.wait_ready(lambda: False, timeout_seconds=20)

    assert "sample-1 ended with code 3" in str(failure.value)
    assert "line 11" in str(failure.value)
    assert "line 10\n" not in str(failure.value)


def test_an_answer_is_not_believed_when_the_child_is_dead(tmp_path: Path) -> None:
    child = start(tmp_path, "raise SystemExit(3)")
    child.process.wait()

    with pytest.raises(ChildFailedError):
        child.wait_ready(lambda: True, timeout_seconds=20)


def test_a_child_that_is_never_ready_is_named(tmp_path: Path) -> None:
    child = start(tmp_path, READY)

    with pytest.raises(ChildFailedError, match="sample-1 was not ready after 0 s"):
        child.wait_ready(lambda: False, timeout_seconds=0.1)

    child.kill()


def test_a_child_that_ignores_the_request_is_killed_after_its_grace(tmp_path: Path) -> None:
    child = start(tmp_path, STUBBORN)
    wait_for_output(child)

    code = child.stop(grace_seconds=0.2)

    assert code == -signal.SIGKILL


def test_a_kill_takes_the_whole_group(tmp_path: Path) -> None:
    child = start(tmp_path, PARENT)
    grandchild = identify(int(wait_for_output(child)))

    child.kill()

    assert happens(lambda: not grandchild.is_alive())


def test_a_later_process_stops_what_the_register_names(tmp_path: Path) -> None:
    register = Register(path=tmp_path / "children")
    child = start(tmp_path, READY, register)
    wait_for_output(child)

    (registered,) = register.children()
    registered.stop(grace_seconds=5)

    assert child.process.wait() == -signal.SIGTERM
    assert registered.name == "sample-1"
