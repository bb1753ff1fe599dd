"""Processor time of the stack's processes, from /proc: where a request's time goes."""

import os
import time
from collections import Counter
from pathlib import Path

from tieout_local.stack import LocalStack

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


class ProcessorTime:
    """What each service, PostgreSQL and this process used since this was made."""

    def __init__(self, stack: LocalStack) -> None:
        self._names = {os.getpid(): "load"}
        for one in stack.services.values():
            if one.child is not None:
                self._names[one.child.process.pid] = one.address.service
        if stack.postgres.child is not None:
            self._names[stack.postgres.child.process.pid] = "postgres"
        if stack.broker.child is not None:
            self._names[stack.broker.child.process.pid] = "kafka"
        self._before = self._used()
        self._began = time.perf_counter()

    def since(self, requests: int) -> dict[str, float]:
        """Give microseconds a request by process, and which share of two processors was used."""
        used = self._used()
        used.subtract(self._before)
        passed_s = time.perf_counter() - self._began
        each = {name: round(1e6 * s / max(1, requests)) for name, s in sorted(used.items())}
        cores = sum(used.values()) / passed_s
        return {**each, "all": sum(each.values()), "cores_used": round(cores, 2)}

    def _used(self) -> Counter[str]:
        """Add up seconds by name; a process belongs to the nearest one above it that has one."""
        parents, seconds = {}, {}
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = path.read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue  # it ended meanwhile
            pid = int(path.parent.name)
            parents[pid] = int(fields[1])
            # With what its children used that have ended: else theirs would be taken off.
            seconds[pid] = sum(map(int, fields[11:15])) / TICKS_A_SECOND
        used: Counter[str] = Counter()
        for pid, own in seconds.items():
            name = self._name_of(pid, parents)
            if name is not None:
                used[name] += own  # type: ignore[assignment]  # seconds, not whole ones
        return used

    def _name_of(self, pid: int, parents: dict[int, int]) -> str | None:
        while pid not in self._names:
            if pid not in parents:
                return None
            pid = parents[pid]
        return self._names[pid]
