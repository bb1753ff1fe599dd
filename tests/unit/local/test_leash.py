import subprocess
import sys
from pathlib import Path

from fixtures.waiting import happens
from tieout_local.processes import identify

OWNER = """
import os, sys
from pathlib import Path
from tieout_local.children import ChildCommand, start_child
from tieout_local.leash import put_on_leash

folder = Path(sys.argv[1])
leash = put_on_leash(folder / "children", remove=[folder / "data"])
command = ChildCommand(
    name="sample", arguments=["sleep", "60"], environment=dict(os.environ),
    log_path=folder / "sample.log",
)
print(start_child(command, leash.register).identity.pid, flush=True)
input()
"""


def test_a_child_on_a_leash_dies_with_a_killed_owner(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as owner:
        assert owner.stdout is not None
        child = identify(int(owner.stdout.readline()))

        owner.kill()

    assert happens(lambda: not child.is_alive())
    assert happens(lambda: not (tmp_path / "data").exists())
