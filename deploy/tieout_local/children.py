"""Child processes: own process group, own log file, stopped by identity and never by name."""

import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tieout_local.processes import ProcessIdentity, identify
from tieout_local.register import Register, RegisteredChild

_POLL_SECONDS = 0.05
_LOG_LINES_SHOWN = 30


class ChildFailedError(Exception):
    """A child ended, or was not ready in time: the caller gives up and shows this text."""


@dataclass(frozen=True, kw_only=True)
class ChildCommand:
    """What to run. `user` is given only when root must not run it.

    `stop_signal` asks it to end; `abort_signal` ends it at once when its owner is gone.
    """

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    log_path: Path
    folder: Path | None = None
    user: str | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    abort_signal: signal.Signals = signal.SIGKILL


@dataclass(frozen=True, kw_only=True)
class Child:
    """A started child. Its process group bears its own process id."""

    command: ChildCommand
    process: subprocess.Popen[bytes] = field(repr=False)
    identity: ProcessIdentity

    @property
    def name(self) -> str:
        return self.command.name

    @property
    def log_path(self) -> Path:
        return self.command.log_path

    def is_alive(self) -> bool:
        return self.process.poll() is None

    def wait_ready(
        self,
        probe: Callable[[], bool],
        *,
        timeout_seconds: float,
        explain: Callable[[], str] = str,
    ) -> None:
        """Poll `probe` until it is true.

        Raises ChildFailedError with what `explain` says of the last try and the end of the log.
        """
        deadline = time.monotonic() + timeout_seconds
        while not (probe() and self.is_alive()):
            if not self.is_alive():
                code = self.process.returncode
                raise ChildFailedError(f"{self.name} ended with code {code}\n{self.log_tail()}")
            if time.monotonic() > deadline:
                raise ChildFailedError(
                    f"{self.name} was not ready after {timeout_seconds:.0f} s"
                    f" {explain()}\n{self.log_tail()}"
                )
            time.sleep(_POLL_SECONDS)

    def stop(self, *, grace_seconds: float = 30) -> int:
        """Ask to end, wait, then kill the whole group. Returns the exit code."""
        if self.is_alive():
            self.identity.signal_group(self.command.stop_signal)
            try:
                self.process.wait(grace_seconds)
            except subprocess.TimeoutExpired:
                self.identity.signal_group(signal.SIGKILL)
        return self.process.wait()

    def kill(self) -> int:
        """End the whole group at once, as a crash would. Returns the exit code."""
        if self.is_alive():
            self.identity.signal_group(signal.SIGKILL)
        return self.process.wait()

    def leave_running(self) -> ProcessIdentity:
        """Let the child live on past this object; from now on only its identity speaks for it."""
        self.process.returncode = 0  # or Popen warns that nobody waits for it
        return self.identity

    def log_tail(self) -> str:
        return log_tail(self.log_path)


def start_child(command: ChildCommand, register: Register | None = None) -> Child:
    """Start a child. The register, where given, knows it from now on."""
    command.log_path.parent.mkdir(parents=True, exist_ok=True)
    with command.log_path.open("ab") as log:
        process = subprocess.Popen(
            list(command.arguments),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=dict(command.environment),
            cwd=command.folder,
            user=command.user,
            group=None if command.user is None else _group_of(command.user),
            extra_groups=None if command.user is None else [],
            start_new_session=True,
        )
    identity = _identity_of(process)
    if register is not None:
        register.add(
            RegisteredChild(
                name=command.name,
                identity=identity,
                stop_signal=command.stop_signal,
                abort_signal=command.abort_signal,
                log_path=command.log_path,
            )
        )
    return Child(command=command, process=process, identity=identity)


def log_tail(log_path: Path) -> str:
    """Give the last lines of a log, under a line that names the file."""
    lines = log_path.read_text("utf-8", "replace").splitlines() if log_path.exists() else []
    return "\n".join([f"--- end of {log_path}:", *lines[-_LOG_LINES_SHOWN:]])


def _identity_of(process: subprocess.Popen[bytes]) -> ProcessIdentity:
    try:
        return identify(process.pid)
    except ProcessLookupError:  # it ended within microseconds; the id is ours until it is reaped
        return ProcessIdentity(pid=process.pid, started="ended")


def _group_of(user: str) -> int:
    return pwd.getpwnam(user).pw_gid
