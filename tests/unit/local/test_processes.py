import os
import signal
import subprocess
import sys

import pytest

from tieout_local.processes import ProcessIdentity, identify


def test_this_process_is_alive() -> None:
    assert identify(os.getpid()).is_alive()


def test_a_reused_id_is_not_the_process_it_was() -> None:
    reused = ProcessIdentity(pid=os.getpid(), started="1")

    assert not reused.is_alive()
    assert not reused.signal_group(signal.SIGKILL)  # or this test run would be gone


def test_a_zombie_is_dead() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        identity = identify(child.pid)
        child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # ended, and not reaped

        alive = identity.is_alive()

    assert not alive


def test_there_is_no_identity_without_a_process() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        child.wait()

    with pytest.raises(ProcessLookupError):
        identify(child.pid)
