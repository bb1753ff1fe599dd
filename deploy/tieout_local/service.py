"""One instance of one service: a child on a port of its own that it keeps when restarted."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from types import MappingProxyType

from tieout_local.children import Child, ChildCommand, start_child
from tieout_local.http_probe import http_get
from tieout_local.ports import LOOPBACK, group_listens
from tieout_local.register import Register

_READY_SECONDS = 60
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class ServiceAddress:
    """Where one instance listens; `name` is the service's with the instance's number."""

    service: str
    name: str
    port: int

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"


class ServiceInstance:
    """Start, stop, crash, restart: same address, same log, same environment."""

    def __init__(
        self,
        *,
        address: ServiceAddress,
        environment: Mapping[str, str],
        log_path: Path,
        register: Register | None,
        python: str,
    ) -> None:
        self.address = address
        self.child: Child | None = None
        self._register = register
        self._command = ChildCommand(
            name=address.name,
            arguments=[python, "-m", f"tieout_{address.service}"],
            environment=environment,
            log_path=log_path,
            folder=log_path.parent,  # Python looks for modules where it is started
        )

    @property
    def url(self) -> str:
        return self.address.url

    @property
    def log_path(self) -> Path:
        return self._command.log_path

    @property
    def running(self) -> Child:
        if self.child is None:
            raise RuntimeError(f"{self.address.name} was never started")
        return self.child

    def start(self, *, wait: bool = True, extra_environment: Mapping[str, str] = NOTHING) -> None:
        """Start it; `extra_environment` holds for this start only."""
        environment = {**self._command.environment, **extra_environment}
        self.child = start_child(replace(self._command, environment=environment), self._register)
        if wait:
            self.wait_ready()

    def wait_ready(self, *, timeout_seconds: float = _READY_SECONDS) -> None:
        """Wait until /readyz answers 200 and it is our own process that answers."""
        self.running.wait_ready(
            self.is_ready,
            timeout_seconds=timeout_seconds,
            explain=lambda: f"/readyz: {http_get(self.address.port, '/readyz')}",
        )

    def is_ready(self) -> bool:
        listens = group_listens(self.running.identity.pid, self.address.port)
        return listens and self.status_of("/readyz") == HTTPStatus.OK

    def status_of(self, path: str) -> int | None:
        """Status code of a GET; None when nothing answers."""
        answer = http_get(self.address.port, path)
        return None if answer is None else answer[0]

    def stop(self, *, grace_seconds: float = 30) -> int:
        """SIGTERM, then SIGKILL after the grace. Returns the exit code, 0 for an orderly end."""
        return self.running.stop(grace_seconds=grace_seconds)

    def kill(self) -> int:
        """End it as a crash would."""
        return self.running.kill()

    def restart(self, *, extra_environment: Mapping[str, str] = NOTHING) -> None:
        self.stop()
        self.start(extra_environment=extra_environment)
