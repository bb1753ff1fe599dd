"""Children that may not outlive their owner.

A leash is a small process whose standard input is held open by the owner. When the owner ends,
however it ends, the input closes, and every process written down in the register is ended with
its group. PR_SET_PDEATHSIG is not used: it fires when the starting *thread* ends, and Linux has
it alone.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tieout_local.register import Register


@dataclass(frozen=True, kw_only=True)
class Leash:
    """Holds the watcher's input open; `release` lets the watcher end, ending what is left."""

    register: Register
    watcher: subprocess.Popen[bytes]

    def release(self) -> None:
        if self.watcher.stdin is not None:
            self.watcher.stdin.close()
        self.watcher.wait()


def put_on_leash(register_path: Path, *, remove: Sequence[Path] = ()) -> Leash:
    """Start the watcher, outside the owner's process group so that Ctrl-C does not reach it.

    It removes the folders in `remove` when everything has ended: data that nobody wants then.
    """
    register_path.parent.mkdir(parents=True, exist_ok=True)
    register_path.write_text("", "ascii")
    watcher = subprocess.Popen(
        [sys.executable, "-m", "tieout_local.leash", str(register_path), *map(str, remove)],
        stdin=subprocess.PIPE,
        start_new_session=True,
    )
    return Leash(register=Register(path=register_path), watcher=watcher)


def main() -> None:
    register = Register(path=Path(sys.argv[1]))
    while os.read(sys.stdin.fileno(), 4096):
        continue
    register.abort_all()
    for folder in sys.argv[2:]:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
