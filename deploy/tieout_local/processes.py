"""Processes by identity: an id alone can be reused, an id with its start time cannot."""

import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")


@dataclass(frozen=True, kw_only=True)
class ProcessIdentity:
    """One process for ever: its id and the moment it started, as the system reports it."""

    pid: int
    started: str

    def is_alive(self) -> bool:
        return started_at(self.pid) == self.started

    def signal_group(self, number: signal.Signals) -> bool:
        """Send a signal to the process's own group; False when that process is gone."""
        if not self.is_alive():
            return False
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:
            return False
        return True


def identify(pid: int) -> ProcessIdentity:
    """Identity of a living process. Raises ProcessLookupError when there is none."""
    started = started_at(pid)
    if started is None:
        raise ProcessLookupError(f"no living process has the id {pid}")
    return ProcessIdentity(pid=pid, started=started)


def started_at(pid: int) -> str | None:
    """Start time of a process in the system's own words; None for a dead one or a zombie."""
    if _PROC.joinpath("self", "stat").exists():
        return _started_on_linux(pid)
    return _started_elsewhere(pid)


def _started_on_linux(pid: int) -> str | None:
    try:
        stat = _PROC.joinpath(str(pid), "stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = stat.rpartition(")")[2].split()  # the name before it may hold blanks
    state, start_ticks = fields[0], fields[19]
    return None if state in {"Z", "X"} else start_ticks


def _started_elsewhere(pid: int) -> str | None:
    answer = subprocess.run(
        ["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()
    state, _, start = answer.partition(" ")
    return None if not answer or state.startswith("Z") else start.strip()
