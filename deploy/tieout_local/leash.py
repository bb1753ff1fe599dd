"""Children that may not outlive their owner.

A leash is a small process whose standard input is held open by the owner. When the owner ends,
however it ends, the input closes, and every process written down in the register is ended with
its group. PR_SET_PDEATHSIG is not used: it fires when the starting *thread* ends, and Linux has
it alone.
"""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tieout_local.processes import ProcessIdentity

_ABORT_GRACE_SECONDS = 5
_POLL_SECONDS = 0.05


@dataclass(frozen=True, kw_only=True)
class Register:
    """A file of processes, one a line, that several processes may append to."""

    path: Path

    def add(self, identity: ProcessIdentity, *, abort_signal: signal.Signals) -> None:
        """Write down a process and the signal that ends it at once."""
        with self.path.open("a", encoding="ascii") as lines:
            lines.write(f"{abort_signal.value} {identity.pid} {identity.started}\n")

    def end_all(self) -> None:
        """Send every process its signal, and kill those that are left after a grace."""
        entries = self._entries()
        for number, identity in entries:
            identity.signal_group(number)
        deadline = time.monotonic() + _ABORT_GRACE_SECONDS
        while time.monotonic() < deadline and any(one.is_alive() for _, one in entries):
            time.sleep(_POLL_SECONDS)
        for _, identity in entries:
            identity.signal_group(signal.SIGKILL)

    def _entries(self) -> list[tuple[signal.Signals, ProcessIdentity]]:
        if not self.path.exists():
            return []
        lines = (line.split(" ", 2) for line in self.path.read_text("ascii").splitlines())
        return [
            (signal.Signals(int(number)), ProcessIdentity(pid=int(pid), started=started))
            for number, pid, started in lines
        ]


@dataclass(frozen=True, kw_only=True)
class Leash:
    """Holds the watcher's input open; `release` lets the watcher end, ending what is left."""

    register: Register
    watcher: subprocess.Popen[bytes]

    def release(self) -> None:
        if self.watcher.stdin is not None:
            self.watcher.stdin.close()
        self.watcher.wait()


def put_on_leash(register_path: Path) -> Leash:
    """Start the watcher, outside the owner's process group so that Ctrl-C does not reach it."""
    register_path.parent.mkdir(parents=True, exist_ok=True)
    register_path.write_text("", "ascii")
    watcher = subprocess.Popen(
        [sys.executable, "-m", "tieout_local.leash", str(register_path)],
        stdin=subprocess.PIPE,
        start_new_session=True,
    )
    return Leash(register=Register(path=register_path), watcher=watcher)


def main() -> None:
    register = Register(path=Path(sys.argv[1]))
    while os.read(sys.stdin.fileno(), 4096):
        continue
    register.end_all()


if __name__ == "__main__":
    main()
