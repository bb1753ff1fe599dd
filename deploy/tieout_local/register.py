"""What was started, written down child by child, so that a later process can find and end it."""

import json
import signal
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tieout_local.processes import ProcessIdentity

_ABORT_GRACE_SECONDS = 5
_POLL_SECONDS = 0.05


@dataclass(frozen=True, kw_only=True)
class RegisteredChild:
    """`stop_signal` asks it to end in order, `abort_signal` ends it at once."""

    name: str
    identity: ProcessIdentity
    stop_signal: signal.Signals
    abort_signal: signal.Signals
    log_path: Path

    def stop(self, *, grace_seconds: float) -> None:
        """Ask to end, wait, then kill the group. Gone already, or not ours any more: nothing."""
        self.identity.signal_group(self.stop_signal)
        _wait_until(lambda: not self.identity.is_alive(), seconds=grace_seconds)
        self.identity.signal_group(signal.SIGKILL)


@dataclass(frozen=True, kw_only=True)
class Register:
    """A file of children, one JSON object a line, that several processes may append to."""

    path: Path

    def add(self, child: RegisteredChild) -> None:
        line = {
            "name": child.name,
            "pid": child.identity.pid,
            "started": child.identity.started,
            "stop_signal": child.stop_signal,
            "abort_signal": child.abort_signal,
            "log": str(child.log_path),
        }
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(line) + "\n")

    def children(self) -> Sequence[RegisteredChild]:
        """Every child ever added, in the order of their start; some may be gone."""
        if not self.path.exists():
            return []
        lines = (json.loads(line) for line in self.path.read_text("utf-8").splitlines())
        return [
            RegisteredChild(
                name=line["name"],
                identity=ProcessIdentity(pid=line["pid"], started=line["started"]),
                stop_signal=signal.Signals(line["stop_signal"]),
                abort_signal=signal.Signals(line["abort_signal"]),
                log_path=Path(line["log"]),
            )
            for line in lines
        ]

    def abort_all(self) -> None:
        """End every child at once, and kill those that are left after a grace."""
        children = self.children()
        for child in children:
            child.identity.signal_group(child.abort_signal)
        _wait_until(
            lambda: not any(child.identity.is_alive() for child in children),
            seconds=_ABORT_GRACE_SECONDS,
        )
        for child in children:
            child.identity.signal_group(signal.SIGKILL)


def stop_together(children: Sequence[RegisteredChild], *, grace_seconds: float) -> None:
    """Stop several children side by side."""
    with ThreadPoolExecutor(max_workers=max(1, len(children))) as threads:
        for stopping in [threads.submit(one.stop, grace_seconds=grace_seconds) for one in children]:
            stopping.result()


def _wait_until(done: Callable[[], bool], *, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not done() and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
