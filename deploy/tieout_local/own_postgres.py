"""PostgreSQL as our own child process, from the programs of the wheel."""

import secrets
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import asyncpg

from tieout_local.children import Child, ChildCommand, start_child
from tieout_local.ports import LOOPBACK, free_port
from tieout_local.postgres_answers import ask
from tieout_local.postgres_binaries import (
    find_binaries,
    reachable_binaries,
    reachable_folder,
    unprivileged_user,
)
from tieout_local.register import Register

ADMINISTRATOR = "postgres"
_READY_SECONDS = 60
_NO_SETTINGS: Mapping[str, str] = {}
_SETTINGS = {
    "shared_buffers": "256MB",
    "max_connections": "200",
    "wal_compression": "on",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "log_lock_waits": "on",
    "timezone": "UTC",
    "unix_socket_directories": "",
    "listen_addresses": LOOPBACK,
}


class PostgresInitFailedError(Exception):
    """initdb refused; the text is its own."""


class OwnPostgres:
    """A child process on a data folder. Restarting keeps data, port and password."""

    def __init__(
        self,
        *,
        folder: Path,
        log_path: Path,
        register: Register | None = None,
        settings: Mapping[str, str] = _NO_SETTINGS,
    ) -> None:
        self._user = unprivileged_user()
        self._folder = reachable_folder(folder, self._user)
        self._binaries = reachable_binaries(find_binaries(), folder=self._folder, user=self._user)
        self._log_path = log_path
        self._register = register
        self._settings = {**_SETTINGS, **settings}
        self._port = free_port()
        self.data_folder = self._folder / "data"
        self.child: Child | None = None

    @property
    def url(self) -> str:
        password = quote(self._password_path.read_text("ascii"), safe="")
        return f"postgresql://{ADMINISTRATOR}:{password}@{LOOPBACK}:{self._port}/postgres"

    def start(self) -> None:
        """Start, making the data folder first if there is none, and wait until it answers."""
        if not self.data_folder.exists():
            self._initialise()
        settings = [f"--{name}={value}" for name, value in self._settings.items()]
        command = ChildCommand(
            name="postgres",
            arguments=[
                str(self._binaries / "postgres"),
                "-D",
                str(self.data_folder),
                f"--port={self._port}",
                *settings,
            ],
            environment={"LC_ALL": "C", "TZ": "UTC"},
            log_path=self._log_path,
            folder=self._folder,
            user=self._user,
            stop_signal=signal.SIGINT,  # fast shutdown: SIGTERM waits for every client to leave
            abort_signal=signal.SIGQUIT,  # SIGKILL would leave its shared memory behind
        )
        self.child = start_child(command, self._register)
        self.child.wait_ready(self._answers, timeout_seconds=_READY_SECONDS)

    def stop(self) -> None:
        if self.child is not None:
            self.child.stop()

    def version(self) -> str:
        return ask(self.url, "SHOW server_version")

    @property
    def _password_path(self) -> Path:
        return self._folder / "password"

    def _answers(self) -> bool:
        """Recognise our own: somebody else's has another password and another folder."""
        try:
            return ask(self.url, "SHOW data_directory") == str(self.data_folder)
        except (OSError, asyncpg.PostgresError, TimeoutError):
            return False

    def _initialise(self) -> None:
        self._password_path.write_text(secrets.token_urlsafe(24), "ascii")
        if self._user is not None:
            shutil.chown(self._password_path, self._user)
        self._password_path.chmod(0o600)
        partial = self._folder / "data.partial"
        shutil.rmtree(partial, ignore_errors=True)
        answer = subprocess.run(
            [
                str(self._binaries / "initdb"),
                f"--pgdata={partial}",
                f"--username={ADMINISTRATOR}",
                f"--pwfile={self._password_path}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                "--no-instructions",
            ],
            cwd=self._folder,
            user=self._user,
            env={"LC_ALL": "C"},
            capture_output=True,
            text=True,
            check=False,
        )
        if answer.returncode != 0:
            raise PostgresInitFailedError(answer.stderr.strip())
        partial.rename(self.data_folder)
