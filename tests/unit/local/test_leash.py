import subprocess
import sys
import time
from pathlib import Path

from tieout_local.processes import ProcessIdentity, identify

OWNER = """
import os, sys
from pathlib import Path
from tieout_local.children import ChildCommand, start_child
from tieout_local.leash import put_on_leash

folder = Path(sys.argv[1])
leash = put_on_leash(folder / "children")
command = ChildCommand(
    name="sample", arguments=["sleep", "60"], environment=dict(os.environ),
    log_path=folder / "sample.log",
)
print(start_child(command, leash.register).identity.pid, flush=True)
input()
"""


def test_a_child_on_a_leash_dies_with_a_killed_owner(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as owner:
        assert owner.stdout is not None
        child = identify(int(owner.stdout.readline()))

        owner.kill()

    assert ends(child, seconds=10)


def ends(process: ProcessIdentity, *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while process.is_alive() and time.monotonic() < deadline:
        time.sleep(0.05)
    return not process.is_alive()
