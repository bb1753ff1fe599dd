"""Free ports on the loopback interface, and whose process listens on one."""

import os
import random
import socket
from pathlib import Path

LOOPBACK = "127.0.0.1"
_FIRST_PORT = 20_000
_LAST_PORT = 31_999  # the system hands out higher ones to outgoing connections
_ATTEMPTS = 200
_LISTENING = "0A"


class NoFreePortError(Exception):
    """No port could be bound: the machine is out of ports, and the caller gives up."""


def free_port() -> int:
    """Find a port that nobody listens on now and that no outgoing connection will be given."""
    for _ in range(_ATTEMPTS):
        port = random.SystemRandom().randint(_FIRST_PORT, _LAST_PORT)
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((LOOPBACK, port))
            except OSError:
                continue
            return port
    raise NoFreePortError(f"no free port between {_FIRST_PORT} and {_LAST_PORT}")


def group_listens(process_group: int, port: int) -> bool:
    """Tell whether a process of that group listens on the port.

    Read from /proc; where there is none (macOS) the answer is True, and the caller is left with
    its other proof: a child that cannot bind its port ends.
    """
    if not Path("/proc/net/tcp").exists():
        return True
    inodes = _listening_inodes(port)
    return bool(inodes) and any(
        inodes & _socket_inodes(pid) for pid in _processes_of(process_group)
    )


def _listening_inodes(port: int) -> set[str]:
    found = set()
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        if table.exists():
            for line in table.read_text("ascii").splitlines()[1:]:
                columns = line.split()
                local, state, inode = columns[1], columns[3], columns[9]
                if state == _LISTENING and int(local.rpartition(":")[2], 16) == port:
                    found.add(inode)
    return found


def _processes_of(process_group: int) -> list[int]:
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [pid for pid in pids if _group_of(pid) == process_group]


def _group_of(pid: int) -> int | None:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None


def _socket_inodes(pid: int) -> set[str]:
    try:
        links = [os.readlink(entry) for entry in Path(f"/proc/{pid}/fd").iterdir()]  # noqa: PTH115 - the target is not a path
    except (FileNotFoundError, PermissionError):
        return set()
    return {link[8:-1] for link in links if link.startswith("socket:[")}
